"""What the active tasks of a workflow wait for, as the waits that the rest of the house knows.

After each command the waits of an element instance are compared with what its task waits for now: what is no longer waited for
is closed, what is new is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition, SignalEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.kernel import events as e
from engine.kernel.incidents import closing
from engine.kernel.state import Wait
from engine.model.process import Element
from engine.spiff.model import RETRIES
from engine.spiff.specs import JobTask, Timer
from engine.spiff.thrown import correlation_key
from engine.spiff.values import variables

if TYPE_CHECKING:
    from engine.spiff.run import Run


def settle(run: Run, task: Any, key: int) -> None:
    """Open and close waits of the element instance `key` until they are those of its task."""
    wanted = {_identity(wait): wait for wait in _wanted(run, task, key)}
    instance = run.state.elements[key]
    for wait in list(instance.waits.values()):
        if isinstance(wait, e.IncidentRaised) and wait.job is not None and wait.job in instance.waits:
            continue
        if wanted.pop(_identity(wait), None) is None:
            run.emit(closing(wait))
    for wait in wanted.values():
        run.emit(_numbered(wait, run.state.next_key))


def events_of(task: Any) -> Iterator[tuple[str, Any, Any]]:
    """The events that a task waits for: the id of each in the diagram, its definition, and the task that catches it.

    Those are the task's own, those behind an event-based gateway, and the boundary events of an activity.
    """
    definition = getattr(task.task_spec, "event_definition", None)
    if isinstance(task.task_spec, CatchingEvent) and task.state == TaskState.WAITING:
        if isinstance(definition, MultipleEventDefinition):
            for child, found in zip(task.task_spec.outputs, definition.event_definitions, strict=True):
                yield child.bpmn_id, found, task
        else:
            yield task.task_spec.bpmn_id, definition, task
    yield from ((event.task_spec.bpmn_id, event.task_spec.event_definition, event) for event in boundary_events(task))


def boundary_events(task: Any) -> list[Any]:
    """The boundary events of an activity that can still happen."""
    split = task.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit) or isinstance(task.task_spec, BoundaryEvent):
        return []
    beside = (child for child in split.children if isinstance(child.task_spec, BoundaryEvent))
    return [event for event in beside if event.state == TaskState.WAITING]


def _wanted(run: Run, task: Any, key: int) -> Iterator[Wait]:
    failed = run.workflow.failed
    if task.id in failed:
        code, message = failed[task.id]
        yield e.IncidentRaised(incident=0, key=key, element=task.task_spec.bpmn_id, code=str(code), message=message)
        return
    element = run.definitions.process(run.state.elements[key].process).elements[task.task_spec.bpmn_id]
    if task.task_spec.manual and task.state == TaskState.READY:
        yield _user_task(task, key, element)
    elif isinstance(task.task_spec, JobTask) and task.state == TaskState.STARTED:
        yield _job(task, key, element)
    for ident, definition, event in events_of(task):
        if event.id in failed:
            code, message = failed[event.id]
            yield e.IncidentRaised(incident=0, key=key, element=ident, code=str(code), message=message)
        else:
            yield from _event(key, ident, definition, event)


def _user_task(task: Any, key: int, element: Element) -> Wait:
    owners = task.data.get("lane_owners")
    named = owners.get(element.lane) if isinstance(owners, dict) else None
    people = tuple(str(one) for one in named) if isinstance(named, list) else ()
    return e.UserTaskCreated(
        task=0,
        key=key,
        element=element.id,
        name=element.name or element.id,
        candidate_groups=(element.lane,) if element.lane and not people else (),
        candidate_users=people,
        form_id=element.user_task.form_id if element.user_task is not None else None,
    )


def _job(task: Any, key: int, element: Element) -> Wait:
    assert element.job is not None, "a service task has an operator"
    retries = element.job.retries.text
    given = variables({**task.data, **task.internal_data["parameters"]})
    return e.JobCreated(
        job=0,
        key=key,
        element=element.id,
        type=element.job.type.text,
        retries=int(retries) if retries.isdecimal() else RETRIES,
        headers=element.job.headers,
        variables=given,
    )


def _event(key: int, ident: str, definition: Any, task: Any) -> Iterator[Wait]:
    if isinstance(definition, Timer):
        schedule = definition.schedule(task)
        yield e.TimerScheduled(
            timer=0, key=key, element=ident, due=schedule.due, cycle=schedule.cycle, repetitions=schedule.repetitions
        )
    elif isinstance(definition, MessageEventDefinition):
        wanted = correlation_key(definition, task.workflow.correlations)
        yield e.MessageSubscriptionOpened(
            subscription=0, key=key, element=ident, message=definition.name, correlation_key=wanted
        )
    elif isinstance(definition, SignalEventDefinition):
        yield e.SignalSubscriptionOpened(subscription=0, key=key, element=ident, signal=definition.name)


def _identity(wait: Wait) -> tuple[object, ...]:
    """What makes a wait the same one as before, whatever became of it meanwhile."""
    same: tuple[object, ...] = (type(wait), wait.element)
    match wait:
        case e.TimerScheduled():
            return (*same, wait.due)
        case e.MessageSubscriptionOpened():
            return (*same, wait.message, wait.correlation_key)
        case e.IncidentRaised():
            return (*same, wait.code, wait.message)
        case _:
            return same


def _numbered(wait: Wait, key: int) -> e.Event:
    numbered: Any = wait
    opened: e.Event = replace(numbered, **{_KEYS[type(wait)]: key})
    return opened


_KEYS: Final[Mapping[type, str]] = {
    e.UserTaskCreated: "task",
    e.JobCreated: "job",
    e.TimerScheduled: "timer",
    e.MessageSubscriptionOpened: "subscription",
    e.SignalSubscriptionOpened: "subscription",
    e.IncidentRaised: "incident",
}
"""The field of each wait that holds its key."""
