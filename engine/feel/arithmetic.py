"""`+ - * / **` and negation over numbers, strings, dates, times and durations (DMN 1.5 §10.3.2.13, tables 45–48).

A pair of kinds that is not in the tables, an overflow, or a division by zero has no value: None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.temporal import AnyDateTime, AnyTime, combine, make_date, make_time, nanosecond_of, offset_of
from engine.feel.values import DECIMAL, Kind, Value, YearMonthDuration, kind_of
from engine.feel.wide import WideTime, date_of_day, day_number, days_in_month

Operation = Callable[[Value, Value], Value]

_N, _S, _D, _T, _DT, _DD, _YM = (
    Kind.NUMBER,
    Kind.STRING,
    Kind.DATE,
    Kind.TIME,
    Kind.DATE_TIME,
    Kind.DAYS_TIME,
    Kind.YEARS_MONTHS,
)
_EPOCH = time()
_MICROSECOND = timedelta(microseconds=1)
_MAX_MONTHS = 12 * 10**12


def seconds_of(duration: timedelta) -> Decimal:
    """A days and time duration in seconds, exactly."""
    return Decimal(duration // _MICROSECOND).scaleb(-6)


def duration_of(seconds: Decimal) -> timedelta:
    """The duration of so many seconds, to the microsecond; raises OverflowError beyond ±999,999,999 days."""
    if abs(seconds) > 86_400 * 10**9:
        raise OverflowError
    return timedelta(microseconds=int(seconds.scaleb(6).to_integral_value()))


def add_months(day: Value, months: YearMonthDuration) -> Value:
    """A date or date and time so many months on; the day is at most the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months.months, 12)
    moved = make_date(year, month + 1, min(day.day, days_in_month(year, month + 1)))
    if moved is None or kind_of(day) is Kind.DATE:
        return moved
    return combine(moved, _clock_of(day))


def _clock_of(when: AnyDateTime) -> AnyTime:
    if isinstance(when, datetime):
        return when.timetz()
    return WideTime(when.hour, when.minute, when.second, when.nanosecond, when.tzinfo)


def add_duration(when: Value, duration: timedelta) -> Value:
    """A date, time or date and time so much later. Time with a zone passes as it does on the clock of UTC."""
    if kind_of(when) is Kind.TIME:
        return _moved_clock(when, duration)
    try:
        if type(when) is datetime:
            zone = when.tzinfo
            return when + duration if zone is None else (when.astimezone(UTC) + duration).astimezone(zone)
        if type(when) is date:
            return (datetime.combine(when, _EPOCH) + duration).date()
    except OverflowError:
        pass
    return _moved_far(when, duration)


def _moved_clock(when: AnyTime, duration: timedelta) -> AnyTime | None:
    nanos = _nanoseconds_of_day(when) + duration // _MICROSECOND * 1000
    seconds, nanosecond = divmod(nanos % (86_400 * 10**9), 10**9)
    return make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanosecond, when.tzinfo)


def _nanoseconds_of_day(when: AnyTime | AnyDateTime) -> int:
    return (when.hour * 3600 + when.minute * 60 + when.second) * 10**9 + nanosecond_of(when)


