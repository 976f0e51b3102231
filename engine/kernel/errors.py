"""BPMN errors climb to the nearest activity that catches them (BPMN 2.0 §10.5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import evaluation
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ErrorThrown
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, ErrorDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def throw(step: Step, instance: ElementInstance, code: str, message: str, variables: Variables) -> Failure | None:
    """Hand the error to the nearest boundary event around the element instance that catches `code`, called processes included.

    What lies between is terminated. A boundary event for the code comes before one for all codes. Uncaught, it is a failure.
    """
    host: ElementInstance | None = instance
    while host is not None:
        catcher = _catcher(step, host, code)
        if isinstance(catcher, Failure):
            return catcher
        if catcher is not None:
            step.emit(ErrorThrown(key=instance.key, element=instance.element, code=code, message=message))
            step.behaviour_of(catcher).trigger(step, host, catcher, variables)
            return None
        host = None if host.parent is None else step.state.elements[host.parent]
    told = f": {message}" if message else "."
    return Failure(Code.ERROR_UNCAUGHT, f"No boundary event catches the error {code!r}{told}")


def _catcher(step: Step, host: ElementInstance, code: str) -> Element | Failure | None:
    if host.loop_index is not None:
        return None  # boundary events stand on the multi-instance body
    elements = step.model(host.process).elements
    catches_all = None
    for boundary in (elements[i] for i in step.element_of(host).boundary_events):
        if not isinstance(boundary.event, ErrorDefinition):
            continue
        if boundary.event.code is None:
            catches_all = catches_all or boundary
            continue
        what = f"The error code of {boundary.name or boundary.id!r}"
        caught = evaluation.at(step, host, Code.ERROR_INVALID).text(boundary.event.code, what)
        if isinstance(caught, Failure):
            return caught
        if caught == code:
            return boundary
    return catches_all
