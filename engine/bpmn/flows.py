"""Sequence flows: where they begin and end, and on what condition (BPMN 2.0 §8.3.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_child, bpmn_children, identifier, label, line_of, reference, text_of
from engine.bpmn.reading import Reading
from engine.model.process import SequenceFlow


@dataclass(slots=True)
class Flows:
    """The flows of one process, and for each node the ids that enter and leave it, in order. `made_up` counts made-up ids."""

    by_id: dict[str, SequenceFlow] = field(default_factory=dict)
    incoming: dict[str, list[str]] = field(default_factory=dict)
    outgoing: dict[str, list[str]] = field(default_factory=dict)
    made_up: dict[str, int] = field(default_factory=dict)


def read_flows(reading: Reading, elements: list[etree._Element], scopes: Mapping[str, str]) -> Flows:
    """Read the sequence flows of a process. `scopes` names the scope of every node; a flow without both ends is left out."""
    flows = Flows()
    for element in elements:
        flow = _read_flow(reading, element, scopes, flows)
        if flow is not None:
            flows.by_id[flow.id] = flow
            flows.outgoing.setdefault(flow.source, []).append(flow.id)
            flows.incoming.setdefault(flow.target, []).append(flow.id)
    return flows


def _read_flow(reading: Reading, element: etree._Element, scopes: Mapping[str, str], flows: Flows) -> SequenceFlow | None:
    ends = [_end(reading, element, attribute, scopes) for attribute in ("sourceRef", "targetRef")]
    source, target = ends
    if source is None or target is None:
        return None
    if scopes[source] != scopes[target]:
        reading.error(
            Code.FLOW_CROSSES, element, f"The flow from “{source}” to “{target}” crosses the border of a sub-process."
        )
        return None
    condition = bpmn_child(element, "conditionExpression")
    expression = None
    if condition is not None:
        expression = reading.expression(condition, text_of(condition), "condition", feel_only=True)
        if expression is None:
            reading.error(
                Code.VALUE_MISSING, condition, "The condition is empty.", name="condition", fix="Fill it in or delete it."
            )
    return SequenceFlow(
        id=identifier(element) or _made_up_id(reading, source, target, flows),
        name=label(element),
        source=source,
        target=target,
        condition=expression,
        line=line_of(element),
    )


def _end(reading: Reading, element: etree._Element, attribute: str, scopes: Mapping[str, str]) -> str | None:
    text = (element.get(attribute) or "").strip()
    node = text if text in scopes else reference(text)
    if node in scopes:
        return node
    named = f"“{text}”, which its process does not have" if text else "nothing"
    verb = "comes from" if attribute == "sourceRef" else "leads to"
    reading.error(Code.FLOW_END_MISSING, element, f"The sequence flow {verb} {named}.", name=attribute)
    return None


def _made_up_id(reading: Reading, source: str, target: str, flows: Flows) -> str:
    """The id is optional in BPMN. Made from the ends, it stays the same when other parts of the diagram change."""
    wanted = f"Flow_{source}_{target}"
    while True:
        number = flows.made_up[wanted] = flows.made_up.get(wanted, 0) + 1
        made_up = wanted if number == 1 else f"{wanted}_{number}"
        if made_up not in reading.ids and made_up not in flows.by_id:
            return made_up


def in_listed_order(
    reading: Reading, node: etree._Element, name: str, flows: Mapping[str, SequenceFlow], found: list[str]
) -> tuple[str, ...]:
    """`found` in the order of the `<incoming>` or `<outgoing>` entries, the rest behind; a wrong entry is a problem."""
    listed: dict[str, None] = {}
    here = set(found)
    for entry in bpmn_children(node, name):
        text = text_of(entry)
        flow = text if text in flows else reference(text)
        if flow in here:
            listed[flow] = None
        else:
            verb = "end" if name == "incoming" else "begin"
            message = f"The flow “{text}” is listed as {name} and does not {verb} here."
            reading.error(Code.FLOW_LISTS_DISAGREE, entry, message, name=name)
    return (*listed, *(flow for flow in found if flow not in listed))
