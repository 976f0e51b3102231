"""Results of both engines in one form, and when two of them are the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.api import Value, kind_of, to_plain
from engine.feel.text import number_text

_BY_TEXT = {"date", "time", "date and time", "days and time duration", "years and months duration"}


def written(value: Value) -> list[Any]:
    """A value of ours, as feelin.mjs writes those of feelin."""
    kind = kind_of(value)
    if value is None:
        return ["null"]
    if isinstance(value, list):
        return ["list", *map(written, value)]
    if isinstance(value, Mapping):
        return ["context", *([key, written(inner)] for key, inner in value.items())]
    if isinstance(value, Decimal):
        return ["number", number_text(value)]
    if kind in _BY_TEXT:
        return [kind, to_plain(value)]
    return [kind, value] if kind in {"boolean", "string"} else [kind]


def same(ours: list[Any], theirs: list[Any]) -> bool:
    """Whether two results are one; theirs calculates in binary floating point."""
    if ours[0] != theirs[0] or len(ours) != len(theirs):
        return False
    match ours[0]:
        case "number":
            mine, other = Decimal(ours[1]), Decimal(theirs[1])
            return other.is_finite() and abs(mine - other) <= abs(mine) * Decimal("1e-9") + Decimal("1e-12")
        case "list":
            return all(same(a, b) for a, b in zip(ours[1:], theirs[1:], strict=True))
        case "context":
            mine, other = dict(ours[1:]), dict(theirs[1:])
            return mine.keys() == other.keys() and all(same(mine[key], other[key]) for key in mine)
    return bool(ours == theirs)


def shown(result: list[Any]) -> str:
    """A result as text."""
    match result[0]:
        case "null":
            return "null"
        case "boolean":
            return str(result[1]).lower()
        case "list":
            return f"[{', '.join(map(shown, result[1:]))}]"
        case "context":
            return "{" + ", ".join(f"{key}: {shown(value)}" for key, value in result[1:]) + "}"
    return str(result[1])
