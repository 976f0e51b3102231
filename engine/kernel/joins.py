"""Joins as states: element instances that collect tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.state import ElementInstance

if TYPE_CHECKING:
    from engine.kernel.step import Step


def is_complete(step: Step, instance: ElementInstance) -> bool:
    """True for a join that has a token on every incoming flow; flows without one have no entry."""
    return bool(instance.arrived) and len(instance.arrived) == len(step.element_of(instance).incoming)
