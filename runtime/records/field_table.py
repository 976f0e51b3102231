"""Which marshmallow field stands for which declared type: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import fields

from runtime.records.contacts import phone, url
from runtime.records.fields import Boolean, Date, DateTime, Email, Number, Readable, Text
from runtime.records.model import NUMBER_TYPES, Field
from runtime.records.structured_fields import Children, Choice, Json, MultiChoice, Reference

MAX_INDEXED = 500


def field_for(declared: Field, *, region: str, required: bool | None = None) -> fields.Field[Any]:
    """The marshmallow field of a declared one. `region` is where telephone numbers without a country code are from."""
    must = declared.required if required is None else required
    settings = {"required": must, "allow_none": not must, "metadata": _metadata(declared)}
    make = _MAKERS[declared.type]
    return make(declared, region, settings)


def _metadata(declared: Field) -> dict[str, Any]:
    formats = {"number": "decimal", "money": "decimal", "percent": "decimal", "email": "email", "url": "uri"}
    found: dict[str, Any] = {"title": declared.label["en"]}
    if declared.help:
        found["description"] = declared.help["en"]
    if declared.type in formats:
        found["format"] = formats[declared.type]
    if declared.type in NUMBER_TYPES:  # a number comes in either way and goes out as text, so that no digit is lost
        found["type"] = ["string", "number"]
    if declared.type == "choice":
        found["enum"] = [*declared.choices, *([] if declared.required else [None])]
    return found


Maker = Callable[[Field, str, dict[str, Any]], fields.Field[Any]]


def _number(declared: Field, _region: str, settings: dict[str, Any]) -> fields.Field[Any]:
    return Number(min=declared.min, max=declared.max, **settings)


def _max_length(declared: Field) -> int | None:
    """A text in an index has to be short on PostgreSQL."""
    return min(declared.max_length or MAX_INDEXED, MAX_INDEXED) if declared.unique or declared.indexed else declared.max_length


_MAKERS: Mapping[str, Maker] = {
    "text": lambda declared, _, settings: Text(max_length=_max_length(declared), **settings),
    "long_text": lambda declared, _, settings: Text(max_length=declared.max_length, lines=True, **settings),
    "number": _number,
    "money": _number,
    "percent": _number,
    "date": lambda _d, _r, settings: Date(**settings),
    "datetime": lambda _d, _r, settings: DateTime(**settings),
    "boolean": lambda _d, _r, settings: Boolean(**settings),
    "choice": lambda declared, _, settings: Choice(choices=declared.choices, **settings),
    "multi_choice": lambda declared, _, settings: MultiChoice(choices=declared.choices, **settings),
    "reference": lambda _d, _r, settings: Reference(**settings),
    "children": lambda _d, _r, settings: Children(**settings),
    "email": lambda _d, _r, settings: Email(**settings),
    "phone": lambda _d, region, settings: Readable(lambda text: phone(text, region), **settings),
    "url": lambda _d, _r, settings: Readable(url, **settings),
    "json": lambda _d, _r, settings: Json(**settings),
}
