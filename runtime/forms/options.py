"""The options of a select, radio, checklist or taglist: written in the form, taken from a variable, or computed by FEEL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from engine.api import Value, to_plain
from runtime.i18n import label as in_language

MAX_OPTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` stands in the page for `value`, which may be any FEEL value."""

    key: str
    label: str
    value: Value


def key_of(value: Value) -> str:
    """A text that stands for the value; equal values have equal texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return json.dumps(to_plain(value), sort_keys=True, ensure_ascii=False)


def from_values(values: Value) -> tuple[Choice, ...]:
    """Options from data: texts, numbers, or contexts with ``value`` and ``label`` (a text, or a map of languages).

    Anything that is not a list gives none; more than a thousand are cut.
    """
    if not isinstance(values, list):
        return ()
    return tuple(_choice(one) for one in values[:MAX_OPTIONS] if one is not None)


def _choice(one: Value) -> Choice:
    if isinstance(one, dict) and "value" in one:
        value, text = one["value"], one.get("label")
    else:
        value, text = one, None
    key = key_of(value)
    return Choice(key, in_language(text) if isinstance(text, (str, dict)) and text else key, value)
