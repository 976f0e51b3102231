"""Terminate end event: ends the scope it lies in with everything in it; scopes further out go on (BPMN 2.0 §13.5.6)."""

from __future__ import annotations

from engine.kernel import lifecycle, scopes
from engine.kernel.behaviour import Behaviour
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element


def leave(step: Step, instance: ElementInstance, element: Element) -> None:
    """Terminate the rest of the scope and let it complete."""
    scope = scopes.parent_of(step, instance)
    lifecycle.terminate_contents(step, scope, spare=instance.key)
    lifecycle.end(step, instance)
    step.emptied.append(scope.key)


BEHAVIOUR = Behaviour(leave=leave)
