"""Link throw event: the token goes on at the link catch event of the same name in the same scope (BPMN 2.0 §10.5.5)."""

from __future__ import annotations

from engine.kernel import flows, lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import FINISHED, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, LinkDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Nothing to wait for, when there is another end."""
    if not isinstance(element.event, LinkDefinition) or element.event.target is None:
        return Failure(Code.ELEMENT_NOT_SUPPORTED, f"The link of {element.name or element.id!r} leads nowhere.")
    return FINISHED


def leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """End here and begin there."""
    link, scope = element.event, scopes.parent_of(step, instance)
    assert isinstance(link, LinkDefinition), "only a link that leads somewhere is left"
    assert link.target is not None, "only a link that leads somewhere is left"
    target = step.model(instance.process).elements[link.target]
    lifecycle.end(step, instance)
    step.queue.append(flows.activate(step, scope, target))


BEHAVIOUR = Behaviour(enter=enter, leave=leave)
