"""Timers that know a calendar: hours are working hours, days working days, and nothing fires while everything is closed.

A firing is found from the one before, not from the first one: the calendar may have got holidays since.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.feel import Value
from engine.kernel.timers.cron import read_cron
from engine.kernel.timers.instant import write_instant
from engine.kernel.timers.period import Period
from engine.kernel.timers.schedule import ENDLESS, TimerSchedule, read_date, read_duration, read_repeating
from engine.kernel.timers.schedule import first_due as first_by_the_clock
from engine.kernel.timers.working_time import WorkingCalendar


def first_due(kind: str, value: Value, now: datetime, calendar: WorkingCalendar) -> TimerSchedule:
    """As `engine.kernel.timers.due.first_due`. Raises NoWorkingTime, too."""
    now = now.astimezone(calendar.zone)
    if kind == "date":
        return TimerSchedule(due=calendar.opening(read_date(value, now)), calendar=calendar.name)
    if kind == "duration":
        period = working_period(value, read_duration(value))
        return TimerSchedule(due=after(period, now, calendar), calendar=calendar.name)
    if isinstance(value, timedelta):
        value = f"R/{working_period(value, Period(time=value))}"
    found = replace(first_by_the_clock("cycle", value, now), calendar=calendar.name)
    assert found.cycle is not None, "a cycle has one"
    if not found.cycle.startswith("R"):
        return replace(found, due=calendar.opening(found.due))
    _, start, period = read_repeating(found.cycle, now)
    assert start is not None, "the anchor is written into every cycle"
    anchor = calendar.opening(start)
    due = anchor if found.due == start else after(period, anchor, calendar)
    return replace(found, due=due, cycle=f"R/{write_instant(anchor.astimezone(calendar.zone))}/{period}")


def next_due(schedule: TimerSchedule, now: datetime, calendar: WorkingCalendar) -> TimerSchedule | None:
    """As `engine.kernel.timers.due.next_due`. Raises OverflowError or NoWorkingTime where no other can be."""
    if schedule.cycle is None or schedule.repetitions == 0:
        return None
    moment = max(schedule.due, now)
    if not schedule.cycle.startswith("R"):
        nominal = read_cron(schedule.cycle).next_after(moment.astimezone(calendar.zone))
        return None if nominal is None else replace(schedule, due=calendar.opening(nominal), makes_up=None)
    _, anchor, period = read_repeating(schedule.cycle, now)
    assert anchor is not None, "the anchor is written into every cycle"
    passed, due = _later(schedule.due, anchor, period, moment, calendar)
    if schedule.repetitions == ENDLESS:
        return replace(schedule, due=due, makes_up=None)
    left = schedule.repetitions - passed
    return None if left < 0 else replace(schedule, due=due, repetitions=left, makes_up=None)


def after(period: Period, start: datetime, calendar: WorkingCalendar) -> datetime:
    """`start` plus the period. Months are those of the calendar on the wall, and what falls on a day off is put off."""
    if period.months:
        return calendar.opening(period.after(start.astimezone(calendar.zone)))
    moved = calendar.days_after(start, period.days)
    return calendar.after(moved, period.time) if period.time or not period.days else moved


def working_period(value: Value, period: Period) -> Period:
    """Of a FEEL duration, which does not tell days from 24 hours, the whole days are working days."""
    return Period(days=value.days, time=value - timedelta(days=value.days)) if isinstance(value, timedelta) else period


def _later(
    due: datetime, anchor: datetime, period: Period, moment: datetime, calendar: WorkingCalendar
) -> tuple[int, datetime]:
    """How many firings after the one that was due the first one later than `moment` is, and when."""
    if period.months:
        count = period.times_until(anchor, moment)
        return count - period.times_until(anchor, due) + 1, calendar.opening(period.after(anchor, count))
    if not period.days:
        count = calendar.worked(due, moment) // period.time + 1
        return count, calendar.after(due, period.time * count)
    count, at = 0, anchor.astimezone(calendar.zone).time()
    while due <= moment:
        count += 1
        due = after(period, due, calendar) if period.time else calendar.on_working_day(due, period.days, at)
    return count, due
