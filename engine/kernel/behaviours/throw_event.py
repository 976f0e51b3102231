"""Throw and end events for a signal or an escalation (BPMN 2.0 §10.5.1, §10.5.7).

Unlike an error an escalation ends nothing by itself: what catches it may interrupt, and one that nobody catches is only
journalled.
"""

from __future__ import annotations

from engine.kernel import flows, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Failure
from engine.kernel.progress import FINISHED, GONE, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.kernel.throwing import Thrower
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Throw it, with the variables of the input mappings; the event goes on, unless it was interrupted by what it threw."""
    thrower = Thrower(step, instance, element, scopes.mapped_in(instance, element), instance)
    planned = thrower.plan(element.definitions[0])
    if isinstance(planned, Failure):
        return planned
    planned()
    return FINISHED if instance.key in step.state.elements else GONE


ESCALATION = Behaviour(enter=enter)
SIGNAL = Behaviour(enter=enter, arrive=flows.arrive_last)
