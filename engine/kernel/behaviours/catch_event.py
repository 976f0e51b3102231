"""Intermediate message, timer and signal catch events, and receive tasks: they wait for one thing and go on with it."""

from __future__ import annotations

from engine.kernel import catching
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Schedule the timer or open the subscription."""
    if element.event is None:
        return Failure(Code.MESSAGE_INVALID, f"{element.name or element.id!r} names no message, so it would wait for ever.")
    planned = catching.plan(step, instance, element)
    if isinstance(planned, Failure):
        return planned
    catching.open_wait(step, instance, planned)
    return WAITS


BEHAVIOUR = Behaviour(enter=enter)
