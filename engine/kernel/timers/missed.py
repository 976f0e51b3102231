"""Firings of a repeating timer that came while nobody was there to fire: one for all, each of them, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from engine.kernel.timers.due import latest_due, next_due
from engine.kernel.timers.schedule import TimerSchedule
from engine.kernel.timers.working_time import WorkingCalendar
from engine.model.process import TimerDefinition

LATE: Final = timedelta(minutes=1)
"""A timer that fires later than this was missed."""


def first_firing(
    schedule: TimerSchedule, timer: TimerDefinition, now: datetime, calendar: WorkingCalendar | None = None
) -> TimerSchedule:
    """The first firing of a timer that begins now: those that its text has before that were not missed, nobody waited yet."""
    return latest_due(schedule, now, calendar) if timer.missed == "all" and schedule.due < now else schedule


def next_firing(
    schedule: TimerSchedule, timer: TimerDefinition, now: datetime, calendar: WorkingCalendar | None = None
) -> tuple[bool, TimerSchedule | None]:
    """Whether the firing that is due happens, and the next one, None for no more.

    ``once``: it stands for all that were missed. ``skip``: what was missed does not happen. ``all``: each happens, with a
    pause between those that are late.
    """
    if timer.missed == "skip" and now - schedule.due > LATE:
        return False, next_due(schedule, now, calendar)
    if timer.missed == "all":
        return True, _next_of_all(schedule, timer.pause, now, calendar)
    return True, next_due(schedule, now, calendar)


def _next_of_all(
    schedule: TimerSchedule, pause: timedelta, now: datetime, calendar: WorkingCalendar | None
) -> TimerSchedule | None:
    made_up = schedule.makes_up or schedule.due
    following = next_due(replace(schedule, due=made_up, makes_up=None), made_up, calendar)
    if following is None or following.due > now:
        return following
    return replace(following, due=now + pause, makes_up=following.due)
