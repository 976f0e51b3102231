"""Cron expressions with seconds, as Camunda 8 and Spring write them: second minute hour day-of-month month day-of-week.

Five fields are read as crontab's (no seconds). `*`, lists, ranges, steps, names, `?`, `L`, `L-3`, `15W`, `LW`, `FRIL`,
`MON#2` and the macros `@yearly` … `@hourly` are known. When both day fields are restricted, both must hold. A zone may
follow, as in FEEL: ``0 0 9 * * MON-FRI @Asia/Tokyo``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from engine.kernel.timers.instant import read_zone

_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * SUN",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}
_RANGE = re.compile(r"(\*|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)
_YEARS_AHEAD = 40
"""A date such as 29 February on a Monday comes back within 28 years, 40 over a century without its leap day."""

DayRule = Callable[[date], bool]


class CronInvalid(ValueError):
    """The text is no cron expression; the message names the field."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The times of day are `seconds` × `minutes` × `hours` (sorted); a day matches when all `days` rules hold."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    days: tuple[DayRule, ...]
    zone: tzinfo | None = None

    def next_after(self, moment: datetime) -> datetime | None:
        """The first match later than `moment`, in the zone of the expression, else that of `moment`; None within 40 years.

        In a gap of summer time a match fires at the shifted time, in a repeated hour once; but a rule for every hour fires in
        both.
        """
        local = moment.astimezone(self.zone or moment.tzinfo)
        found = [self._wall_clock(local)]
        if len(self.hours) == 24:
            found.append(self._steady_clock(local))
        return min((f for f in found if f is not None), key=datetime.timestamp, default=None)

    def _wall_clock(self, local: datetime) -> datetime | None:
        """The first match by the clock on the wall."""
        found = self._search(local.replace(tzinfo=None))
        if found is None:
            return None
        match = found.replace(tzinfo=local.tzinfo)
        if match.timestamp() <= local.timestamp():
            match = match.replace(fold=1)
        # Through UTC and back, so that a time in a gap becomes one that exists.
        return match.astimezone(UTC).astimezone(local.tzinfo)

    def _steady_clock(self, local: datetime) -> datetime | None:
        """The first match by a clock that keeps the offset of `local`, when it is one on the wall too."""
        steady = timezone(local.utcoffset() or timedelta(0))
        found = self._search(local.replace(tzinfo=None))
        if found is None:
            return None
        match = found.replace(tzinfo=steady).astimezone(local.tzinfo)
        return match if match.minute in self.minutes and self.matches_day(match.date()) else None

    def _search(self, after: datetime) -> datetime | None:
        """The first match later than `after`, both without zone."""
        today = after.date()
        if self.matches_day(today) and (at := self._time_after(after.time())) is not None:
            return datetime.combine(today, at)
        last = min(today.toordinal() + _YEARS_AHEAD * 366, date.max.toordinal())
        ahead = map(date.fromordinal, range(today.toordinal() + 1, last))
        earliest = time(self.hours[0], self.minutes[0], self.seconds[0])
        return next((datetime.combine(day, earliest) for day in ahead if self.matches_day(day)), None)

    def matches_day(self, day: date) -> bool:
        """True when the expression has times on this day."""
        return day.month in self.months and all(rule(day) for rule in self.days)

    def _time_after(self, at: time) -> time | None:
        for hour in self.hours:
            if hour < at.hour:
                continue
            for minute in self.minutes:
                if hour == at.hour and minute < at.minute:
                    continue
                for second in self.seconds:
                    if time(hour, minute, second) > at.replace(microsecond=0):
                        return time(hour, minute, second)
        return None


def is_cron(text: str) -> bool:
    """True when the text can only be meant as cron: several fields, or a macro."""
    return text.startswith("@") or len(text.split()) > 1


