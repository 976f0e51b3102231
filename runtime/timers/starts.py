"""Timer start events: the latest version of a process is started when its timer is due, and again when the timer repeats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.api import (
    Element,
    Expression,
    FeelError,
    Problem,
    ProcessDefinition,
    TimerDefinition,
    TimerInvalid,
    TimerSchedule,
    Value,
    WorkingCalendar,
    first_due,
    first_firing,
    next_firing,
)
from runtime.errors import Invalid, NotFound
from runtime.execute import Executor
from runtime.jobs import statements
from runtime.jobs.queue import Queue
from runtime.store.work import Work

TIMER_START = "timer_start"
"""The kind of job that starts an instance at a timer start event."""


class TimerStarts:
    """The start timers of an installation; each is one job."""

    def __init__(self, executor: Executor, queue: Queue) -> None:
        self._executor = executor
        self._queue = queue

    def replace(self, work: Work, definition_key: str, process: ProcessDefinition) -> None:
        """The start timers of the process are now those of this version. Raises Invalid for a timer that cannot be read."""
        statements.delete_kind_with_prefix(work.connection, TIMER_START, f"start:{process.id}:")
        for element in process.start_events(process.id):
            for number, timer in enumerate(element.definitions):
                if isinstance(timer, TimerDefinition):
                    schedule = self._first(process, element, timer, work.now)
                    start = {"definition": definition_key, "element": element.id, "number": number}
                    self._arm(work, process.id, start, schedule)

    def fire(self, work: Work, payload: Mapping[str, Any]) -> None:
        """Start an instance and arm the timer again; the work of jobs of the kind `TIMER_START`."""
        work.why = "timer start event"
        start = {"definition": payload["definition"], "element": payload["element"], "number": payload.get("number", 0)}
        bundle, process_id = self._executor.parts.library.place(work, payload["definition"])
        timer = bundle.processes[process_id].elements[start["element"]].definitions[start["number"]]
        assert isinstance(timer, TimerDefinition), "a deployment does not change"
        schedule = _schedule(payload)
        fires, following = next_firing(schedule, timer, work.now, self._calendar(schedule.calendar))
        if following is not None:
            self._arm(work, process_id, start, following)
        if fires:
            self._executor.start(work, payload["definition"], {}, start_event=payload["element"])

    def _first(self, process: ProcessDefinition, element: Element, timer: TimerDefinition, now: datetime) -> TimerSchedule:
        try:
            calendar = self._calendar(None if timer.calendar is None else str(_value(timer.calendar, now)))
            first = first_due(timer.kind, _value(timer.expression, now), now, calendar)
            return first_firing(first, timer, now, calendar)
        except (TimerInvalid, FeelError, NotFound) as error:
            problem = Problem(
                code="DEPLOY-1006",
                message=f"The timer of the start event {error}.",
                resource=process.resource,
                element=element.id,
                line=timer.expression.line or element.line,
                fix="A timer start event has no variables: write a date, a duration, a cycle or a cron expression.",
            )
            raise Invalid(problem.code, str(problem), problems=[problem]) from error

    def _calendar(self, name: str | None) -> WorkingCalendar | None:
        """The calendar with this name. Raises NotFound (CAL-1002)."""
        if name is None:
            return None
        found = self._executor.parts.library.calendars.get(name)
        if found is None:
            raise NotFound("CAL-1002", f"needs the calendar {name!r}, which does not exist")
        return found

    def _arm(self, work: Work, process_id: str, start: Mapping[str, Any], schedule: TimerSchedule) -> None:
        """`number` tells the timers of one event apart."""
        when = {"due": schedule.due.isoformat(), "cycle": schedule.cycle, "repetitions": schedule.repetitions}
        if schedule.calendar is not None:
            when["calendar"] = schedule.calendar
        if schedule.makes_up is not None:
            when["makes_up"] = schedule.makes_up.isoformat()
        key = f"start:{process_id}:{start['element']}" + (f":{start['number']}" if start["number"] else "")
        self._queue.enqueue(work, TIMER_START, {**start, **when}, due=schedule.due, key=key)


def _schedule(payload: Mapping[str, Any]) -> TimerSchedule:
    """What `_arm` wrote."""
    due, makes_up = datetime.fromisoformat(payload["due"]), payload.get("makes_up")
    return TimerSchedule(
        due=due,
        cycle=payload["cycle"],
        repetitions=payload["repetitions"],
        makes_up=None if makes_up is None else datetime.fromisoformat(makes_up),
        calendar=payload.get("calendar"),
    )


def _value(expression: Expression, now: datetime) -> Value:
    return expression.text if expression.feel is None else expression.feel.evaluate({}, now=now).value
