"""Dates of user tasks: moments, or how long from now; and the calendars that count working time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.feel import YearMonthDuration
from engine.kernel import evaluation
from engine.kernel.codes import Code, Failure
from engine.kernel.state import ElementInstance
from engine.kernel.timers import TimerInvalid, WorkingCalendar, first_due
from engine.kernel.timers.period import read_period
from engine.model.expression import Expression

if TYPE_CHECKING:
    from engine.kernel.step import Step


def calendar_of(
    step: Step, instance: ElementInstance, expression: Expression | None, code: Code, what: str
) -> WorkingCalendar | Failure | None:
    """The calendar that an expression names, None where nobody names one; a name that nobody has is a failure."""
    if expression is None:
        return None
    name = evaluation.at(step, instance, code).optional_text(expression, f"The calendar of {what[:1].lower()}{what[1:]}")
    if name is None or isinstance(name, Failure):
        return name
    return step.definitions.calendar(name) or Failure(code, f"{what} names the calendar {name!r}, which does not exist.")


def due_date(
    step: Step, instance: ElementInstance, expression: Expression, what: str, calendar: WorkingCalendar | None
) -> datetime | Failure | None:
    """A date and time, or a duration counted from now; in the working time of the calendar, if there is one."""
    ask = evaluation.at(step, instance, Code.USER_TASK_INVALID)
    found = ask.value(expression, what)
    if isinstance(found, Failure):
        return found
    if isinstance(found, timedelta | YearMonthDuration) or (isinstance(found, str) and read_period(found) is not None):
        kind = "duration"
    else:
        kind, moment = "date", ask.optional_moment(expression, what)
        if moment is None or isinstance(moment, Failure) or calendar is None:
            return moment
    try:
        due = first_due(kind, found, step.now, calendar).due
    except TimerInvalid as problem:
        return Failure(Code.USER_TASK_INVALID, f"{what} {problem}.")
    return due.astimezone(calendar.zone if calendar is not None else step.now.tzinfo)
