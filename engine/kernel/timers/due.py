"""When a timer is due: by the clock, or by the working time of a calendar."""

from __future__ import annotations

from datetime import datetime

from engine.feel import Value
from engine.kernel.timers import schedule, working_schedule
from engine.kernel.timers.schedule import TimerInvalid, TimerSchedule
from engine.kernel.timers.working_time import NoWorkingTime, WorkingCalendar


def first_due(kind: str, value: Value, now: datetime, calendar: WorkingCalendar | None = None) -> TimerSchedule:
    """When a timer of `kind` (date, duration or cycle) fires first, counted from `now`. Raises TimerInvalid.

    The zone of `now`, or that of the calendar, holds where the value names none. A date in the past is due at once.
    """
    if calendar is None:
        return schedule.first_due(kind, value, now)
    try:
        return working_schedule.first_due(kind, value, now, calendar)
    except OverflowError:
        raise TimerInvalid("is further away than the year 9999") from None
    except NoWorkingTime as problem:
        raise TimerInvalid(str(problem)) from None


def next_due(planned: TimerSchedule, now: datetime, calendar: WorkingCalendar | None = None) -> TimerSchedule | None:
    """The firing after `planned` that is still to come; those missed since count as one with it. None: there is no other."""
    if calendar is None:
        return schedule.next_due(planned, now)
    try:
        return working_schedule.next_due(planned, now, calendar)
    except (OverflowError, NoWorkingTime):
        return None


def latest_due(planned: TimerSchedule, now: datetime, calendar: WorkingCalendar | None = None) -> TimerSchedule:
    """The last firing that is not later than `now`, of a schedule whose first one is in the past."""
    if calendar is None:
        return schedule.latest_due(planned, now)
    while (following := next_due(planned, planned.due, calendar)) is not None and following.due <= now:
        planned = following
    return planned
