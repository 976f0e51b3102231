"""Values on both sides: FEEL values in the rest of the house, Python values in the data of SpiffWorkflow's tasks.

Whole numbers become `int`, others `float`, as scripts written for SpiffWorkflow expect from JSON.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.feel import Range, Value, YearMonthDuration

_SAME: Final = (bool, type(None), date, time, timedelta, YearMonthDuration, Range)
_DEEPEST: Final = 100


class NotStorable(ValueError):
    """A script made something that cannot be kept; the message names the variable."""


def to_python(value: Value) -> Any:
    """A FEEL value for a script."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_python(item) for key, item in value.items()}
    return value


def to_feel(value: Any) -> Value:
    """A storable value of a script for the rest of the house."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(repr(value))
    if isinstance(value, list | tuple):
        return [to_feel(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    found: Value = value
    return found


def variables(data: Mapping[str, Any]) -> dict[str, Value]:
    """The data of a task as process variables."""
    return {name: to_feel(value) for name, value in data.items()}


def storable(value: Any, name: str, depth: int = 0) -> Any:
    """The value as it will be after it was stored: tuples are lists. Raises NotStorable for what cannot be kept."""
    if depth > _DEEPEST:
        raise NotStorable(f"The variable {name!r} is nested deeper than {_DEEPEST}.")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value, name)
    if isinstance(value, datetime):
        return value if type(value) is datetime else _plain(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, _SAME):
        return value
    if isinstance(value, list | tuple):
        return [storable(item, name, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_key(key, name): storable(item, name, depth + 1) for key, item in value.items()}
    kind = type(value).__name__
    raise NotStorable(
        f"The variable {name!r} holds a {kind}, which cannot be stored. Make it a list, a dict, a text or a number."
    )


def _number(value: float | Decimal, name: str) -> Any:
    if not math.isfinite(value):
        raise NotStorable(f"The variable {name!r} is {value}, which is no number that can be stored.")
    return int(value) if isinstance(value, int) else value


def _plain(value: datetime) -> datetime:
    return datetime.combine(value.date(), value.timetz())


def _key(key: Any, name: str) -> str:
    if not isinstance(key, str):
        raise NotStorable(f"The variable {name!r} has the key {key!r}; keys must be texts.")
    return key
