"""Event sub-processes: an event starts them in the scope they lie in (BPMN 2.0 §10.3.5, §13.5.4).

Their start events wait at the element instance of that scope; such an event acts by its own row of the element table. Errors
are not waited for: `engine.kernel.errors` finds the start events that catch them.
"""

from __future__ import annotations

from engine.kernel import catching, flows, lifecycle, listeners, mappings, scopes
from engine.kernel.behaviour import Behaviour, Variables
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ElementEntered
from engine.kernel.incidents import close, raise_incident
from engine.kernel.state import ElementInstance, Phase
from engine.kernel.step import Step
from engine.model.process import Element


def trigger(step: Step, scope: ElementInstance, caught: Element, variables: Variables) -> None:
    """Start the event sub-process of the start event `caught` in `scope`, instead of its contents where it interrupts."""
    if caught.interrupting:
        interrupt(step, scope)
    element = step.model(scope.process).elements[caught.parent]
    inside = step.state.elements[flows.activate(step, scope, element)]
    mappings.declare(step, inside.key, element)
    if element.listeners is not None and listeners.hold(step, inside, element, (caught.id,), variables):
        return
    step.emit(ElementEntered(key=inside.key))
    start = flows.activate(step, inside, caught)
    lifecycle.complete(step, step.state.elements[start], caught, variables)
    open_in(step, inside)


def interrupt(step: Step, scope: ElementInstance) -> None:
    """End the contents of the scope; no other event sub-process can start in it any more (BPMN 2.0 §13.5.4)."""
    elements = step.model(scope.process).elements
    lifecycle.terminate_contents(step, scope)
    for wait in list(scope.waits.values()):
        beside = elements.get(wait.element)
        if beside is None or beside.type != "boundaryEvent":
            close(step, wait)


def open_in(step: Step, scope: ElementInstance) -> None:
    """Wait for the events that start event sub-processes of a scope which has just begun at a start event of its own.

    What cannot be waited for stops the scope's first elements with an incident each, before they begin.
    """
    failure = _open(step, scope)
    if failure is None:
        return
    inside = step.state.children.get(scope.key, {})
    first = [step.state.elements[key] for key in step.queue if key in inside]
    for stopped in first or [scope]:
        raise_incident(step, stopped, failure)


def open_again(step: Step, stopped: ElementInstance, element: Element) -> None:
    """Take up again where `open_in` had to stop."""
    is_scope = bool(element.event_starts) and stopped.phase is Phase.WAITING
    failure = _open(step, stopped if is_scope else scopes.parent_of(step, stopped))
    if failure is not None:
        raise_incident(step, stopped, failure)
    elif not is_scope:
        lifecycle.enter(step, stopped)


def _open(step: Step, scope: ElementInstance) -> Failure | None:
    waiting = {wait.element for wait in scope.waits.values()}
    missing = [start for start in step.element_of(scope).event_starts if start not in waiting]
    if not missing or scopes.is_interrupted(step, scope):
        return None
    plans = catching.plan_all(step, scope, missing)
    if isinstance(plans, Failure):
        return Failure(Code.EVENT_SUB_PROCESS_FAILED, plans.message)
    for planned in plans:
        catching.open_wait(step, scope, planned)
    return None


BEHAVIOUR = Behaviour(trigger=trigger)