def read_cron(text: str) -> Cron:
    """Read an expression; raises CronInvalid."""
    words = text.split()
    zone = None
    if len(words) > 1 and words[-1].startswith("@"):
        zone = read_zone(words.pop()[1:])
        if zone is None:
            raise CronInvalid(f"the time zone in {text!r} is not known")
    if len(words) == 1:
        words = _MACROS.get(words[0].lower(), words[0]).split()
    if len(words) == 5:
        words = ["0", *words]
    if len(words) != 6:
        raise CronInvalid(f"{text!r} has {len(words)} fields; cron has six: second minute hour day month weekday")
    return Cron(
        seconds=_numbers(words[0], "second", 0, 59),
        minutes=_numbers(words[1], "minute", 0, 59),
        hours=_numbers(words[2], "hour", 0, 23),
        days=(*_day_of_month(words[3]), *_day_of_week(words[5])),
        months=frozenset(_numbers(words[4], "month", 1, 12, _MONTHS)),
        zone=zone,
    )


def read_day_rule(text: str) -> DayRule:
    """The days that three fields name: day-of-month, month, day-of-week, as in ``? 1 MON#2``. Raises CronInvalid."""
    if len(text.split()) != 3:
        raise CronInvalid(f"{text!r} must have three fields: day of the month, month, weekday")
    return read_cron(f"0 0 0 {text}").matches_day


def _numbers(field: str, name: str, low: int, high: int, names: dict[str, int] | None = None) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.upper().split(","):
        found.update(_range(part, name, low, high, names or {}))
    return tuple(sorted(found))


def _range(part: str, name: str, low: int, high: int, names: dict[str, int]) -> range:
    match = _RANGE.fullmatch(part)
    if match is None:
        raise CronInvalid(f"the {name} {part!r} is not understood")
    step = int(match[4] or 1)
    if match[1] == "*":
        start, end = low, high
    else:
        start = _number(match[2], name, names)
        end = _number(match[3], name, names) if match[3] else (high if match[4] else start)
    if not (low <= start <= end <= high) or step < 1:
        raise CronInvalid(f"the {name} {part!r} is not within {low} and {high}, or its ends or step are wrong")
    return range(start, end + 1, step)


def _number(text: str, name: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isdigit():
        raise CronInvalid(f"the {name} {text!r} is not understood")
    return int(text)


def _day_of_month(field: str) -> tuple[DayRule, ...]:
    text = field.upper()
    if text in ("*", "?"):
        return ()
    if text == "LW":
        return (lambda day: day == _nearest_weekday(day, _days_in(day)),)
    if match := re.fullmatch(r"L(?:-(\d{1,2}))?", text):
        back = int(match[1] or 0)
        return (lambda day: day.day == _days_in(day) - back,)
    if match := re.fullmatch(r"(\d{1,2})W", text):
        wanted = int(match[1])
        return (lambda day: wanted <= _days_in(day) and day == _nearest_weekday(day, wanted),)
    numbers = frozenset(_numbers(text, "day of the month", 1, 31))
    return (lambda day: day.day in numbers,)


def _day_of_week(field: str) -> tuple[DayRule, ...]:
    text = field.upper()
    if text in ("*", "?"):
        return ()
    if match := re.fullmatch(r"(\w+)#([1-5])", text):
        weekday, nth = _number(match[1], "weekday", _WEEKDAYS) % 7, int(match[2])
        return (lambda day: _weekday(day) == weekday and (day.day - 1) // 7 + 1 == nth,)
    if match := re.fullmatch(r"(\d|[A-Z]{3})L", text):
        weekday = _number(match[1], "weekday", _WEEKDAYS) % 7
        return (lambda day: _weekday(day) == weekday and day.day > _days_in(day) - 7,)
    numbers = frozenset(n % 7 for part in text.split(",") for n in _range(_sunday_last(part), "weekday", 0, 7, _WEEKDAYS))
    return (lambda day: _weekday(day) in numbers,)


def _sunday_last(part: str) -> str:
    """`MON-SUN` is a week; Sunday counts as 7 at the end of a range."""
    return part[:-3] + "7" if part.endswith("-SUN") else part


def _weekday(day: date) -> int:
    return day.isoweekday() % 7


def _days_in(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> date:
    """The working day (Monday to Friday) nearest to a day of the month, within that month."""
    day = month.replace(day=wanted)
    if day.isoweekday() == 6:
        return day - timedelta(days=1) if wanted > 1 else day + timedelta(days=2)
    if day.isoweekday() == 7:
        return day + timedelta(days=1) if wanted < _days_in(month) else day - timedelta(days=2)
    return day
