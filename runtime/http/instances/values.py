"""Process variables as a person reads them: exactly, as FEEL would write them (DMN 1.5 §10.3.1.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.api import Value, to_plain

_INDENT = "  "
_SHORT = 60


def format_value(value: Value, depth: int = 0) -> str:
    """The value as a FEEL literal: text in quotes, numbers with all digits, dates after ``@``; long ones over several lines."""
    if isinstance(value, Mapping):
        return _block([f"{_key(key)}: {format_value(one, depth + 1)}" for key, one in value.items()], "{}", depth)
    if isinstance(value, list):
        return _block([format_value(one, depth + 1) for one in value], "[]", depth)
    return _scalar(value)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _SHORT else str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    plain = to_plain(value)
    literal = isinstance(value, date | datetime | time | timedelta) or isinstance(plain, str)
    return f'@"{plain}"' if literal else json.dumps(plain, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key, ensure_ascii=False)


def _block(parts: list[str], brackets: str, depth: int) -> str:
    """On one line when it is short, else one part a line."""
    one_line = f"{brackets[0]}{', '.join(parts)}{brackets[1]}"
    if len(one_line) <= _SHORT and "\n" not in one_line:
        return one_line
    inner, outer = _INDENT * (depth + 1), _INDENT * depth
    return f"{brackets[0]}\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}{brackets[1]}"
