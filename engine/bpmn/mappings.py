"""`zeebe:ioMapping`: local variables before, results after."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import extension, kind, line_of, parts
from engine.bpmn.reading import Reading
from engine.bpmn.variables import read_path
from engine.model.process import VariableMapping

_OUTPUTS_ONLY = ("startEvent", "intermediateCatchEvent", "boundaryEvent")

Mappings = tuple[tuple[VariableMapping, ...], tuple[VariableMapping, ...]]


def read_mappings(reading: Reading, node: etree._Element) -> Mappings:
    """The input and output mappings of a flow node, each in document order, without those that lack a part (told elsewhere)."""
    mapping = extension(node, "ioMapping")
    if mapping is None:
        return (), ()
    inputs, outputs = _read(reading, mapping, "input"), _read(reading, mapping, "output")
    if inputs and kind(node) in _OUTPUTS_ONLY:
        reading.error(
            Code.ZEEBE_MISPLACED,
            mapping,
            "An event that something arrives at takes no inputs, only outputs.",
            fix="Delete the inputs.",
        )
    return inputs, outputs


def _read(reading: Reading, mapping: etree._Element, name: str) -> tuple[VariableMapping, ...]:
    found = []
    for part in parts(mapping, name):
        source, target = reading.value(part, "source"), read_path(reading, part, "target")
        if source is not None and target is not None:
            found.append(VariableMapping(source=source, target=target, line=line_of(part)))
    return tuple(found)
