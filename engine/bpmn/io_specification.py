"""Data inputs and outputs of activities, events and processes, and the sets of them that must be filled (BPMN 2.0 §10.4.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.data import Data, Datum, structure_of
from engine.bpmn.names import bpmn_child, bpmn_children, identifier, kind, reference, text_of
from engine.bpmn.payloads import check_payloads
from engine.bpmn.vocabulary import words
from engine.model.data import DataParameter, InputOutput, Sets

_EVENTS: Final = words("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")


@dataclass(frozen=True, slots=True)
class _Side:
    """The words of one side: what comes in, or what goes out."""

    datum: str
    set: str
    members: str
    optional: str
    running: str
    pairs: str


_INPUT: Final = _Side("dataInput", "inputSet", "dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs", "outputSetRefs")
_OUTPUT: Final = _Side(
    "dataOutput", "outputSet", "dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs", "inputSetRefs"
)


def read_io(data: Data, node: etree._Element, connected: Collection[str]) -> InputOutput | None:
    """What the activity or event takes and gives; `connected` are the variables that data associations fill or read."""
    specification = bpmn_child(node, "ioSpecification")
    holder = node if specification is None and kind(node) in _EVENTS else specification
    if holder is None:
        return None
    inputs, outputs = _own(data, holder, _INPUT), _own(data, holder, _OUTPUT)
    if specification is not None:
        _check_specification(data, specification, {**inputs, **outputs})
    check_payloads(data, node, [*inputs.values(), *outputs.values()])
    required_inputs, required_outputs = _required(data, holder, _INPUT, inputs), _required(data, holder, _OUTPUT, outputs)
    is_process = kind(node) == "process"
    if not is_process:
        _check_filled(data, node, required_inputs, connected)
        # What nobody takes out need not be there.
        required_outputs = tuple(tuple(name for name in names if name in connected) for names in required_outputs)
    return InputOutput(
        inputs=tuple(_parameter(data, datum) for datum in inputs.values()),
        outputs=tuple(_parameter(data, datum) for datum in outputs.values()),
        required_inputs=_asking(required_inputs),
        required_outputs=() if is_process else _asking(required_outputs),
    )


def _own(data: Data, holder: etree._Element, side: _Side) -> dict[str, Datum]:
    """The data of one side by id, in document order."""
    found = ((identifier(child), data.find(identifier(child))) for child in bpmn_children(holder, side.datum))
    return {name: datum for name, datum in found if datum is not None}


def _parameter(data: Data, datum: Datum) -> DataParameter:
    return DataParameter(name=datum.variable, structure=structure_of(data.reading, datum.node.get("itemSubjectRef")))


def _asking(sets: Sets) -> Sets:
    """No sets where one of them asks for nothing."""
    return sets if all(sets) else ()


def _check_specification(data: Data, specification: etree._Element, own: Mapping[str, Datum]) -> None:
    """There is a set of each kind, and each datum is in one (BPMN 2.0 tables 10.54, 10.56, 10.57)."""
    for side in (_INPUT, _OUTPUT):
        sets = list(bpmn_children(specification, side.set))
        if not sets:
            data.reading.error(Code.DATA_SET, specification, f"The ioSpecification has no {side.set}, not even an empty one.")
        listed = {name for one in sets for name in _members(data, one, side.members, own)}
        for name, datum in own.items():
            if datum.kind == side.datum and sets and name not in listed:
                data.reading.error(Code.DATA_SET, datum.node, f"The {side.datum} “{name}” is in no {side.set}.")


def _required(data: Data, holder: etree._Element, side: _Side, own: Mapping[str, Datum]) -> Sets:
    """The variables that each set asks for: all but the optional ones. The rules for sets are told."""
    sets = list(bpmn_children(holder, side.set))
    found: list[tuple[str, ...]] = []
    for one in sets:
        members = _members(data, one, side.members, own)
        optional = _members(data, one, side.optional, own)
        running = _members(data, one, side.running, own)
        for name in [name for name in (*optional, *running) if name not in members]:
            message = f"The {side.set} lists “{name}” as optional or filled later, but not among its {side.members}."
            data.reading.error(Code.DATA_SET, one, message, name=side.members)
        for name in running:
            data.reading.error(Code.DATA_NOT_RUN, one, f"“{name}” is to be filled while the element runs.", name=side.running)
        _check_pairs(data, holder, one, side, is_alone=len(sets) == 1)
        found.append(tuple(datum.variable for name, datum in members.items() if name not in optional))
    return tuple(found)


def _members(data: Data, one: etree._Element, name: str, own: Mapping[str, Datum]) -> dict[str, Datum]:
    """What a set lists under `name`, by id; what the element does not have is told where it is first read."""
    members: dict[str, Datum] = {}
    for entry in bpmn_children(one, name):
        text = text_of(entry)
        member = text if text in own else reference(text)
        if member in own:
            members[member] = own[member]
        else:
            data.reading.error(Code.DATA_REFERENCE, entry, f"The {kind(one)} lists “{text}”, which its element does not have.")
    return members


def _check_pairs(data: Data, holder: etree._Element, one: etree._Element, side: _Side, *, is_alone: bool) -> None:
    """A set that names one of the other side is named by it (BPMN 2.0 tables 10.58, 10.59)."""
    other = _OUTPUT if side is _INPUT else _INPUT
    for name in [reference(text_of(entry)) for entry in bpmn_children(one, side.pairs)]:
        partner = next((s for s in bpmn_children(holder, other.set) if identifier(s) == name), None)
        back = [] if partner is None else [reference(text_of(entry)) for entry in bpmn_children(partner, other.pairs)]
        if identifier(one) not in back:
            message = f"The {side.set} names the {other.set} “{name}”, which does not name it in turn."
            data.reading.error(Code.DATA_SET, one, message, name=side.pairs)
        elif not is_alone:
            message = f"Which {other.set} is due depends on the {side.set} that is complete."
            data.reading.error(Code.DATA_NOT_RUN, one, message, name=side.pairs)


def _check_filled(data: Data, node: etree._Element, sets: Sets, connected: Collection[str]) -> None:
    """Nothing begins whose inputs nobody can fill: it would wait for ever (BPMN 2.0 §10.4.2)."""
    lacking = [next((name for name in names if name not in connected), None) for names in sets]
    if lacking and None not in lacking:
        data.reading.error(Code.DATA_ASSOCIATION, node, f"No data association fills the data input “{lacking[0]}”.")
