"""Parallel multiple events: what happened is kept until all of it has (BPMN 2.0 §10.5.1).

A message that comes again is kept for the next time, as it was taken from its sender. A timer, signal, condition or escalation
that comes again before the rest says nothing new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel.events import TriggerKept, TriggerReleased
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, MessageDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def gather(step: Step, instance: ElementInstance, caught: Element, definition: int, variables: Variables) -> Variables | None:
    """The variables of all that happened, later ones before earlier ones; None as long as something is missing."""
    kept = _oldest(instance, caught)
    if definition in kept or len(kept) + 1 < len(caught.definitions):
        if definition not in kept or isinstance(caught.definitions[definition], MessageDefinition):
            _keep(step, instance, caught, definition, variables)
        return None
    gathered: dict[str, Value] = {}
    for found in sorted(kept.values(), key=lambda trigger: trigger.kept):
        gathered.update(found.variables)
        step.emit(TriggerReleased(kept=found.kept))
    return gathered | dict(variables)


def _oldest(instance: ElementInstance, caught: Element) -> dict[int, TriggerKept]:
    """By definition, what of the event was kept first."""
    found: dict[int, TriggerKept] = {}
    for wait in instance.waits.values():
        if isinstance(wait, TriggerKept) and wait.element == caught.id:
            found.setdefault(wait.definition, wait)
    return found


def _keep(step: Step, instance: ElementInstance, caught: Element, definition: int, variables: Variables) -> None:
    kept = step.state.next_key
    step.emit(TriggerKept(kept=kept, key=instance.key, element=caught.id, definition=definition, variables=variables))
