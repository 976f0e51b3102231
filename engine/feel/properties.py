"""The properties of dates, times, durations and ranges, as in `order date.year` (DMN 1.5 §10.3.2.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.temporal import offset_of
from engine.feel.values import Kind, Value

Property = Callable[[Value], Value]


def _number(name: str) -> Property:
    return lambda value: Decimal(getattr(value, name))


def _zone_name(value: Value) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part(size: timedelta, of: timedelta | None) -> Property:
    """How many whole parts of a duration, towards zero and with its sign."""

    def read(value: timedelta) -> Decimal:
        amount = abs(value) % of if of else abs(value)
        return Decimal(amount // size) * (-1 if value < timedelta(0) else 1)

    return read


_DAY, _HOUR, _MINUTE, _SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_DATE: dict[str, Property] = {
    **{name: _number(name) for name in ("year", "month", "day")},
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME: dict[str, Property] = {
    **{name: _number(name) for name in ("hour", "minute", "second")},
    "time offset": lambda value: offset_of(value.tzinfo, value),
    "timezone": _zone_name,
}
PROPERTIES: Mapping[Kind, Mapping[str, Property]] = {
    Kind.DATE: _DATE,
    Kind.TIME: _TIME,
    Kind.DATE_TIME: {**_DATE, **_TIME},
    Kind.DAYS_TIME: {
        "days": _part(_DAY, None),
        "hours": _part(_HOUR, _DAY),
        "minutes": _part(_MINUTE, _HOUR),
        "seconds": _part(_SECOND, _MINUTE),
    },
    Kind.YEARS_MONTHS: {
        "years": lambda value: Decimal(int(Decimal(value.months) / 12)),
        "months": lambda value: Decimal(abs(value.months) % 12 * (1 if value.months >= 0 else -1)),
    },
    Kind.RANGE: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
"""kind → property name → how to read it."""

LONG_NAMES = tuple(name for table in PROPERTIES.values() for name in table if " " in name)
"""Property names of several words, which the parser must know."""
