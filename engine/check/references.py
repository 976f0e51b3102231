"""Names in a diagram that must exist somewhere: forms, decisions, called processes, job types."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.check.codes import Code
from engine.check.findings import Advisor, finding
from engine.model.data import DataParameter, counterparts
from engine.model.expression import Expression
from engine.model.process import Element, JobDetail, ProcessDefinition, TimerDefinition
from engine.problems import Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything that exists: in the files that are checked, and outside.

    `job_types` or `calendars` None means that nobody knows them.
    """

    processes: Collection[str]
    decisions: Collection[str]
    forms: Collection[str]
    job_types: Collection[str] | None
    calendars: Collection[str] | None = None
    advisor: Advisor = field(default_factory=Advisor)


def check_references(process: ProcessDefinition, names: Names, processes: Mapping[str, ProcessDefinition]) -> Iterator[Problem]:
    """What `process` names and nobody has; names that FEEL gives are known at run time only. `processes` are checked now."""
    for element in process.elements.values():
        yield from _form(process, element, names)
        yield from _decision(process, element, names)
        yield from _call(process, element, names, processes)
        yield from _jobs(process, element, names)
        yield from _calendars(process, element, names)
    yield from _jobs(process, process, names)


def _form(process: ProcessDefinition, element: Element, names: Names) -> Iterator[Problem]:
    form = element.user_task.form_id if element.user_task is not None else None
    if form is not None and form not in names.forms and not form.startswith("="):
        message = f"The user task “{element.name or element.id}” names the form “{form}”, which does not exist."
        fix = names.advisor.fix(form, names.forms, Code.NO_SUCH_FORM)
        yield finding(Code.NO_SUCH_FORM, message, process, element, field="formId", fix=fix)


def _decision(process: ProcessDefinition, element: Element, names: Names) -> Iterator[Problem]:
    decision = fixed_text(element.decision.decision_id) if element.decision is not None else None
    if decision is not None and decision not in names.decisions:
        message = f"The task “{element.name or element.id}” names the decision “{decision}”, which does not exist."
        fix = names.advisor.fix(decision, names.decisions, Code.NO_SUCH_DECISION)
        yield finding(Code.NO_SUCH_DECISION, message, process, element, field="decisionId", fix=fix)


def _call(
    process: ProcessDefinition, element: Element, names: Names, processes: Mapping[str, ProcessDefinition]
) -> Iterator[Problem]:
    called = called_id(element)
    if called is None:
        return
    if called not in names.processes:
        message = f"The call activity “{element.name or element.id}” names the process “{called}”, which does not exist."
        fix = names.advisor.fix(called, names.processes, Code.NO_SUCH_PROCESS)
        yield finding(Code.NO_SUCH_PROCESS, message, process, element, field="processId", fix=fix)
    elif called in processes and _begins_by_events_only(processes[called]):
        message = f"The process “{called}” cannot be called: it has no start event without a trigger."
        yield finding(Code.NOT_CALLABLE, message, process, element, field="processId")
    elif called in processes:
        yield from _called_data(process, element, processes[called])


def _called_data(process: ProcessDefinition, element: Element, called: ProcessDefinition) -> Iterator[Problem]:
    """The data inputs and outputs of a call are those of what it calls (BPMN 2.0 §10.3.6)."""
    if element.io is None or called.io is None:
        return
    sides = (("inputs", element.io.inputs, called.io.inputs), ("outputs", element.io.outputs, called.io.outputs))
    for side, own, others in sides:
        if len(own) != len(others):
            told = f"has {len(own)} data {side}, and “{called.id}”, which it calls, has {len(others)}"
        elif wrong := _of_another_type(own, others):
            told = f"has “{wrong}” among its data {side}, which is of another type in “{called.id}”"
        else:
            continue
        message = f"The call activity “{element.name or element.id}” {told}."
        yield finding(Code.CALL_DATA, message, process, element, field="ioSpecification")


def _of_another_type(own: Sequence[DataParameter], others: Sequence[DataParameter]) -> str | None:
    names, structures = counterparts(own, others), {other.name: other.structure for other in others}
    return next((mine.name for mine in own if mine.structure != structures[names[mine.name]]), None)


def _calendars(process: ProcessDefinition, element: Element, names: Names) -> Iterator[Problem]:
    timers = [one.calendar for one in element.definitions if isinstance(one, TimerDefinition)][:1]
    task = [element.user_task.calendar] if element.user_task is not None else []
    for expression in (*timers, *task):
        calendar = fixed_text(expression) if expression is not None else None
        if calendar is not None and names.calendars is not None and calendar not in names.calendars:
            message = f"“{element.name or element.id}” names the calendar “{calendar}”, which does not exist."
            fix = names.advisor.fix(calendar, names.calendars, Code.NO_SUCH_CALENDAR)
            yield finding(Code.NO_SUCH_CALENDAR, message, process, element, field="ringi:calendar", fix=fix)


def _begins_by_events_only(process: ProcessDefinition) -> bool:
    starts = process.start_events(process.id)
    return bool(starts) and all(start.event is not None for start in starts)


def _jobs(process: ProcessDefinition, place: Element | ProcessDefinition, names: Names) -> Iterator[Problem]:
    for job in _jobs_of(place):
        kind = fixed_text(job.type)
        if kind is not None and names.job_types is not None and kind not in names.job_types:
            message = f"No installed handler does jobs of the type “{kind}”."
            fix = names.advisor.fix(kind, names.job_types, Code.NO_SUCH_JOB_TYPE)
            element = place if isinstance(place, Element) else None
            yield finding(Code.NO_SUCH_JOB_TYPE, message, process, element, field="type", fix=fix, severity=Severity.WARNING)


def _jobs_of(place: Element | ProcessDefinition) -> Iterator[JobDetail]:
    """The work of the element, and that of its listeners."""
    if isinstance(place, Element) and place.job is not None:
        yield place.job
    if isinstance(place, Element) and place.user_task is not None and place.user_task.listeners is not None:
        task = place.user_task.listeners
        yield from (*task.creating, *task.assigning, *task.completing)
    if place.listeners is not None:
        yield from (*place.listeners.before_all, *place.listeners.start, *place.listeners.end)


def called_id(element: Element) -> str | None:
    """The id of the process that a call activity always calls; None when FEEL says which."""
    return fixed_text(element.called.process_id) if element.called is not None else None


def fixed_text(expression: Expression) -> str | None:
    """The text of a value that is not FEEL."""
    return expression.text if expression.is_fixed else None
