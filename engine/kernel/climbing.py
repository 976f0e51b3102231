"""What climbs from where it was thrown to the nearest event that catches it: errors and escalations (BPMN 2.0 §10.5.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.kernel import evaluation, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.state import ElementInstance
from engine.model.process import Element, ErrorDefinition, EscalationDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step

Kind = type[ErrorDefinition] | type[EscalationDefinition]

_WORDS = {ErrorDefinition: ("error", Code.ERROR_INVALID), EscalationDefinition: ("escalation", Code.ESCALATION_INVALID)}


Caught = tuple[ElementInstance, Element, int]
"""The element instance that an event belongs to, the event, and which of its definitions catches."""


def find(step: Step, thrower: ElementInstance, kind: Kind, code: str) -> Caught | Failure | None:
    """The nearest event that catches `code`, called processes included.

    That is the start event of an event sub-process in a scope around the thrower, or a boundary event of an activity around it.
    An event for the code comes before one for all codes.
    """
    host: ElementInstance | None = thrower
    while host is not None:
        for catchers in _catchers_at(step, host, thrower):
            found = _catcher(step, host, catchers, kind, code)
            if found is not None:
                return found if isinstance(found, Failure) else (host, *found)
        host = None if host.parent is None else step.state.elements[host.parent]
    return None


def _catchers_at(step: Step, host: ElementInstance, thrower: ElementInstance) -> Sequence[Sequence[str]]:
    """First what starts event sub-processes in the host, then its boundary events."""
    element = step.element_of(host)
    is_turn = host.loop_index is not None
    boundary = () if is_turn or host.undo is not None else element.boundary_events  # they stand on the multi-instance body
    if not element.event_starts or host is thrower or (element.loop is not None and not is_turn):
        return (boundary,)
    return (boundary,) if scopes.is_interrupted(step, host) else (element.event_starts, boundary)


def _catcher(
    step: Step, host: ElementInstance, catchers: Sequence[str], kind: Kind, code: str
) -> tuple[Element, int] | Failure | None:
    elements = step.model(host.process).elements
    word, invalid = _WORDS[kind]
    catches_all: tuple[Element, int] | None = None
    for catcher, number, definition in _definitions(elements, catchers, kind):
        if definition.code is None:
            catches_all = catches_all or (catcher, number)
            continue
        what = f"The {word} code of {catcher.name or catcher.id!r}"
        caught = evaluation.at(step, host, invalid).text(definition.code, what)
        if isinstance(caught, Failure):
            return caught
        if caught == code:
            return catcher, number
    return catches_all


def _definitions(
    elements: Mapping[str, Element], catchers: Sequence[str], kind: Kind
) -> Iterator[tuple[Element, int, ErrorDefinition | EscalationDefinition]]:
    for catcher in (elements[i] for i in catchers):
        for number, definition in enumerate(catcher.definitions):
            if isinstance(definition, kind):
                yield catcher, number, definition
