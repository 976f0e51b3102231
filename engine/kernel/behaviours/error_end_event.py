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
    label = element.name or element.id
    definition = element.event
    if not isinstance(definition, ErrorDefinition) or definition.code is None:
        return Failure(Code.ERROR_INVALID, f"{label!r} names no error code to throw.")
    what = f"The error code of {label!r}"
    code = evaluation.at(step, instance, Code.ERROR_INVALID).text(definition.code, what)
    if isinstance(code, Failure):
        return code
    return errors.throw(step, instance, code, "", {}) or GONE


BEHAVIOUR = Behaviour(enter=enter)
