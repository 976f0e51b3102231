"""What messages, errors, escalations and signals carry, and the one datum that takes it (BPMN 2.0 §10.3.3, §10.4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.data import Data, Datum, equivalent
from engine.bpmn.names import kind, reference, text_of

_ITEMS: Final = {"message": "itemRef", "error": "structureRef", "escalation": "structureRef", "signal": "structureRef"}
_CARRIED: Final = {
    "messageEventDefinition": "messageRef",
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
    "signalEventDefinition": "signalRef",
}


def check_payloads(data: Data, node: etree._Element, own: Sequence[Datum]) -> None:
    """The datum of an event or message task has the type of what it sends or receives."""
    if kind(node) in ("sendTask", "receiveTask"):
        if len(own) > 1:
            message = f"A {kind(node)} handles one message, so it has one datum, not {len(own)}."
            data.reading.error(Code.DATA_SET, node, message)
        _check_type(data, node, own[:1], node.get("messageRef"))
    elif kind(node).endswith("Event"):
        _check_event(data, node, own)


def _check_event(data: Data, event: etree._Element, own: Sequence[Datum]) -> None:
    """In the order of its definitions an event has a datum for each, or none at all."""
    definitions = [_resolved(data, child) for child in event if kind(child).endswith(("EventDefinition", "DefinitionRef"))]
    if not own or not definitions:
        return
    if len(own) != len(definitions):
        message = f"The event has {len(definitions)} event definitions and {len(own)} data; they go together in their order."
        data.reading.error(Code.DATA_SET, event, message)
        return
    for definition, datum in zip(definitions, own, strict=True):
        if definition is not None and kind(definition) in _CARRIED:
            _check_type(data, event, [datum], definition.get(_CARRIED[kind(definition)]))


def _resolved(data: Data, child: etree._Element) -> etree._Element | None:
    return data.reading.definitions.get(reference(text_of(child))) if kind(child) == "eventDefinitionRef" else child


def _check_type(data: Data, node: etree._Element, own: Sequence[Datum], name: str | None) -> None:
    carried = data.reading.definitions.get(reference(name)) if name else None
    item = carried.get(_ITEMS[kind(carried)]) if carried is not None and kind(carried) in _ITEMS else None
    for datum in own if item else ():
        if not equivalent(data.reading, datum.node.get("itemSubjectRef"), item):
            assert carried is not None, "the item is its"
            message = f"The {datum.kind} “{datum.variable}” has not the type of the {kind(carried)} “{reference(name)}”."
            data.reading.error(Code.DATA_TYPE, node, message, name="itemSubjectRef")
