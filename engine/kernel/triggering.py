"""What was waited for has happened: who acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import gathering
from engine.kernel.events import ConditionOpened, MessageSubscriptionOpened, SignalSubscriptionOpened, TimerScheduled
from engine.kernel.liveness import BESIDE
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, MultipleDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def trigger(
    step: Step,
    wait: TimerScheduled | MessageSubscriptionOpened | SignalSubscriptionOpened | ConditionOpened,
    variables: Variables,
) -> None:
    """The event of an open wait happened."""
    instance = step.owner(wait)
    happen(step, instance, step.model(instance.process).elements[wait.element], wait.definition, variables)


def happen(step: Step, instance: ElementInstance, caught: Element, definition: int, variables: Variables) -> None:
    """A definition of the event `caught` happened, and with it the event, unless that needs others of its definitions, too.

    Events beside the flow act by their own row of the element table, other events by that of the element that waits.
    """
    if isinstance(caught.event, MultipleDefinition) and caught.event.parallel:
        gathered = gathering.gather(step, instance, caught, definition, variables)
        if gathered is None:
            return
        variables = gathered
    element = step.element_of(instance)
    behaviour = step.behaviour_of(caught) if caught.type in BESIDE else step.behaviour_for(instance, element)
    behaviour.trigger(step, instance, caught, variables)
