"""Which activity undoes which, by associations, and the rules of compensation and cancelling (BPMN 2.0 §10.5.5, §10.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine.bpmn.codes import Code
from engine.model.process import CancelDefinition, CompensationDefinition, Element, ProcessDefinition

Association = tuple[str, str]
"""Source and target."""


def with_handlers(elements: dict[str, Element], associations: Sequence[Association]) -> dict[str, Element]:
    """The same elements, each activity with what undoes it where something does; rules tell what is not complete."""
    for boundary in [e for e in elements.values() if _is_compensation(e, "boundaryEvent")]:
        linked = _linked(elements, boundary, associations)
        if boundary.attached_to is not None and len(linked) == 1:
            elements[boundary.attached_to] = replace(elements[boundary.attached_to], handler=linked[0])
    for start in [e for e in elements.values() if _is_compensation(e, "startEvent")]:
        scope = elements.get(elements[start.parent].parent) if start.parent in elements else None
        if scope is not None and scope.handler is None:
            elements[scope.id] = replace(scope, handler=start.parent)
    return elements


def _linked(elements: Mapping[str, Element], boundary: Element, associations: Sequence[Association]) -> list[str]:
    """The compensation activities of its scope that a compensation boundary event is associated with."""
    others = [b if a == boundary.id else a for a, b in associations if boundary.id in (a, b)]
    return [i for i in others if i in elements and elements[i].for_compensation and elements[i].parent == boundary.parent]


def _is_compensation(element: Element, type_: str) -> bool:
    return element.type == type_ and isinstance(element.event, CompensationDefinition)


Broken = tuple[Code, Element, str]


def broken_rules(process: ProcessDefinition) -> Iterator[Broken]:
    """What is wrong with compensation and cancelling: the code, the element and the reason."""
    used = {element.handler for element in process.elements.values()}
    for element in process.elements.values():
        label = element.name or element.id
        if element.for_compensation:
            if element.incoming or element.outgoing:
                told = f"“{label}” undoes another activity, so no sequence flow leads to it or leaves it."
                yield Code.COMPENSATION_HANDLER, element, told
            if element.id not in used:
                told = f"Nothing is undone by “{label}”: no compensation boundary event is associated with it."
                yield Code.COMPENSATION_HANDLER, element, told
        for definition in element.definitions:
            if isinstance(definition, CompensationDefinition):
                yield from _compensation_event(process, element, definition)
            elif isinstance(definition, CancelDefinition):
                yield from _cancel_event(process, element)


def _compensation_event(process: ProcessDefinition, event: Element, definition: CompensationDefinition) -> Iterator[Broken]:
    label = event.name or event.id
    if event.type == "boundaryEvent":
        host = process.elements.get(event.attached_to or "")
        if host is not None and (host.handler is None or process.elements[host.handler].triggered_by_event):
            told = f"“{label}” is not associated with one compensation activity of its scope."
            yield Code.COMPENSATION_HANDLER, event, told
        if event.outgoing:
            yield Code.COMPENSATION_HANDLER, event, f"A sequence flow leaves the compensation boundary event “{label}”."
        if host is not None and sum(_is_compensation(process.elements[i], "boundaryEvent") for i in host.boundary_events) > 1:
            yield Code.COMPENSATION_HANDLER, event, f"“{host.name or host.id}” has two compensation boundary events."
    elif event.type == "startEvent":
        scope = process.elements.get(event.parent)
        if scope is not None and scope.parent == process.id:
            told = f"“{label}” would undo the process itself, which nothing outside can ask for."
            yield Code.COMPENSATION_HANDLER, event, told
    elif definition.activity is not None and not _can_be_undone(process, event, definition.activity):
        told = f"“{definition.activity}” is no activity with a compensation handler in the scope of “{label}”."
        yield Code.COMPENSATION_TARGET, event, told


def _can_be_undone(process: ProcessDefinition, event: Element, activity: str) -> bool:
    target = process.elements.get(activity)
    scopes = [event.parent]
    around = process.elements.get(event.parent)
    if around is not None and around.triggered_by_event:
        scopes.append(around.parent)
    return target is not None and target.parent in scopes and (target.handler is not None or bool(target.contents))


def _cancel_event(process: ProcessDefinition, event: Element) -> Iterator[Broken]:
    label = event.name or event.id
    if event.type == "boundaryEvent":
        host = process.elements.get(event.attached_to or "")
        if host is not None and host.type != "transaction":
            yield Code.CANCEL_MISPLACED, event, f"“{label}” is attached to a {host.type}, which cannot be cancelled."
        return
    transaction = process.elements.get(event.parent)
    if transaction is None or transaction.type != "transaction":
        yield Code.CANCEL_MISPLACED, event, f"“{label}” does not lie directly in a transaction."
    elif not any(process.elements[i].defines(CancelDefinition) for i in transaction.boundary_events):
        told = f"“{label}” cancels “{transaction.name or transaction.id}”, which has no cancel boundary event to leave by."
        yield Code.CANCEL_MISPLACED, event, told
