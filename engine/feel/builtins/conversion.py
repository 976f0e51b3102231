"""Making one type of another (DMN 1.5 §10.3.4.1) and `not` (§10.3.4.2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from datetime import time as midnight
from decimal import Decimal

from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.temporal import (
    AnyDate,
    AnyDateTime,
    AnyTime,
    combine,
    make_date,
    make_time,
    make_zone,
    nanosecond_of,
    read_date,
    read_date_time,
    read_duration,
    read_time,
)
from engine.feel.text import text_of
from engine.feel.values import DECIMAL, Kind, Value, YearMonthDuration, kind_of
from engine.feel.wide import WideDate, WideDateTime

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _whole(number: Decimal) -> int | None:
    return int(number) if number == number.to_integral_value() and abs(number) < 10**10 else None


@builtin("date", "from: string|date|date and time", "The date in a text, or the date part of a date and time.")
def date_from(run: Run, from_: str | AnyDate | AnyDateTime) -> Value:
    """§10.3.4.1 date(from)."""
    if isinstance(from_, str):
        value = read_date(from_)
        return value if value is not None else run.bad_value(f"“{from_}” is no date like 2026-03-01.")
    if isinstance(from_, datetime | WideDateTime):
        return make_date(from_.year, from_.month, from_.day)
    return from_


@builtin("date", "year: number, month: number, day: number")
def date_of(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    """§10.3.4.1 date(year, month, day)."""
    parts = [_whole(p) for p in (year, month, day)]
    made = None if None in parts else make_date(*(p or 0 for p in parts))
    return made if made is not None else run.bad_value(f"There is no day {year}-{month}-{day}.")


@builtin("date and time", "from: string|date|date and time", "The date and time in a text.")
def date_time_from(run: Run, from_: str | AnyDate | AnyDateTime) -> Value:
    """§10.3.4.1 date and time(from)."""
    if isinstance(from_, str):
        value = read_date_time(from_)
        return value if value is not None else run.bad_value(f"“{from_}” is no date and time like 2026-03-01T09:30:00+09:00.")
    return combine(from_, midnight()) if kind_of(from_) is Kind.DATE else from_


@builtin("date and time", "date: date|date and time, time: time")
def date_time_of(run: Run, date: AnyDate | AnyDateTime, time: AnyTime) -> Value:
    """§10.3.4.1 date and time(date, time)."""
    return combine(date, time)


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "offset?: days and time duration|null",
)
def date_time_of_parts(  # noqa: PLR0917 - the standard's parameters
    run: Run,
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: timedelta | None = None,
) -> Value:
    """§10.3.4.1 date and time(year, month, day, hour, minute, second, offset)."""
    on, at = date_of(run, year, month, day), time_of(run, hour, minute, second, offset)
    return combine(on, at) if on is not None and at is not None else None


@builtin("time", "from: string|time|date and time|date", "The time in a text, or the time part of a date and time.")
def time_from(run: Run, from_: str | AnyTime | AnyDateTime | AnyDate) -> Value:
    """§10.3.4.1 time(from)."""
    if isinstance(from_, str):
        value = read_time(from_)
        return value if value is not None else run.bad_value(f"“{from_}” is no time like 09:30:00 or 09:30:00+09:00.")
    if isinstance(from_, datetime | WideDateTime):
        return make_time(from_.hour, from_.minute, from_.second, nanosecond_of(from_), from_.tzinfo)
    if isinstance(from_, date | WideDate):
        return make_time(0, 0, 0, 0, UTC)
    return from_


@builtin("time", "hour: number, minute: number, second: number, offset?: days and time duration|null")
def time_of(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> Value:
    """§10.3.4.1 time(hour, minute, second, offset)."""
    zone = None if offset is None else make_zone(offset)
    whole = [_whole(hour), _whole(minute), int(second) if abs(second) < 100 else None]
    if None in whole or (offset is not None and zone is None):
        return run.bad_value(f"There is no time {hour}:{minute}:{second}.")
    nanosecond = int((second % 1).scaleb(9))
    made = make_time(whole[0] or 0, whole[1] or 0, whole[2] or 0, nanosecond, zone) if second >= 0 else None
    return made if made is not None else run.bad_value(f"There is no time {hour}:{minute}:{second}.")


@builtin(
    "number",
    "from: string|number, grouping separator?: string|null, decimal separator?: string|null",
    "The number in a text; the separators are “ ”, “,” or “.” as the text has them.",
)
def number_from(
    run: Run, from_: str | Decimal, grouping_separator: str | None = None, decimal_separator: str | None = None
) -> Value:
    """§10.3.4.1 number(from, grouping separator, decimal separator)."""
    if isinstance(from_, Decimal):
        return from_
    if grouping_separator not in (None, " ", ",", ".") or decimal_separator not in (None, ",", "."):
        return run.bad_value("The grouping separator is a space, “,” or “.”, the decimal separator “,” or “.”.")
    if grouping_separator is not None and grouping_separator == decimal_separator:
        return run.bad_value("The two separators of number() must differ.")
    text = from_.replace(grouping_separator, "") if grouping_separator else from_
    text = text.replace(decimal_separator, ".") if decimal_separator else text
    if len(text) > 10_000 or not _NUMBER.fullmatch(text):
        return run.bad_value(f"“{from_[:60]}” is no number.")
    try:
        return DECIMAL.create_decimal(text)
    except ArithmeticError:
        return run.bad_value(f"“{from_[:60]}” is too large for a number.")


@builtin("string", "from: any", "The value as text; a text stays as it is.")
def string_from(run: Run, from_: Value) -> str | None:
    """§10.3.4.1 string(from)."""
    return None if from_ is None else text_of(from_, run)


@builtin("duration", "from: string|duration", "The duration in a text such as P1Y2M or P1DT2H.")
def duration_from(run: Run, from_: str | timedelta | YearMonthDuration) -> Value:
    """§10.3.4.1 duration(from)."""
    if not isinstance(from_, str):
        return from_
    value = read_duration(from_)
    return value if value is not None else run.bad_value(f"“{from_}” is no duration like P1Y2M or P1DT2H30M.")


@builtin(
    "years and months duration", "from: date|date and time, to: date|date and time", "Whole months from one date to another."
)
def months_between(run: Run, from_: AnyDate | AnyDateTime, to: AnyDate | AnyDateTime) -> YearMonthDuration:
    """§10.3.4.1 years and months duration(from, to): a month counts when its day (and time) is reached."""
    months = (to.year - from_.year) * 12 + to.month - from_.month
    if months > 0 and to.day < from_.day:
        months -= 1
    elif months < 0 and to.day > from_.day:
        months += 1
    return YearMonthDuration(months)


@builtin("not", "negand: any", "True for false, false for true, null for anything else.")
def negation(run: Run, negand: Value) -> bool | None:
    """§10.3.4.2."""
    return not negand if type(negand) is bool else None
