"""When a timer is due: dates, durations and cycles of BPMN 2.0 §10.5.5 in ISO 8601 and cron."""

from __future__ import annotations

from engine.kernel.timers.due import first_due, next_due
from engine.kernel.timers.missed import first_firing, next_firing
from engine.kernel.timers.schedule import TimerInvalid, TimerSchedule
from engine.kernel.timers.working_time import Hours, NoWorkingTime, WorkingCalendar

__all__ = [
    "Hours",
    "NoWorkingTime",
    "TimerInvalid",
    "TimerSchedule",
    "WorkingCalendar",
    "first_due",
    "first_firing",
    "next_due",
    "next_firing",
]
