"""Whether a completed user task can be taken back, read from what happened since.

It can while its completion has only moved its token on, to elements that wait and at which nothing has happened but that a
person claimed or handed over a task. Work of programs, messages, and tokens that met others cannot be taken back. What the
task wrote to variables stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.kernel import co_signing, flows, lifecycle
from engine.kernel import events as e
from engine.kernel.behaviours import user_task
from engine.kernel.codec import wait_key
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import WithdrawUserTask
from engine.kernel.step import Step
from engine.model.process import Element

_OPENS = (
    *(e.UserTaskCreated, e.TimerScheduled, e.MessageSubscriptionOpened, e.SignalSubscriptionOpened, e.ConditionOpened),
    e.IncidentRaised,
)
_MOVES = (
    *(e.ElementActivated, e.ElementEntered, e.ElementCompleted, e.FlowTaken, e.VariablesWritten, e.DecisionEvaluated),
    *(e.LoopStarted, e.UserTaskAssigned, e.UserTaskCompleted, e.TaskResultKept, e.CoSigningEnded, *_OPENS),
)
_CLOSES = (e.TimerCancelled, e.MessageSubscriptionClosed, e.SignalSubscriptionClosed, e.ConditionClosed, e.UserTaskCancelled)
_LOOKED_AT = (e.UserTaskAssigned, e.UserTaskHandedOver, e.UserTaskRevised)
_WHY = {
    e.JobCreated: "a program has begun to work",
    e.MessageThrown: "a message was sent",
    e.SignalThrown: "a signal was sent",
    e.ProcessCalled: "another process was called",
    e.TokenJoined: "it has met another branch of the process",
    e.ElementTerminated: "it has ended other work",
    e.ErrorThrown: "it ended in an error",
    e.EscalationThrown: "it was escalated",
    e.CompensationKept: "it can be undone by its compensation only",
    e.UserTaskCompleted: "the next task is done already",
}
_GONE_ON = "the process has gone on since"


@dataclass(slots=True)
class Followed:
    """What the completion led to: the `scope` of the task, the element instances that began (parent by key), their waits."""

    element: Element
    scope: int
    begun: dict[int, int | None] = field(default_factory=dict)
    waits: dict[int, int] = field(default_factory=dict)


def plan(step: Step, command: WithdrawUserTask) -> Followed | Rejected:
    """What would have to end; or why the task stays done."""
    first = command.caused[0] if command.caused else None
    if not isinstance(first, e.UserTaskCompleted) or first.task != command.task:
        return Rejected(Code.USER_TASK_NOT_FOUND, f"There is no completed user task {command.task}.")
    if first.by != command.by:
        return _no("somebody else completed it")
    still_there = step.state.elements.get(command.element_instance)
    if still_there is not None:
        signed = co_signing.signing_of(still_there) is not None
        return _no("its co-signers have it now, and one of them can refuse it" if signed else _WHY[e.JobCreated])
    place = _place(step, command)
    if place is None and any(isinstance(event, e.LoopItemCompleted) for event in command.caused):
        return _no("it is one turn of several")
    if place is None:
        return _no("the part of the process in which it lies has ended")
    return _follow(place, command) or _untouched(step, place, command.since) or place


def carry_out(step: Step, command: WithdrawUserTask, found: Followed) -> None:
    """End what followed, and open the task for the person who had done it."""
    state = step.state
    step.emit(e.UserTaskWithdrawn(task=command.task, element=command.element, by=command.by))
    key = flows.activate(step, state.elements[found.scope], found.element)
    for begun, parent in found.begun.items():
        if parent not in found.begun:
            lifecycle.terminate(step, state.elements[begun])
    instance = state.elements[key]
    lifecycle.enter_again(step, instance, user_task.open_again)
    for task in co_signing.open_tasks(instance):
        if command.by is not None and task.assignee != command.by:
            step.emit(e.UserTaskAssigned(task=task.task, assignee=command.by))


def _place(step: Step, command: WithdrawUserTask) -> Followed | None:
    """The scope is that of the flows by which its token left."""
    ended = False
    for event in command.caused:
        ended = ended or (isinstance(event, e.ElementCompleted) and event.key == command.element_instance)
        if ended and isinstance(event, e.FlowTaken):
            scope = step.state.elements.get(event.scope)
            element = step.model(scope.process).elements.get(command.element) if scope is not None else None
            return Followed(element, event.scope) if element is not None else None
    return None


def _follow(found: Followed, command: WithdrawUserTask) -> Rejected | None:
    """Gather what began; refuse what cannot be undone by ending it."""
    still_there = True
    for event in command.caused[1:]:
        if still_there and isinstance(event, _CLOSES):
            continue  # what the task itself still waited for
        if not isinstance(event, _MOVES):
            return _no(_WHY.get(type(event), _GONE_ON))
        if isinstance(event, e.ElementActivated):
            found.begun[event.key] = event.parent
        elif isinstance(event, _OPENS):
            found.waits[wait_key(event)] = event.key
        elif isinstance(event, e.ElementCompleted) and event.key == command.element_instance:
            still_there = False
        elif isinstance(event, e.ElementCompleted) and found.begun.pop(event.key, found) is found:
            return _no("the part of the process in which it lies has ended")
    return None


def _untouched(step: Step, found: Followed, since: tuple[e.Event, ...]) -> Rejected | None:
    """Nothing has happened to what began but that somebody took a task."""
    for event in since:
        if not isinstance(event, _LOOKED_AT) and any(key in found.begun for key in _owners(event, found.waits)):
            return _no(_WHY.get(type(event), _GONE_ON))
    if not found.begun or any(key not in step.state.elements for key in found.begun):
        return _no(_GONE_ON)
    return None


def _owners(event: e.Event, waits: dict[int, int]) -> Iterator[int]:
    """The element instances that an event is about; a wait that is opened belongs to one, too."""
    for name in ("key", "parent", "scope"):
        if (key := getattr(event, name, None)) is not None:
            yield key
    for name in ("task", "job", "timer", "subscription", "condition", "incident"):
        if (owner := waits.get(getattr(event, name, -1))) is not None:
            yield owner


def _no(why: str) -> Rejected:
    return Rejected(Code.USER_TASK_NOT_WITHDRAWABLE, f"The task cannot be taken back: {why}.")
