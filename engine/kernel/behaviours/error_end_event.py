"""Error end event: throws a BPMN error out of the scope it lies in (BPMN 2.0 §10.5.7)."""

from __future__ import annotations

from engine.kernel import errors, evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.progress import GONE, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, ErrorDefinition


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Throw the error; uncaught it stays here as an incident."""
    definition = element.event
    assert isinstance(definition, ErrorDefinition), "the element table says so"
    return throw(step, instance, element, definition)


def throw(step: Step, instance: ElementInstance, element: Element, definition: ErrorDefinition) -> Entered:
    """Throw the error that the definition names."""
    code = _code(step, instance, element, definition)
    if isinstance(code, Failure):
        return code
    return errors.throw(step, instance, code, "", {}) or GONE


def why_not(step: Step, instance: ElementInstance, element: Element, definition: ErrorDefinition) -> Failure | None:
    """What would keep `throw` from it, such as that nobody catches the error."""
    code = _code(step, instance, element, definition)
    return code if isinstance(code, Failure) else errors.why_uncaught(step, instance, code, "")


def _code(step: Step, instance: ElementInstance, element: Element, definition: ErrorDefinition) -> str | Failure:
    label = element.name or element.id
    if definition.code is None:
        return Failure(Code.ERROR_INVALID, f"{label!r} names no error code to throw.")
    return evaluation.at(step, instance, Code.ERROR_INVALID).text(definition.code, f"The error code of {label!r}")


BEHAVIOUR = Behaviour(enter=enter)
