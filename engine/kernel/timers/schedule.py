"""From what a timer definition says to the next moment it fires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from engine.feel import Value, YearMonthDuration
from engine.kernel.timers.cron import CronInvalid, is_cron, read_cron
from engine.kernel.timers.instant import at_midnight, read_instant, write_instant
from engine.kernel.timers.period import Period, period_of, read_period

ENDLESS = -1


class TimerInvalid(ValueError):
    """The value is no such timer; the message says what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSchedule:
    """The next firing. `due` is in UTC; `cycle` is the rule for further ones, with its anchor.

    `repetitions` those left after it (-1 endless). `makes_up` is the time of the firing that it stands in for, where that was
    missed. `calendar` names the calendar whose working time counts.
    """

    due: datetime
    cycle: str | None = None
    repetitions: int = 0
    makes_up: datetime | None = None
    calendar: str | None = None


def first_due(kind: str, value: Value, now: datetime) -> TimerSchedule:
    """When a timer of `kind` (date, duration or cycle) fires first, counted from `now`.

    The zone of `now` holds where the value names none. A date in the past is due at once. Raises TimerInvalid.
    """
    try:
        if kind == "date":
            return TimerSchedule(due=read_date(value, now).astimezone(UTC))
        if kind == "duration":
            return TimerSchedule(due=read_duration(value).after(now).astimezone(UTC))
        return _first_of_cycle(value, now)
    except OverflowError:
        raise TimerInvalid("is further away than the year 9999") from None


def next_due(schedule: TimerSchedule, now: datetime) -> TimerSchedule | None:
    """The firing after `schedule` that is still to come; those missed since count as one with it. None: there is no other."""
    if schedule.cycle is None or schedule.repetitions == 0:
        return None
    moment = max(schedule.due, now)
    if not schedule.cycle.startswith("R"):
        due = read_cron(schedule.cycle).next_after(moment)
        return None if due is None else TimerSchedule(due=due.astimezone(UTC), cycle=schedule.cycle, repetitions=ENDLESS)
    _, start, period = read_repeating(schedule.cycle, now)
    anchor = start or schedule.due
    try:
        count = period.times_until(anchor, moment)
        due = period.after(anchor, count).astimezone(UTC)
    except OverflowError:
        return None
    if schedule.repetitions == ENDLESS:
        return TimerSchedule(due=due, cycle=schedule.cycle, repetitions=ENDLESS)
    passed = count - _count_of(anchor, period, schedule.due)
    left = schedule.repetitions - passed
    return None if left < 0 else TimerSchedule(due=due, cycle=schedule.cycle, repetitions=left)


def latest_due(schedule: TimerSchedule, now: datetime) -> TimerSchedule:
    """The last firing that is not later than `now`, of a schedule whose first one is in the past."""
    if schedule.cycle is None or not schedule.cycle.startswith("R"):
        return schedule
    _, start, period = read_repeating(schedule.cycle, now)
    anchor = start or schedule.due
    passed = period.times_until(anchor, now) - 1 - _count_of(anchor, period, schedule.due)
    if schedule.repetitions != ENDLESS:
        passed = min(passed, schedule.repetitions)
    due = period.after(anchor, _count_of(anchor, period, schedule.due) + passed).astimezone(UTC)
    left = ENDLESS if schedule.repetitions == ENDLESS else schedule.repetitions - passed
    return TimerSchedule(due=due, cycle=schedule.cycle, repetitions=left)


def _count_of(anchor: datetime, period: Period, due: datetime) -> int:
    """Which firing, counted from the anchor as 0, is due then."""
    return 0 if due <= anchor else period.times_until(anchor, due - timedelta(microseconds=1))


def _first_of_cycle(value: Value, now: datetime) -> TimerSchedule:
    if isinstance(value, (timedelta, YearMonthDuration)):
        period = period_of(value)
        _check_positive(period)
        return _cycle(ENDLESS, now, period, period.after(now))
    if not isinstance(value, str):
        raise TimerInvalid("must be a cycle such as R3/PT1H or a cron expression")
    text = value.strip()
    if is_cron(text):
        return _first_of_cron(text, now)
    times, start, period = read_repeating(text, now)
    if start is not None:
        # In the past it is due at once, and what was missed since counts as one with it.
        return _cycle(times, start, period, start)
    return _cycle(times, now, period, period.after(now))


def _cycle(times: int, anchor: datetime, period: Period, due: datetime) -> TimerSchedule:
    repetitions = ENDLESS if times == ENDLESS else times - 1
    return TimerSchedule(due=due.astimezone(UTC), cycle=f"R/{write_instant(anchor)}/{period}", repetitions=repetitions)


def _first_of_cron(text: str, now: datetime) -> TimerSchedule:
    try:
        due = read_cron(text).next_after(now)
    except CronInvalid as problem:
        raise TimerInvalid(f"is no cron expression: {problem}") from None
    if due is None:
        raise TimerInvalid(f"never fires: {text!r} names a day that does not exist")
    return TimerSchedule(due=due.astimezone(UTC), cycle=text, repetitions=ENDLESS)


def read_repeating(text: str, now: datetime) -> tuple[int, datetime | None, Period]:
    """Times (-1 endless), start and period of `R3/2026-01-31T09:00:00Z/P1M`."""
    head, _, period_text = text.rpartition("/")
    times_text, _, start_text = head.partition("/")
    if times_text[:1] != "R" or not (times_text == "R" or (times_text[1:].isdecimal() and len(times_text) < 10)):
        raise TimerInvalid(f"must be a cycle such as R3/PT1H, R/2026-01-31T09:00:00Z/P1M or a cron expression, not {text!r}")
    start = read_instant(start_text, now.tzinfo or UTC) if start_text else None
    if start_text and start is None:
        raise TimerInvalid(f"has a start that is no date and time: {start_text!r}")
    period = read_period(period_text)
    if period is None:
        raise TimerInvalid(f"has no duration such as PT1H at its end: {period_text!r}")
    _check_positive(period)
    times = int(times_text[1:]) if times_text != "R" else ENDLESS
    if times == 0:
        raise TimerInvalid("repeats 0 times, so it would never fire")
    return times, start, period


def _check_positive(period: Period) -> None:
    if not period.is_positive:
        raise TimerInvalid("must have a duration longer than zero, or it would fire without end")


def read_date(value: Value, now: datetime) -> datetime:
    """The moment that a date timer names, in the zone of `now` where it names none. Raises TimerInvalid."""
    zone = now.tzinfo or UTC
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return at_midnight(value, zone)
    found = read_instant(value, zone) if isinstance(value, str) else None
    if found is None:
        raise TimerInvalid("must be a date and time such as 2026-01-31T09:00:00Z")
    return found


def read_duration(value: Value, expected: str = "a duration such as PT1H or P2D") -> Period:
    """The period that a duration timer names. Raises TimerInvalid."""
    if isinstance(value, (timedelta, YearMonthDuration)):
        return period_of(value)
    found = read_period(value) if isinstance(value, str) else None
    if found is None:
        raise TimerInvalid(f"must be {expected}")
    return found
