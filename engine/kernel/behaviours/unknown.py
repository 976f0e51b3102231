"""An element the kernel does not run. A checked diagram has none; a model made by other means must not lose its token."""

from __future__ import annotations

from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Stop with an incident."""
    return Failure(Code.ELEMENT_NOT_SUPPORTED, f"{element.name or element.id!r} is a {element.type}, which is not run.")


BEHAVIOUR = Behaviour(enter=enter)
