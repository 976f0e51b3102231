"""Dates and times that Python's own types cannot hold: years outside 1–9999, fractions finer than a microsecond (DMN 1.5
§10.3.2.3.4–6).

They are made only when needed, by `engine.feel.temporal`; they have the names of `datetime`'s fields, compare and print, but
take part in
no arithmetic with durations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

MAX_YEAR = 999_999_999
"""XML Schema sets no limit; this one is what other engines keep."""


def is_leap(year: int) -> bool:
    """Whether the proleptic Gregorian year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1 January of year 1, which is day 1, as `date.toordinal` counts, for any year."""
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400
    return before * 365 + leap_days + sum(days_in_month(year, m) for m in range(1, month)) + day


def date_of_day(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number: the inverse of `day_number`."""
    era, day = divmod(number - 1, 146_097)  # 400 years
    year_of_era = min((day - day // 1460 + day // 36_524 - day // 146_096) // 365, 399)
    year = era * 400 + year_of_era + 1
    rest = number - day_number(year, 1, 1)
    if rest >= 365 + is_leap(year):
        year, rest = year + 1, rest - 365 - is_leap(year)
    month = 1
    while rest >= days_in_month(year, month):
        rest -= days_in_month(year, month)
        month += 1
    return year, month, rest + 1


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date whose year Python's `date` cannot hold."""

    year: int
    month: int
    day: int

    def isoweekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return (day_number(self.year, self.month, self.day) - 1) % 7 + 1


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time with nanoseconds."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time with nanoseconds or a year that Python's `datetime` cannot hold."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None

    def isoweekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return (day_number(self.year, self.month, self.day) - 1) % 7 + 1
