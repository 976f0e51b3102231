"""Fixed timer texts are tried when the diagram is checked, on the very schedule that the kernel will use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from engine.bpmn import CODES, Code
from engine.check.codes import CODES as CHECK_CODES
from engine.check.codes import Code as CheckCode
from engine.kernel.timers import TimerInvalid, TimerSchedule, first_due, next_due
from engine.kernel.timers.period import read_period
from engine.model.expression import Expression
from engine.model.process import Element, ProcessDefinition, TimerDefinition
from engine.problems import Problem, Severity

ENDLESS: Final = -1
"""`TimerSchedule.repetitions` of a timer without end."""
MAX_SPAN: Final = timedelta(days=36_525)
"""A hundred years."""
MAX_REPETITIONS: Final = 10_000
MIN_PAUSE: Final = timedelta(seconds=1)
SLOW_ENOUGH: Final = timedelta(minutes=1)

_NOW: Final = datetime(2024, 1, 1, tzinfo=UTC)
_ELSEWHERE: Final = _NOW.astimezone(timezone(timedelta(hours=9)))


def check_timers(process: ProcessDefinition, now: datetime | None) -> Iterator[Problem]:
    """Timers of events, and due and follow-up dates of user tasks. `now` None: nothing is said of dates that have passed."""
    for element in process.elements.values():
        for timer in (one for one in element.definitions if isinstance(one, TimerDefinition)):
            place = _Place(process, element, timer.expression, timer.kind)
            yield from _check(place, timer.kind)
            yield from _passed(place, now)
            yield from _fires_once(place)
        if element.user_task is not None:
            dates = (("dueDate", element.user_task.due_date), ("followUpDate", element.user_task.follow_up_date))
            for name, date in dates:
                if date is not None:
                    is_duration = date.is_fixed and read_period(date.text) is not None
                    yield from _check(_Place(process, element, date, name), "duration" if is_duration else "date")


def _check(place: _Place, kind: str) -> Iterator[Problem]:
    if not place.expression.is_fixed:
        return
    text = place.expression.text
    try:
        schedule = first_due(kind, text, _NOW)
        message = _absurd(kind, text, schedule)
    except TimerInvalid as error:
        message = f"“{_shown(text)}” {error}."
    if message is not None:
        yield place.problem(Code.TIMER_TEXT, message)
        return
    if kind == "date" and not place.has_calendar and first_due(kind, text, _ELSEWHERE).due != schedule.due:
        yield place.problem(Code.DATE_WITHOUT_OFFSET, f"“{text}” has no offset; it is read in the time zone of the server.")
    pause = _pause(schedule)
    if schedule.repetitions == ENDLESS and pause is not None and pause < SLOW_ENOUGH:
        yield place.problem(Code.FAST_CYCLE, f"“{text}” fires more often than once a minute, without end.")


def _passed(place: _Place, now: datetime | None) -> Iterator[Problem]:
    if now is None or place.field != "date" or not place.expression.is_fixed:
        return
    try:
        due = first_due("date", place.expression.text, now).due
    except TimerInvalid:
        return  # told already
    if due < now:
        message = f"“{place.expression.text}” has passed, so “{place.element.name or place.element.id}” fires at once."
        fix = CHECK_CODES[CheckCode.DATE_PASSED][1]
        yield replace(place.problem(Code.TIMER_KIND, message), code=CheckCode.DATE_PASSED, fix=fix)


def _absurd(kind: str, text: str, schedule: TimerSchedule) -> str | None:
    if kind != "date" and not text.startswith("R") and schedule.due < _NOW:
        return f"“{_shown(text)}” is negative; a timer cannot wait for the past."
    pause = _pause(schedule)
    if (kind == "duration" and schedule.due - _NOW > MAX_SPAN) or (pause is not None and pause > MAX_SPAN):
        return f"“{_shown(text)}” is longer than 100 years."
    if schedule.repetitions >= MAX_REPETITIONS:
        return f"“{_shown(text)}” repeats more than {MAX_REPETITIONS:,} times."
    if pause is not None and pause < MIN_PAUSE:
        return f"“{_shown(text)}” repeats without a pause; the interval must be at least one second."
    return None


def _pause(schedule: TimerSchedule) -> timedelta | None:
    """The time between the first two firings; None when there is no second one."""
    following = next_due(schedule, schedule.due)
    return following.due - schedule.due if following is not None else None


def _fires_once(place: _Place) -> Iterator[Problem]:
    element, text = place.element, place.expression.text
    once = element.type == "intermediateCatchEvent" or (element.type == "boundaryEvent" and element.interrupting)
    repeats = place.field == "cycle" and place.expression.is_fixed and text.startswith("R") and not text.startswith("R1/")
    if once and repeats:
        yield place.problem(Code.TIMER_KIND, f"“{_shown(text)}” repeats, and the {element.type} “{element.id}” fires once.")


_WARNINGS: Final = (Code.DATE_WITHOUT_OFFSET, Code.FAST_CYCLE, Code.TIMER_KIND)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a timer text stands."""

    process: ProcessDefinition
    element: Element
    expression: Expression
    field: str

    @property
    def has_calendar(self) -> bool:
        """Whether a calendar counts here, whose zone holds."""
        timers = [one.calendar for one in self.element.definitions if isinstance(one, TimerDefinition)]
        task = self.element.user_task
        return any(timers) or (task is not None and task.calendar is not None)

    def problem(self, code: Code, message: str) -> Problem:
        """A problem at this place."""
        return Problem(
            code=code,
            message=message,
            resource=self.process.resource,
            severity=Severity.WARNING if code in _WARNINGS else Severity.ERROR,
            element=self.element.id,
            field=self.field,
            line=self.expression.line or self.element.line,
            fix=CODES[code][1],
        )


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
