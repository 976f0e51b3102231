"""What was waited for has happened: who acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.events import ConditionOpened, MessageSubscriptionOpened, SignalSubscriptionOpened, TimerScheduled
from engine.kernel.liveness import BESIDE
from engine.kernel.scopes import Variables

if TYPE_CHECKING:
    from engine.kernel.step import Step


def trigger(
    step: Step,
    wait: TimerScheduled | MessageSubscriptionOpened | SignalSubscriptionOpened | ConditionOpened,
    variables: Variables,
) -> None:
    """Events beside the flow act by their own row of the element table, other events by that of the element that waits."""
    instance = step.owner(wait)
    caught = step.model(instance.process).elements[wait.element]
    element = step.element_of(instance)
    behaviour = step.behaviour_of(caught) if caught.type in BESIDE else step.behaviour_for(instance, element)
    behaviour.trigger(step, instance, caught, variables)
