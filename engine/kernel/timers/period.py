"""Durations that know the calendar: months are clamped to their last day, days keep the time of day across summer time."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.feel import YearMonthDuration

_PERIOD = re.compile(
    r"(-)?P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=.)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:[.,]\d{1,9})?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Period:
    """`months` and `days` are counted in the calendar of a zone, `time` on the clock of UTC."""

    months: int = 0
    days: int = 0
    time: timedelta = timedelta(0)

    @property
    def is_positive(self) -> bool:
        """True when adding it leads to a later moment; parts of different sign cannot be written."""
        return self.months > 0 or self.days > 0 or self.time > timedelta(0)

    def after(self, start: datetime, times: int = 1) -> datetime:
        """`start` plus `times` periods, counted from `start` so that clamping does not add up.

        `P1M` from 31 January is the last of February, and twice that the last of March. Raises OverflowError beyond the
        year 9999.
        """
        moved = _add_months(start, self.months * times) + timedelta(days=self.days * times)
        if not self.time:
            return moved
        return (moved.astimezone(UTC) + self.time * times).astimezone(moved.tzinfo)

    def times_until(self, start: datetime, moment: datetime) -> int:
        """The smallest count >= 1 whose `after(start, count)` is later than `moment`; the period must be positive.

        Raises OverflowError when that lies beyond the year 9999.
        """
        moment = moment.astimezone(UTC)
        if moment < start:
            return 1
        longest = timedelta(days=self.months * 31 + self.days, hours=1 if self.days else 0) + self.time
        count = max(1, (moment - start) // longest)
        while (reached := self.after(start, count)) <= moment:
            count += max(1, (moment - reached) // longest)
        return count

    def __str__(self) -> str:
        amount = Decimal(self.time // timedelta(microseconds=1)) / 1_000_000
        date_part = (f"{self.months}M" if self.months else "") + (f"{self.days}D" if self.days else "")
        return f"P{date_part}" + (f"T{amount:f}S" if amount or not date_part else "")


def read_period(text: str) -> Period | None:
    """`P1Y2M3W4DT5H6M7.5S`, parts left out at will, or the same with a leading minus; None when the text is no duration."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[1:7])
    micros = int(Decimal((match[8] or "0").replace(",", ".")) * 1_000_000)
    sign = -1 if match[1] else 1
    try:
        clock = timedelta(hours=hours, minutes=minutes, microseconds=micros)
    except OverflowError:
        return None
    return Period(sign * (years * 12 + months), sign * (weeks * 7 + days), sign * clock)


def period_of(duration: timedelta | YearMonthDuration) -> Period:
    """The period of a FEEL duration; its days are 24 hours, as FEEL's days are."""
    return Period(months=duration.months) if isinstance(duration, YearMonthDuration) else Period(time=duration)


def _add_months(start: datetime, months: int) -> datetime:
    if not months:
        return start
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("the year is out of range")
    return start.replace(year=year, month=month0 + 1, day=min(start.day, monthrange(year, month0 + 1)[1]))
