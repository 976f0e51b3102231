"""JSON as the command line writes it: every digit of a number stays, dates and durations are ISO 8601 texts (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import Context, Decimal
from typing import Any

from engine.api import to_plain

_SHORTEST_EXPONENT = -20
_LONGEST_NUMBER = 40


def to_json(data: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """The text of plain data with FEEL values in it, on one line, or with `indent` spaces for each level."""
    write_text: Callable[[str], str] = json.JSONEncoder(ensure_ascii=ascii_only).encode
    return _write(data, write_text, indent, "\n")


def _write(value: Any, write_text: Callable[[str], str], indent: int | None, line: str) -> str:
    inner = line + " " * (indent or 0)
    if isinstance(value, str):
        return write_text(str(value))
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, Decimal | float):
        return _number(Decimal(value) if isinstance(value, Decimal) else Decimal(repr(value)))
    if isinstance(value, Mapping):
        items = (f"{write_text(str(k))}: {_write(v, write_text, indent, inner)}" for k, v in value.items())
        return _enclosed("{", items, "}", indent, line)
    if isinstance(value, list | tuple | Set):
        items = (_write(item, write_text, indent, inner) for item in value)
        return _enclosed("[", items, "]", indent, line)
    return _write(to_plain(value), write_text, indent, line)


def _enclosed(opening: str, items: Iterable[str], closing: str, indent: int | None, line: str) -> str:
    parts = list(items)
    if not parts or indent is None:
        return opening + ", ".join(parts) + closing
    inner = line + " " * indent
    return opening + inner + f",{inner}".join(parts) + line + closing


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return "null"
    if not _SHORTEST_EXPONENT < value.adjusted() < _LONGEST_NUMBER:
        return str(value.normalize(Context(prec=len(value.as_tuple().digits))))
    plain = f"{value:f}"
    return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain
