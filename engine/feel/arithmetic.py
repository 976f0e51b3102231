"""`+ - * / **` and negation over numbers, strings, dates, times and durations (DMN 1.5 §10.3.2.13, tables 45–48).

A pair of kinds that is not in the tables, an overflow, or a division by zero has no value: None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.compare import same_clock
from engine.feel.values import DECIMAL, Kind, Value, YearMonthDuration, kind_of
from engine.feel.wide import days_in_month

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


def seconds_of(duration: timedelta) -> Decimal:
    """A days and time duration in seconds, exactly."""
    return Decimal(duration // _MICROSECOND).scaleb(-6)


def duration_of(seconds: Decimal) -> timedelta:
    """The duration of so many seconds, to the microsecond; raises OverflowError beyond ±999,999,999 days."""
    if abs(seconds) > 86_400 * 10**9:
        raise OverflowError
    return timedelta(microseconds=int(seconds.scaleb(6).to_integral_value()))


def add_months(day: Value, months: YearMonthDuration) -> Value:
    """A date or date and time so many months on; the day is at most the last of its month. None beyond years 1–9999."""
    if not isinstance(day, date):
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months.months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, days_in_month(year, month + 1)))


def add_duration(when: Value, duration: timedelta) -> Value:
    """A date, time or date and time so much later. Time with a zone passes as it does on the clock of UTC."""
    if type(when) is datetime:
        zone = when.tzinfo
        return when + duration if zone is None else (when.astimezone(UTC) + duration).astimezone(zone)
    if type(when) is date:
        return (datetime.combine(when, _EPOCH) + duration).date()
    if type(when) is time:
        return (
            (datetime.combine(date(2000, 1, 1), when.replace(tzinfo=None)) + duration % timedelta(days=1))
            .time()
            .replace(tzinfo=when.tzinfo)
        )
    return None


def _difference(left: Value, right: Value) -> timedelta | None:
    """Between two dates or dates and times; a date alone is its midnight, in UTC when the other side has a zone."""
    if not isinstance(left, date) or not isinstance(right, date):
        return None
    ends = [v if isinstance(v, datetime) else datetime.combine(v, _EPOCH) for v in (left, right)]
    if not same_clock(ends[0], ends[1]):
        if isinstance(left, datetime) and isinstance(right, datetime):
            return None
        ends = [e if e.tzinfo else e.replace(tzinfo=UTC) for e in ends]
    if ends[0].tzinfo is not None:
        ends = [e.astimezone(UTC) for e in ends]
    return ends[0] - ends[1]


def _time_difference(left: Value, right: Value) -> timedelta | None:
    if type(left) is not time or type(right) is not time or not same_clock(left, right):
        return None
    day = date(2000, 1, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def _months_by(duration: YearMonthDuration, factor: Decimal) -> YearMonthDuration:
    return YearMonthDuration(int(DECIMAL.multiply(Decimal(duration.months), factor)))


def _months_over(duration: YearMonthDuration, divisor: Decimal) -> YearMonthDuration:
    return YearMonthDuration(int(DECIMAL.divide(Decimal(duration.months), divisor)))


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
    (_YM, _N): _months_by,
    (_N, _YM): lambda a, b: _months_by(b, a),
}
_DIVIDE: dict[tuple[Kind, Kind], Operation] = {
    (_N, _N): DECIMAL.divide,
    (_DD, _N): lambda a, b: duration_of(DECIMAL.divide(seconds_of(a), b)),
    (_DD, _DD): lambda a, b: DECIMAL.divide(seconds_of(a), seconds_of(b)),
    (_YM, _N): _months_over,
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
