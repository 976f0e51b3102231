"""When a timer is due: dates, durations and cycles of BPMN 2.0 §10.5.5 in ISO 8601 and cron."""

from __future__ import annotations

from engine.kernel.timers.missed import first_firing, next_firing
from engine.kernel.timers.schedule import TimerInvalid, TimerSchedule, first_due, next_due

__all__ = ["TimerInvalid", "TimerSchedule", "first_due", "first_firing", "next_due", "next_firing"]
