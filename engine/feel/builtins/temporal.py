"""Date and time functions (DMN 1.5 §10.3.4.7, §10.3.4.11)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.compare import equal
from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.temporal import AnyDate, AnyDateTime, make_date, offset_of
from engine.feel.values import Kind, Value, kind_of
from engine.feel.wide import day_number, days_in_month

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("now", "", "The present date and time, the same all through one evaluation.")
def now(run: Run) -> datetime:
    """The moment that the evaluation was given."""
    return run.now


@builtin("today", "", "The present date.")
def today(run: Run) -> date:
    """The date of now()."""
    return run.now.date()


@builtin("day of year", "date: date|date and time", "1 to 366.")
def day_of_year(run: Run, date: AnyDate | AnyDateTime) -> Decimal:
    """day of year(date(2019, 9, 17)) = 260."""
    return Decimal(day_number(date.year, date.month, date.day) - day_number(date.year, 1, 1) + 1)


@builtin("day of week", "date: date|date and time", "The English name of the day.")
def day_of_week(run: Run, date: AnyDate | AnyDateTime) -> str:
    """day of week(date(2019, 9, 17)) = "Tuesday"."""
    return _DAYS[date.isoweekday() - 1]


@builtin("month of year", "date: date|date and time", "The English name of the month.")
def month_of_year(run: Run, date: AnyDate | AnyDateTime) -> str:
    """month of year(date(2019, 9, 17)) = "September"."""
    return _MONTHS[date.month - 1]


@builtin("week of year", "date: date|date and time", "The week by ISO 8601.")
def week_of_year(run: Run, date: AnyDate | AnyDateTime) -> Decimal:
    """week of year(date(2019, 9, 17)) = 38."""
    # The week belongs to the year of its Thursday.
    thursday = day_number(date.year, date.month, date.day) + 4 - date.isoweekday()
    year = date.year + (thursday >= day_number(date.year + 1, 1, 1)) - (thursday < day_number(date.year, 1, 1))
    return Decimal((thursday - day_number(year, 1, 1)) // 7 + 1)


@builtin("last day of month", "date: date|date and time", "The last date of the date's month.", standard=False)
def last_day_of_month(run: Run, date: AnyDate | AnyDateTime) -> Value:
    """last day of month(date("2024-02-05")) = date("2024-02-29")."""
    return make_date(date.year, date.month, days_in_month(date.year, date.month))


_MISSING = object()


@builtin("is", "value1?: any, value2?: any", "Whether two values are the same: of one type, and times with the same offset.")
def same(run: Run, value1: Value = _MISSING, value2: Value = _MISSING) -> bool | None:
    """is(@"23:00:50Z", @"23:00:50") = false."""
    if value1 is _MISSING or value2 is _MISSING:
        return False  # a value that is not given is the same as none
    kind = kind_of(value1)
    if kind is not kind_of(value2):
        return False
    if kind in (Kind.TIME, Kind.DATE_TIME):
        return _clock(value1) == _clock(value2)
    return equal(value1, value2, run) is True


def _clock(value: Value) -> tuple[Value, ...]:
    fields = ("year", "month", "day", "hour", "minute", "second")
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else offset_of(value.tzinfo, value)
    return (*(getattr(value, f, None) for f in fields), zone)
