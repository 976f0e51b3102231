"""Embedded sub-process: a scope of its own inside the process (BPMN 2.0 §10.3.5)."""

from __future__ import annotations

from engine.kernel import lifecycle
from engine.kernel.behaviour import Behaviour
from engine.kernel.behaviours import scope_start
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def emptied(step: Step, instance: ElementInstance, element: Element) -> None:
    """The last token inside is gone, with or without an end event: the sub-process is done."""
    lifecycle.complete(step, instance, element, {})


BEHAVIOUR = Behaviour(enter=scope_start.enter, emptied=emptied)
