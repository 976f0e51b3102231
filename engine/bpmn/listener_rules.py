"""Where execution listeners cannot stand, with the way out: as in Camunda 8 (its manual, “Execution listeners”)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    Element,
    ErrorDefinition,
    Listeners,
    MultiInstance,
    ProcessDefinition,
)

Broken = tuple[Element | ProcessDefinition, str, str]
"""Where, what is wrong, and the way out."""


def misplaced_listeners(process: ProcessDefinition) -> Iterator[Broken]:
    """All listeners that would never run."""
    if process.listeners is not None and process.listeners.before_all:
        yield process, "beforeAll is for multi-instance activities.", "Listen to the start of the process."
    for element in process.elements.values():
        listeners = element.listeners or Listeners()
        if listeners.before_all and not isinstance(element.loop, MultiInstance):
            yield element, "beforeAll is for multi-instance activities.", "Listen to the start of the element."
        for found, listener, reason in (
            (listeners.start, "start", _no_start(process, element)),
            (listeners.end, "end", _no_end(element)),
        ):
            if found and reason is not None:
                what, fix = reason
                yield element, f"A listener to the {listener} of “{element.name or element.id}” would never run: {what}.", fix


def _no_start(process: ProcessDefinition, element: Element) -> tuple[str, str] | None:
    """Why nothing can listen to the start of the element."""
    if element.type == "startEvent":
        return "a start event has happened already", "Listen to the start of the process or sub-process that it begins."
    if element.type == "boundaryEvent":
        return "a boundary event has happened already", "Listen to the start of its activity, or of what follows the event."
    if element.instantiates or _begins_by_events(process, element):
        return "what starts an instance has happened already", "Listen to the start of the process."
    if any(_source(process, flow).type == "eventBasedGateway" for flow in element.incoming):
        return "the event-based gateway before it waits for it", "Listen to the start of the gateway."
    return None


def _no_end(element: Element) -> tuple[str, str] | None:
    """Why nothing can listen to the end of the element."""
    if element.type.endswith("Gateway"):
        return "a gateway is left as soon as its flows are chosen", "Listen to the start of what follows."
    if element.type == "boundaryEvent" and element.defines(CompensationDefinition):
        return "a compensation boundary event never happens", "Listen to the activity that undoes."
    if element.type == "endEvent" and any(map(element.defines, (ErrorDefinition, CancelDefinition))):
        return "what it throws ends its scope", "Listen to the event that catches it."
    if any(isinstance(event, CompensationDefinition) and not event.wait for event in element.definitions):
        return "it goes on before the compensation has ended", "Delete waitForCompletion, or listen to what follows."
    return None


def _begins_by_events(process: ProcessDefinition, element: Element) -> bool:
    behind = (process.elements[process.flows[flow].target] for flow in element.outgoing)
    return element.type == "eventBasedGateway" and any(target.instantiates for target in behind)


def _source(process: ProcessDefinition, flow: str) -> Element:
    return process.elements[process.flows[flow].source]
