"""Cron texts: five fields (minute first) or six (second first), the names of months and days, and the usual @macros.

Source: the crontab format of POSIX, widened by seconds as Camunda 8 writes them. A field is ``*``, ``?``, a number, a name, a
range, or a list of those, each with an optional step ``/n``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAYS_IN_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ITEM = re.compile(r"(?P<first>[*?]|\w{1,4})(?:-(?P<last>\w{1,4}))?(?:/(?P<step>\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        word = text.upper()
        if word in self.words:
            return self.words.index(word) + self.low
        if not text.isascii() or not text.isdigit() or not self.low <= int(text) <= self.high:
            raise ValueError(f"“{text}” is no {self.name} ({self.low} to {self.high}).")
        return int(text)


_FIELDS: Final = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """The allowed values of each field; `weekdays` count from Sunday = 0.

    When both `days` and `weekdays` are restricted, a day has to satisfy both (as in Spring and Camunda 8, unlike POSIX).
    """

    text: str
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime) -> datetime | None:
        """The first firing later than `moment`, in the zone of `moment`; None when there is none before the year 10000.

        Days that do not fit are skipped whole, so the work is bounded by the days between two firings (at most 40 years:
        29 February on a given weekday, across 2100).
        """
        start = (moment + timedelta(seconds=1)).replace(microsecond=0)
        time = self._time_from(start.hour, start.minute, start.second) if self._fits(start) else None
        day = start
        for _ in range(40 * 366):
            if time is not None:
                return day.replace(hour=time[0], minute=time[1], second=time[2])
            try:
                day += timedelta(days=1)
            except OverflowError:
                return None
            time = self._time_from(0, 0, 0) if self._fits(day) else None
        return None

    def _fits(self, day: datetime) -> bool:
        return day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays

    def _time_from(self, hour: int, minute: int, second: int) -> tuple[int, int, int] | None:
        """The first allowed time of the day that is not before the given one."""
        for h in sorted(value for value in self.hours if value >= hour):
            for m in sorted(value for value in self.minutes if h > hour or value >= minute):
                at = [value for value in self.seconds if (h, m) > (hour, minute) or value >= second]
                if at:
                    return h, m, min(at)
        return None


def parse_cron(text: str) -> Cron:
    """Read a cron text. Raises ValueError with a plain sentence, also for a date that does not exist (30 February)."""
    parts = _MACROS.get(text.strip().lower(), text).split()
    if len(parts) == 5:
        parts.insert(0, "0")
    if len(parts) != 6:
        raise ValueError(
            f"“{text[:60]}” is neither an ISO 8601 cycle (R3/PT1H) nor cron with five or six fields (0 8 * * MON-FRI)."
        )
    sets = [_values(part, field) for part, field in zip(parts, _FIELDS, strict=True)]
    seconds, minutes, hours, days, months, weekdays = sets
    if min(days) > max(_DAYS_IN_MONTH[month - 1] for month in months):
        raise ValueError(f"“{text}” names a day that none of its months has, so it never fires.")
    return Cron(
        text=text,
        seconds=seconds,
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
    )


def _values(part: str, field: _Field) -> frozenset[int]:
    values: set[int] = set()
    for item in part.split(","):
        found = _ITEM.fullmatch(item)
        if found is None:
            raise ValueError(f"“{item[:20]}” is not understood as {field.name} in cron.")
        values.update(_range(found, field))
    return frozenset(values)


def _range(found: re.Match[str], field: _Field) -> range:
    first, last, step = found["first"], found["last"], found["step"]
    if step is not None and int(step) == 0:
        raise ValueError(f"The step 0 of the {field.name} never comes to an end.")
    if first in ("*", "?"):
        if last is not None:
            raise ValueError(f"“{found[0]}” is not understood as {field.name} in cron.")
        return range(field.low, field.high + 1, int(step or 1))
    low = field.number(first)
    high = field.number(last) if last is not None else (field.high if step else low)
    if high < low:
        raise ValueError(f"The range “{found[0]}” of the {field.name} ends before it begins.")
    return range(low, high + 1, int(step or 1))
