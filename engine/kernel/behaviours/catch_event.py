"""Intermediate catch events and receive tasks: they wait and go on with what comes.

A multiple event goes on with the first of what it names, a parallel multiple event when all of that has come.
"""

from __future__ import annotations

from engine.kernel import catching
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Schedule the timers and open the subscriptions."""
    if element.event is None:
        return Failure(Code.MESSAGE_INVALID, f"{element.name or element.id!r} names no message, so it would wait for ever.")
    plans = catching.plan(step, instance, element)
    if isinstance(plans, Failure):
        return plans
    for planned in plans:
        catching.open_wait(step, instance, planned)
    return WAITS


BEHAVIOUR = Behaviour(enter=enter)
