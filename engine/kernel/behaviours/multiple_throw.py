"""Multiple throw and end events: all that they name happens (BPMN 2.0 §10.5.3, §10.5.4).

First messages, escalations and signals; then what they undo; what ends the scope, one error, terminate or cancel, at last.
"""

from __future__ import annotations

from engine.kernel import flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import cancel_end_event, compensation_event, error_end_event, terminate_end_event
from engine.kernel.codes import Failure
from engine.kernel.failing import fail
from engine.kernel.progress import FINISHED, GONE, WAITS, Entered, Finished
from engine.kernel.state import ElementInstance, Phase
from engine.kernel.step import Step
from engine.kernel.throwing import Thrower
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    Element,
    ErrorDefinition,
    SingleDefinition,
    TerminateDefinition,
)

ENDING = (ErrorDefinition, TerminateDefinition, CancelDefinition)


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Work all of it out, so that nothing is thrown twice when a person has to mend something; then throw."""
    if instance.phase is Phase.WAITING:
        return _end(step, instance, element)  # the rest was thrown before
    plans = Thrower(step, instance, element, scopes.mapped_in(instance, element), instance).plan_all(element.definitions)
    if isinstance(plans, Failure):
        return plans
    cannot_end = _cannot_end(step, instance, element)
    if cannot_end is not None:
        return cannot_end
    for throw in plans:
        throw()
    if instance.key not in step.state.elements:
        return GONE
    undone = tuple(one for one in element.definitions if isinstance(one, CompensationDefinition))
    if compensation_event.undo(step, instance, element, undone, wait=_waits(element)):
        return WAITS
    return _end(step, instance, element)


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """All is undone: now the end, or the way on."""
    if not _waits(element):
        compensation_event.end_behind(step, instance)
        return
    ended = _end(step, instance, element)
    if isinstance(ended, Failure):
        fail(step, instance, ended)
    elif isinstance(ended, Finished):
        lifecycle.complete(step, instance, element, {})


def _end(step: Step, instance: ElementInstance, element: Element) -> Entered:
    match _ending(element):
        case ErrorDefinition() as error:
            return error_end_event.throw(step, instance, element, error)
        case CancelDefinition():
            return cancel_end_event.enter(step, instance, element)
    return FINISHED


def leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """Leave by the flows, or end the scope."""
    if isinstance(_ending(element), TerminateDefinition):
        terminate_end_event.leave(step, instance, element)
    else:
        lifecycle.leave_by_flows(step, instance, element)


def _cannot_end(step: Step, instance: ElementInstance, element: Element) -> Failure | None:
    ending = _ending(element)
    return error_end_event.why_not(step, instance, element, ending) if isinstance(ending, ErrorDefinition) else None


def _waits(element: Element) -> bool:
    """Who ends a scope waits for what is undone in it, whatever the compensation says by itself."""
    return _ending(element) is not None or any(
        isinstance(one, CompensationDefinition) and one.wait for one in element.definitions
    )


def _ending(element: Element) -> SingleDefinition | None:
    return next((one for one in element.definitions if isinstance(one, ENDING)), None)


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied, leave=leave, arrive=flows.arrive_last)
