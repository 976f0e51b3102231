"""Event-based gateway: the first of the events behind it decides the way.

The others are no longer waited for (BPMN 2.0 §13.4.4).
"""

from __future__ import annotations

from engine.kernel import catching, flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour, Variables
from engine.kernel.codes import Failure
from engine.kernel.events import FlowTaken
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Wait, at the gateway, for every event behind it."""
    plans = catching.plan_all(step, instance, [flow.target for flow in step.outgoing(instance, element)])
    if isinstance(plans, Failure):
        return plans
    for planned in plans:
        catching.open_wait(step, instance, planned)
    return WAITS


def trigger(step: Step, instance: ElementInstance, caught: Element, variables: Variables) -> None:
    """Take the flow to the event that happened and complete that event."""
    scope = scopes.parent_of(step, instance)
    gateway = step.element_of(instance)
    flow = next(f for f in step.outgoing(instance, gateway) if f.target == caught.id)
    lifecycle.end(step, instance)
    step.emit(FlowTaken(flow=flow.id, scope=scope.key))
    key = flows.activate(step, scope, caught, flow=flow.id)
    lifecycle.complete(step, step.state.elements[key], caught, variables)


BEHAVIOUR = Behaviour(enter=enter, trigger=trigger)
