"""Compensation throw and end events: undo one activity, or all of the scope they lie in (BPMN 2.0 §10.5.5, §13.5.5)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import compensation, flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.progress import FINISHED, WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import CompensationDefinition, Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Run the handlers, in reverse order."""
    definition = _definition(element)
    return WAITS if undo(step, instance, element, (definition,), wait=definition.wait) else FINISHED


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """All is undone: go on, unless the token went on before."""
    if _definition(element).wait:
        lifecycle.complete(step, instance, element, {})
    else:
        end_behind(step, instance)


def undo(
    step: Step, instance: ElementInstance, element: Element, definitions: Sequence[CompensationDefinition], *, wait: bool
) -> bool:
    """Begin to undo what the definitions name, in an event sub-process also in the scope around it; False for nothing.

    Without `wait` the token goes on at once.
    """
    if not definitions:
        return False
    scope, activities = scopes.parent_of(step, instance), _activities(definitions)
    found = False
    if step.element_of(scope).triggered_by_event:
        found = compensation.trigger(step, instance, scopes.parent_of(step, scope), activities)
    found = compensation.trigger(step, instance, scope, activities) or found
    if found:
        compensation.run_next(step, instance)
        if not wait:
            flows.take(step, scope, element.outgoing)
    return found


def end_behind(step: Step, instance: ElementInstance) -> None:
    """All is undone, and the token went on before."""
    scope = scopes.parent_of(step, instance)
    lifecycle.end(step, instance)
    if scope.key not in step.state.children:
        step.emptied.append(scope.key)


def _activities(definitions: Sequence[CompensationDefinition]) -> frozenset[str] | None:
    """The activities to undo, None for all."""
    named = frozenset(one.activity for one in definitions if one.activity is not None)
    return named if all(one.activity is not None for one in definitions) else None


def _definition(element: Element) -> CompensationDefinition:
    assert isinstance(element.event, CompensationDefinition), "the row is that of compensation events"
    return element.event


BEHAVIOUR = Behaviour(enter=enter, emptied=emptied)
