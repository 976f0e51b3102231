"""Working time: the hours of a week in a zone, without holidays, with days of other hours.

Times of day are minutes from 0 to 1440. Where clocks are put forward, hours in the gap do not exist; where they are put back,
an hour that comes twice is worked both times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice
from typing import Final
from zoneinfo import ZoneInfo

Hours = tuple[tuple[int, int], ...]
"""Spans of a day, from and to in minutes since midnight, in order and apart from each other; none for a day off."""

Span = tuple[datetime, datetime]

DAY: Final = 24 * 60
_REMEMBERED: Final = 4_000
_CLOSED: Final = 3_700
"""Days off in a row after which it is said that nobody works any more: ten years."""

_ZERO: Final = timedelta(0)


class NoWorkingTime(ValueError):
    """The calendar has too little working time to get there; the message goes on after "The timer …"."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`week` has the hours of Monday to Sunday; the first of `others` whose rule holds for a day takes their place."""

    name: str
    zone: ZoneInfo
    week: tuple[Hours, ...]
    others: tuple[tuple[Callable[[date], bool], Hours], ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, compare=False, repr=False)

    def hours(self, day: date) -> Hours:
        """The hours of a day."""
        for holds, hours in self.others:
            if holds(day):
                return hours
        return self.week[day.weekday()]

    def spans(self, day: date) -> tuple[Span, ...]:
        """The hours of a day as moments in UTC."""
        found = self._spans.get(day)
        if found is None:
            found = _apart((self._begin(day, begin), self._end(day, end)) for begin, end in self.hours(day))
            if len(self._spans) >= _REMEMBERED:
                self._spans.clear()
            self._spans[day] = found
        return found

    def opening(self, moment: datetime) -> datetime:
        """The moment itself where it is working time, else the next beginning of it."""
        moment = moment.astimezone(UTC)
        return max(moment, next(self._from(moment))[0])

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`; with none, the opening."""
        if amount < _ZERO:
            raise NoWorkingTime("counts working time, which cannot be negative")
        left, now = amount, self.opening(start)
        for begin, end in self._from(now):
            open_from = max(begin, now)
            if left <= end - open_from:
                return open_from + left
            left -= end - open_from
        raise AssertionError("the spans do not end without saying so")

    def days_after(self, start: datetime, days: int) -> datetime:
        """The same time of day on the working day so many later, within the hours of that day; with none, the opening.

        Outside of working time it is counted from the next opening.
        """
        if days < 0:
            raise NoWorkingTime("counts working days, which cannot be negative")
        begin = self.opening(start)
        return self.on_working_day(begin, days, begin.astimezone(self.zone).time()) if days else begin

    def on_working_day(self, start: datetime, days: int, at: time) -> datetime:
        """A time of day on the working day so many (at least one) after the day of `start`, within the hours of that day."""
        day = next(islice(self._working_days(start.astimezone(self.zone).date()), days - 1, None))
        return self._within(day, at)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total, day, last = _ZERO, start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            for begin, close in self.spans(day):
                total += max(_ZERO, min(close, end) - max(begin, start))
            day += timedelta(days=1)
        return total

    def _within(self, day: date, at: time) -> datetime:
        """The time of day, or that of the hours of the day which is nearest after it, or else their end."""
        wanted = datetime.combine(day, at, self.zone).astimezone(UTC)
        spans = self.spans(day)
        return next((max(begin, wanted) for begin, end in spans if wanted <= end), spans[-1][1])

    def _from(self, moment: datetime) -> Iterator[Span]:
        """The spans that end later than the moment, in order."""
        first = moment.astimezone(self.zone).date()
        for day in chain((first,), self._working_days(first)):
            yield from (span for span in self.spans(day) if span[1] > moment)

    def _working_days(self, day: date) -> Iterator[date]:
        """The days with working time after a day. Raises NoWorkingTime when there is none for years."""
        closed = 0
        while closed < _CLOSED and day < date.max:
            day += timedelta(days=1)
            closed = 0 if self.spans(day) else closed + 1
            if not closed:
                yield day
        raise NoWorkingTime(f"is never reached: the calendar {self.name!r} has no working time from {day:%Y} on")

    def _begin(self, day: date, minute: int) -> datetime:
        """The first moment of the day whose time of day is not before the minute."""
        return _existing(self._wall(day, minute))

    def _end(self, day: date, minute: int) -> datetime:
        """The moment after the last one of the day whose time of day is before the minute."""
        wall = self._wall(day, minute)
        # Midnight that comes twice belongs to the next day both times.
        return _existing(wall if minute == DAY else wall.replace(fold=1))

    def _wall(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(day, time(0), self.zone)
        return midnight + timedelta(minutes=minute)


def _apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Without those that a gap of summer time leaves empty; what overlaps in an hour that comes twice is one."""
    found: list[Span] = []
    for begin, end in spans:
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return tuple(found)


def _existing(wall: datetime) -> datetime:
    """The moment in UTC; of a time that does not exist, the moment at which clocks are put forward."""
    before, after = wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if after >= before:
        return after if wall.fold else before
    offset = wall.replace(fold=1).utcoffset()  # of the other side of the gap than the moment `before`
    while before - after > timedelta(seconds=1):
        middle = after + (before - after) / 2
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return before.replace(microsecond=0)
