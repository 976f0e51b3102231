"""Link throw event: the token goes on at the link catch event of the same name in the same scope (BPMN 2.0 §10.5.5)."""

from __future__ import annotations

from engine.kernel import flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import GONE, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, LinkDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """End here and begin there."""
    link = element.event
    if not isinstance(link, LinkDefinition) or link.target is None:
        return Failure(Code.ELEMENT_NOT_SUPPORTED, f"The link of {element.name or element.id!r} leads nowhere.")
    scope = scopes.parent_of(step, instance)
    target = step.model(instance.process).elements[link.target]
    lifecycle.end(step, instance)
    step.queue.append(flows.activate(step, scope, target))
    return GONE


BEHAVIOUR = Behaviour(enter=enter)
