"""Which values may become variables: what cannot be stored must stop at the expression that made it, not at the database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import FeelFunction, Value, YearMonthDuration

MAX_DEPTH = 200
"""Lists and contexts inside each other."""

MAX_PARTS = 250_000
"""Values inside a value, those that occur twice counted twice: a list of itself twice doubles in every turn of a loop."""

_SIMPLE = frozenset((type(None), bool, str, Decimal, date, datetime, time, timedelta, YearMonthDuration))


def why_not_storable(value: Value) -> str | None:
    """What forbids to keep the value as a variable; None when nothing does."""
    if type(value) in _SIMPLE:
        return None
    level, depth, parts = [value], 0, 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return f"it has more than {MAX_DEPTH} lists and contexts inside each other"
        inner: list[Value] = []
        for part in level:
            if isinstance(part, FeelFunction):
                return "it is, or holds, a function; call it and keep its result"
            if isinstance(part, (list, dict)):
                parts += len(part)
                if parts > MAX_PARTS:
                    return f"it holds more than {MAX_PARTS:,} values"
                inner.extend(part if isinstance(part, list) else part.values())
        level = inner
    return None
