"""Timer texts as values: ISO 8601 dates, durations and repeating intervals, and cron (BPMN 2.0 §10.5.5, ISO 8601 §5.4–5.6).

The reader checks fixed texts with these functions when a diagram is read; whoever evaluates a timer expression parses its text
with the same ones. No clock and no zone database is asked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.model.cron import Cron, parse_cron

ENDLESS: Final = -1
"""`Cycle.repetitions` of a cycle that never ends by itself."""

MAX_YEARS: Final = 100
MAX_REPETITIONS: Final = 10_000
MIN_CYCLE: Final = timedelta(seconds=1)

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:[.,](?P<fraction>\d{1,9}))?S)?)?",
    re.ASCII,
)
_REPEAT = re.compile(r"R(\d*)", re.ASCII)
_ZONE_NAME = re.compile(r"\[[A-Za-z0-9_+\-/]+\]$")
_MAX_DIGITS: Final = 12


class TimerTextError(ValueError):
    """The text is no usable timer; the message says why in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of calendar months plus a fixed span of time; neither is negative."""

    months: int = 0
    time: timedelta = timedelta()

    @property
    def is_zero(self) -> bool:
        """True when it takes no time at all."""
        return not self.months and not self.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A repeating interval: `repetitions` firings (`ENDLESS` for no end), the first one `period` after `start` or after now.

    ``R3/2026-01-01T00:00:00Z/P1D`` fires first at its start. `end` stops an endless cycle.
    """

    repetitions: int
    period: Period
    start: datetime | None = None
    end: datetime | None = None


def parse_period(text: str) -> Period:
    """Read an ISO 8601 duration such as ``P1Y2M10DT2H30M``. Raises TimerTextError; ISO 8601 knows no negative ones."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groupdict().values()):
        raise TimerTextError(f"“{_shown(text)}” is not an ISO 8601 duration such as PT15M, P3D or P1M.")
    if any(value is not None and len(value) > _MAX_DIGITS for value in found.groupdict().values()):
        raise TimerTextError(f"“{_shown(text)}” is longer than {MAX_YEARS} years.")
    part = {name: int(value or 0) for name, value in found.groupdict().items() if name != "fraction"}
    months = part["years"] * 12 + part["months"]
    seconds = ((part["weeks"] * 7 + part["days"]) * 24 + part["hours"]) * 3600 + part["minutes"] * 60 + part["seconds"]
    if months / 12 + seconds / (365 * 86400) > MAX_YEARS:
        raise TimerTextError(f"“{_shown(text)}” is longer than {MAX_YEARS} years.")
    microseconds = int((found["fraction"] or "0").ljust(6, "0")[:6])
    return Period(months=months, time=timedelta(seconds=seconds, microseconds=microseconds))


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 date with time, offset optional (``2026-05-01T08:00:00+02:00``), or a date alone. Raises TimerTextError.

    A zone name in brackets is allowed behind an offset; the offset counts. Without an offset the moment is naive.
    """
    try:
        return datetime.fromisoformat(_ZONE_NAME.sub("", text.strip()))
    except ValueError:
        raise TimerTextError(f"“{_shown(text)}” is not an ISO 8601 date with time such as 2026-05-01T08:00:00Z.") from None


def parse_cycle(text: str) -> Cycle | Cron:
    """Read ``R[n]/duration``, ``R[n]/start/duration``, ``R[n]/duration/end``, ``R[n]/start/end`` or cron.

    Raises TimerTextError, also for a cycle that would never fire or fire without a pause.
    """
    stripped = text.strip()
    if not stripped.startswith("R"):
        try:
            return parse_cron(stripped)
        except ValueError as error:
            raise TimerTextError(str(error)) from None
    repeat, *parts = stripped.split("/")
    found = _REPEAT.fullmatch(repeat)
    if found is None or len(parts) not in (1, 2):
        raise TimerTextError(f"“{_shown(text)}” is not a cycle such as R/PT1H, R3/P1D or R5/2026-05-01T08:00:00Z/P1W.")
    cycle = _cycle_of(_repetitions(found[1], text), parts)
    if not cycle.period.months and cycle.period.time < MIN_CYCLE:
        raise TimerTextError(f"“{_shown(text)}” repeats without a pause; the interval must be at least one second.")
    return cycle


def _repetitions(digits: str, text: str) -> int:
    if not digits:
        return ENDLESS
    if len(digits) > _MAX_DIGITS or int(digits) > MAX_REPETITIONS:
        raise TimerTextError(f"“{_shown(text)}” repeats more than {MAX_REPETITIONS:,} times.")
    if int(digits) == 0:
        raise TimerTextError(f"“{_shown(text)}” repeats zero times, so it never fires.")
    return int(digits)


def _cycle_of(repetitions: int, parts: list[str]) -> Cycle:
    if len(parts) == 1:
        return Cycle(repetitions=repetitions, period=parse_period(parts[0]))
    first, second = parts
    if first.startswith("P"):
        return Cycle(repetitions=repetitions, period=parse_period(first), end=parse_moment(second))
    start = parse_moment(first)
    if second.startswith("P"):
        return Cycle(repetitions=repetitions, period=parse_period(second), start=start)
    return Cycle(repetitions=repetitions, period=_between(start, parse_moment(second)), start=start)


def _between(start: datetime, end: datetime) -> Period:
    if (start.tzinfo is None) is not (end.tzinfo is None):
        raise TimerTextError("One of the two dates of the cycle has an offset and the other has none.")
    span = end.astimezone(UTC) - start.astimezone(UTC) if start.tzinfo else end - start
    if span < timedelta():
        raise TimerTextError("The cycle's second date lies before its first.")
    return Period(time=span)


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
