"""Execution listeners: jobs that an element waits for before and after its work (`zeebe:executionListeners`).

The order is that of Camunda 8 (its manual, “Execution listeners”): input mappings, start listeners, then events around the
element are waited for and its behaviour runs; output mappings, no event is waited for any more, end listeners, then it is left.
They run one after the other. What a start listener brings is local to the element, what an end listener brings goes to the
scope around it. A listener throws no BPMN error; failing for good it is an incident, and trying again is that of this one only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.kernel import job_making, joins, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.events import IncidentRaised, IncidentResolved, JobCreated, StartHeld, VariablesWritten
from engine.kernel.incidents import close_waits, raise_incident
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance, Phase
from engine.model.process import Element, JobDetail, Listeners, ProcessDefinition
from engine.model.sameness import said

if TYPE_CHECKING:
    from engine.kernel.step import Step

START: Final = "start"
END: Final = "end"
BEFORE_ALL: Final = "beforeAll"

_LABELS: Final = {START: "start listener", END: "end listener", BEFORE_ALL: "listener before all turns"}


def before(step: Step, instance: ElementInstance, element: Element) -> bool:
    """Have the listeners before the behaviour run; False when there are none or they are through. A join is complete first."""
    if instance.phase is Phase.LISTENING:
        return True
    if instance.phase is Phase.LISTENED or (instance.is_join and not joins.is_complete(step, instance)):
        return False
    return listen(step, instance, element, before_of(instance, element))


def before_of(instance: ElementInstance, element: Element) -> str:
    """What is listened to before the behaviour: the body around the turns of a loop has listeners of its own."""
    return BEFORE_ALL if element.loop is not None and instance.loop_index is None else START


def after(step: Step, instance: ElementInstance, element: Element) -> bool:
    """Have the end listeners run; no event can interrupt them. False when there are none."""
    if not of(element, END):
        return False
    close_waits(step, instance)
    return listen(step, instance, element, END)


def hold(step: Step, scope: ElementInstance, element: Element, at: Sequence[str], variables: Variables, **told: bool) -> bool:
    """Have the start listeners of a scope run before it begins at the elements `at`; False when there are none."""
    if not of(element, START):
        return False
    held = step.state.next_key
    step.emit(StartHeld(held=held, key=scope.key, element=element.id, at=tuple(at), variables=variables, **told))
    return listen(step, scope, element, START)


def of(element: Element, event: str) -> Sequence[JobDetail]:
    """The listeners of the element to `event`, in order."""
    found = element.listeners or Listeners()
    return found.end if event == END else found.start if event == START else found.before_all


def listen(step: Step, instance: ElementInstance, element: Element, event: str, index: int = 0) -> bool:
    """Make the job of the next listener; False when all are through. What is wrong with it is an incident."""
    listening = of(element, event)
    if index >= len(listening):
        return False
    code = Code.END_LISTENER_INVALID if event == END else Code.START_LISTENER_INVALID
    what = f"a {_LABELS[event]} of {element.name or element.id!r}"
    made = job_making.make(step, instance, listening[index], what, code)
    if isinstance(made, Failure):
        raise_incident(step, instance, made)
    else:
        step.emit(replace(made, listener=event, listener_index=index))
    return True


def completed(step: Step, instance: ElementInstance, element: Element, job: JobCreated, variables: Variables) -> bool:
    """The listener's job is done with these variables; False when it was the last one."""
    for wait in list(instance.waits.values()):
        if isinstance(wait, IncidentRaised) and wait.job == job.job:
            step.emit(IncidentResolved(incident=wait.incident))
    if variables and job.listener == END:
        is_inmost = instance.loop_index is not None or step.is_root(instance)
        scopes.write(step, instance if is_inmost else scopes.parent_of(step, instance), variables)
    elif variables:
        step.emit(VariablesWritten(key=instance.key, variables=variables))
    return listen(step, instance, element, job.listener, job.listener_index + 1)


def why_not_in(
    target: ProcessDefinition,
    instance: ElementInstance,
    before: Element | ProcessDefinition,
    after: Element | ProcessDefinition,
) -> str | None:
    """What forbids to go on in another version while a listener is at work: those after it are those of the new version."""
    label = before.name or before.id
    for wait in instance.waits.values():
        if isinstance(wait, StartHeld) and not all(i in target.elements for i in wait.at):
            return f"{label!r} begins at {', '.join(wait.at)} when its listeners are through; the new version has no such."
        if isinstance(wait, JobCreated) and wait.listener and _listening(before) != _listening(after):
            return f"{label!r} waits for a listener, and {after.id!r} has other listeners. Wait until it is through."
    return None


def _listening(place: Element | ProcessDefinition) -> Any:
    task = place.user_task if isinstance(place, Element) else None
    return said(place.listeners), said(task.listeners if task is not None else None)
