"""BPMN errors climb to the nearest event that catches them (BPMN 2.0 §10.5.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.kernel import evaluation, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ErrorThrown
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.model.process import Element, ErrorDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step


def throw(step: Step, instance: ElementInstance, code: str, message: str, variables: Variables) -> Failure | None:
    """Hand the error to the nearest event around the element instance that catches `code`, called processes included.

    That is an event sub-process of a scope it lies in, or a boundary event of an activity around it. What lies between is
    terminated. An event for the code comes before one for all codes. Uncaught, it is a failure.
    """
    found = find(step, instance, code)
    if isinstance(found, Failure):
        return found
    if found is None:
        told = f": {message}" if message else "."
        return Failure(Code.ERROR_UNCAUGHT, f"No boundary event or event sub-process catches the error {code!r}{told}")
    host, catcher = found
    step.emit(ErrorThrown(key=instance.key, element=instance.element, code=code, message=message))
    step.behaviour_of(catcher).trigger(step, host, catcher, variables)
    return None


def find(step: Step, thrower: ElementInstance, code: str) -> tuple[ElementInstance, Element] | Failure | None:
    """The nearest event that catches `code`, with the element instance it belongs to."""
    host: ElementInstance | None = thrower
    while host is not None:
        for catchers in _catchers_at(step, host, thrower):
            found = _catcher(step, host, catchers, code)
            if found is not None:
                return found if isinstance(found, Failure) else (host, found)
        host = None if host.parent is None else step.state.elements[host.parent]
    return None


def _catchers_at(step: Step, host: ElementInstance, thrower: ElementInstance) -> Sequence[Sequence[str]]:
    """First what starts event sub-processes in the host, then its boundary events."""
    element = step.element_of(host)
    is_turn = host.loop_index is not None
    boundary = () if is_turn else element.boundary_events  # they stand on the multi-instance body
    if not element.event_starts or host is thrower or (element.loop is not None and not is_turn):
        return (boundary,)
    return (boundary,) if scopes.is_interrupted(step, host) else (element.event_starts, boundary)


def _catcher(step: Step, host: ElementInstance, catchers: Sequence[str], code: str) -> Element | Failure | None:
    elements = step.model(host.process).elements
    catches_all = None
    for catcher in (elements[i] for i in catchers):
        if not isinstance(catcher.event, ErrorDefinition):
            continue
        if catcher.event.code is None:
            catches_all = catches_all or catcher
            continue
        what = f"The error code of {catcher.name or catcher.id!r}"
        caught = evaluation.at(step, host, Code.ERROR_INVALID).text(catcher.event.code, what)
        if isinstance(caught, Failure):
            return caught
        if caught == code:
            return catcher
    return catches_all