def _moved_far(when: Value, duration: timedelta) -> Value:
    """The same beyond Python's years or precision, on the local clock."""
    is_date = kind_of(when) is Kind.DATE
    nanos = (0 if is_date else _nanoseconds_of_day(when)) + duration // _MICROSECOND * 1000
    days, nanos = divmod(nanos, 86_400 * 10**9)
    moved = make_date(*date_of_day(day_number(when.year, when.month, when.day) + days))
    if moved is None or is_date:
        return moved
    clock = make_time(nanos // (3600 * 10**9), nanos // (60 * 10**9) % 60, nanos // 10**9 % 60, nanos % 10**9, when.tzinfo)
    return None if clock is None else combine(moved, clock)


def _instant(when: Value) -> tuple[bool, int]:
    """Whether it has a zone, and its nanoseconds; a date is its midnight in UTC (§10.3.2.3.6)."""
    days = day_number(when.year, when.month, when.day) * 86_400 * 10**9
    if kind_of(when) is Kind.DATE:
        return True, days
    offset = offset_of(when.tzinfo, when)
    return offset is not None, days + _nanoseconds_of_day(when) - (offset or timedelta(0)) // _MICROSECOND * 1000


def _difference(left: Value, right: Value) -> timedelta | None:
    """Between two dates or dates and times; none when only one of them has a zone."""
    (ours, start), (theirs, end) = _instant(left), _instant(right)
    return timedelta(microseconds=(start - end) // 1000) if ours is theirs else None


def _time_difference(left: AnyTime, right: AnyTime) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    shift = (offset_of(right.tzinfo, right) or timedelta(0)) - (offset_of(left.tzinfo, left) or timedelta(0))
    return timedelta(microseconds=(_nanoseconds_of_day(left) - _nanoseconds_of_day(right)) // 1000) + shift


def _months(number: Decimal) -> YearMonthDuration:
    if abs(number) >= _MAX_MONTHS:
        raise OverflowError
    return YearMonthDuration(int(number))


_ADD: dict[tuple[Kind, Kind], Operation] = {
    (_N, _N): DECIMAL.add,
    (_S, _S): lambda a, b: a + b,
    (_DD, _DD): lambda a, b: a + b,
    (_YM, _YM): lambda a, b: YearMonthDuration(a.months + b.months),
    **{(k, _DD): add_duration for k in (_D, _T, _DT)},
    **{(_DD, k): lambda a, b: add_duration(b, a) for k in (_D, _T, _DT)},
    **{(k, _YM): add_months for k in (_D, _DT)},
    **{(_YM, k): lambda a, b: add_months(b, a) for k in (_D, _DT)},
}
_SUBTRACT: dict[tuple[Kind, Kind], Operation] = {
    (_N, _N): DECIMAL.subtract,
    (_DD, _DD): lambda a, b: a - b,
    (_YM, _YM): lambda a, b: YearMonthDuration(a.months - b.months),
    (_T, _T): _time_difference,
    **{(a, b): _difference for a in (_D, _DT) for b in (_D, _DT)},
    **{(k, _DD): lambda a, b: add_duration(a, -b) for k in (_D, _T, _DT)},
    **{(k, _YM): lambda a, b: add_months(a, -b) for k in (_D, _DT)},
}
_MULTIPLY: dict[tuple[Kind, Kind], Operation] = {
    (_N, _N): DECIMAL.multiply,
    (_DD, _N): lambda a, b: duration_of(DECIMAL.multiply(seconds_of(a), b)),
    (_N, _DD): lambda a, b: duration_of(DECIMAL.multiply(seconds_of(b), a)),
    (_YM, _N): lambda a, b: _months(DECIMAL.multiply(Decimal(a.months), b)),
    (_N, _YM): lambda a, b: _months(DECIMAL.multiply(a, Decimal(b.months))),
}
_DIVIDE: dict[tuple[Kind, Kind], Operation] = {
    (_N, _N): DECIMAL.divide,
    (_DD, _N): lambda a, b: duration_of(DECIMAL.divide(seconds_of(a), b)),
    (_DD, _DD): lambda a, b: DECIMAL.divide(seconds_of(a), seconds_of(b)),
    (_YM, _N): lambda a, b: _months(DECIMAL.divide(Decimal(a.months), b)),
    (_YM, _YM): lambda a, b: DECIMAL.divide(Decimal(a.months), Decimal(b.months)),
}
TABLES: dict[str, dict[tuple[Kind, Kind], Operation]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(_N, _N): DECIMAL.power},
}
"""operator → (kind of left, kind of right) → operation."""

NUMERIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
    "/": DECIMAL.divide,
    "**": DECIMAL.power,
}
"""The operators on two numbers; they raise ArithmeticError."""


def operation_for(operator: str, left: Value, right: Value) -> Operation | None:
    """What the operator does with values of these kinds, or None when nothing."""
    return TABLES[operator].get((kind_of(left), kind_of(right)))


def negate(value: Value) -> Value:
    """Minus a number or duration; None for anything else."""
    if type(value) is Decimal:
        return DECIMAL.minus(value)
    return -value if type(value) in (timedelta, YearMonthDuration) else None
