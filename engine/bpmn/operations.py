"""Operations of service interfaces (BPMN 2.0 §8.4.3): they are not called, but what they refer to must be what it should be."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_children, identifier, kind, reference, text_of
from engine.bpmn.reading import Reading

_WANTED: Final = {"inMessageRef": "message", "outMessageRef": "message", "errorRef": "error"}


def check_operations(reading: Reading, interface: etree._Element) -> None:
    """What is in the file as a message or error is named as such; what lies elsewhere is not looked at."""
    for operation in bpmn_children(interface, "operation"):
        for part in bpmn_children(operation, *_WANTED):
            found, wanted = reading.definitions.get(reference(text_of(part))), _WANTED[kind(part)]
            if found is not None and kind(found) != wanted:
                message = f"The {kind(part)} of the operation “{identifier(operation)}” is no {wanted}: “{text_of(part)}”."
                reading.error(Code.REFERENCE_UNKNOWN, operation, message, name=kind(part))
