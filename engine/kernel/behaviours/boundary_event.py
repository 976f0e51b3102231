"""Boundary events: something happened while an activity was active (BPMN 2.0 §10.5.4, §13.5.3)."""

from __future__ import annotations

from engine.kernel import flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour, Variables
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, ErrorDefinition


def trigger(step: Step, instance: ElementInstance, caught: Element, variables: Variables) -> None:
    """Terminate the activity when the event interrupts (an error always does), then let a token leave by the event."""
    scope = scopes.parent_of(step, instance)
    if caught.interrupting or isinstance(caught.event, ErrorDefinition):
        lifecycle.terminate(step, instance)
    key = flows.activate(step, scope, caught)
    lifecycle.complete(step, step.state.elements[key], caught, variables)


BEHAVIOUR = Behaviour(trigger=trigger)
