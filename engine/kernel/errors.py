"""BPMN errors climb to the nearest event that catches them (BPMN 2.0 §10.5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import climbing
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ErrorThrown
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.kernel.triggering import happen
from engine.model.process import ErrorDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def throw(step: Step, instance: ElementInstance, code: str, message: str, variables: Variables) -> Failure | None:
    """Hand the error to the nearest event that catches `code`. What lies between is terminated. Uncaught, it is a failure."""
    found = _caught(step, instance, code, message)
    if isinstance(found, Failure):
        return found
    step.emit(ErrorThrown(key=instance.key, element=instance.element, code=code, message=message))
    happen(step, *found, variables)
    return None


def why_uncaught(step: Step, instance: ElementInstance, code: str, message: str) -> Failure | None:
    """Why nobody catches the error; None when somebody does."""
    found = _caught(step, instance, code, message)
    return found if isinstance(found, Failure) else None


def _caught(step: Step, instance: ElementInstance, code: str, message: str) -> climbing.Caught | Failure:
    found = climbing.find(step, instance, ErrorDefinition, code)
    if found is not None:
        return found
    told = f": {message}" if message else "."
    return Failure(Code.ERROR_UNCAUGHT, f"No boundary event or event sub-process catches the error {code!r}{told}")
