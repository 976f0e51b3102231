"""Compensation throw and end events: undo one activity, or all of the scope they lie in (BPMN 2.0 §10.5.5, §13.5.5)."""

from __future__ import annotations

from engine.kernel import compensation, flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import CompensationDefinition, Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Run the handlers, in reverse order; in an event sub-process also those of the scope that it lies in."""
    definition = _definition(element)
    scope = scopes.parent_of(step, instance)
    found = False
    if step.element_of(scope).triggered_by_event:
        found = compensation.trigger(step, instance, scopes.parent_of(step, scope), definition.activity)
    found = compensation.trigger(step, instance, scope, definition.activity) or found
    if not found:
        return FINISHED
    compensation.run_next(step, instance)
    if not definition.wait:
        flows.take(step, scope, element.outgoing)
    return WAITS


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """All is undone: go on, unless the token went on before."""
    if _definition(element).wait:
        lifecycle.complete(step, instance, element, {})
        return
    scope = scopes.parent_of(step, instance)
    lifecycle.end(step, instance)
    if scope.key not in step.state.children:
        step.emptied.append(scope.key)


def _definition(element: Element) -> CompensationDefinition:
    assert isinstance(element.event, CompensationDefinition), "the row is that of compensation events"
    return element.event


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied)
