"""What goes over the wire: FEEL values as plain JSON, pages, moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import request
from marshmallow import Schema, fields, validate

from engine.api import from_plain, to_plain
from runtime.errors import Invalid
from runtime.http.strict_json import StrictParser
from runtime.store.pages import LARGEST, Page

Row = TypeVar("Row")

LARGEST_NUMBER = 2**31 - 1
"""Versions, keys and positions are whole numbers up to this one, as the database keeps them."""


class Variables(fields.Dict):
    """Variables by name. Numbers become exact decimals, everything else stays what JSON says."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("metadata", {"description": "Variables by name", "example": {"amount": 120.5, "name": "Demo"}})
        super().__init__(keys=fields.String(), **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return from_plain(super()._deserialize(value, attr, data, **options))  # type: ignore[no-untyped-call]

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return to_plain(value)


class PageQuery(Schema):
    """Which part of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST))
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before"})


def json_object() -> dict[str, Any]:
    """The body of this request, which must be a JSON object. Raises BadRequest, UnsupportedMediaType, Invalid HTTP-1051."""
    found = StrictParser().load_json(request, None)
    if not isinstance(found, dict):
        raise Invalid("HTTP-1051", "The body must be a JSON object.")
    return found


def page_json(page: Page[Row], show: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page of a list."""
    return {"items": [show(row) for row in page.rows], "next": page.next}


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of such items."""
    name = item.__name__.removesuffix("Schema") + "Page"
    made = Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(
                allow_none=True, required=True, metadata={"description": "Pass it as `after`; null at the end"}
            ),
        },
        name=name,
    )
    made.__doc__ = f"Some of a list of {item.__name__.removesuffix('Schema')}."
    return made


def pick(source: Any, names: Iterable[str]) -> dict[str, Any]:
    """Some attributes of an object by name."""
    return {name: getattr(source, name) for name in names}
