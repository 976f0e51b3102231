"""One `process` element as a `ProcessDefinition`: its nodes of all depths, connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from engine.bpmn.activities import read_quantity
from engine.bpmn.business_fields import business_fields
from engine.bpmn.codes import Code
from engine.bpmn.compensations import Association, with_handlers
from engine.bpmn.data import Data, read_data
from engine.bpmn.flows import Flows, in_listed_order, read_flows
from engine.bpmn.io_specification import read_io
from engine.bpmn.lanes import read_lanes
from engine.bpmn.listeners import read_listeners
from engine.bpmn.loops import read_loop
from engine.bpmn.mappings import read_mappings
from engine.bpmn.names import bpmn_child, bpmn_children, extension, identifier, kind, label, line_of, reference, text_of
from engine.bpmn.node_data import read_node_data
from engine.bpmn.reading import Reading
from engine.bpmn.table import READERS
from engine.bpmn.time_to_live import time_to_live
from engine.bpmn.unique_keys import read_unique_key
from engine.bpmn.vocabulary import words
from engine.bpmn.words import is_event_sub_process, is_unknown
from engine.model.process import Element, LinkDefinition, ProcessDefinition

_ACTIVITIES: Final = words(
    "task manualTask userTask serviceTask scriptTask businessRuleTask sendTask receiveTask subProcess callActivity transaction "
    "adHocSubProcess"
)


@dataclass(slots=True)
class _Draft:
    """What must be known of all nodes before the first one can be made."""

    taken: set[str]
    data: Data
    nodes: dict[str, etree._Element] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    contents: dict[str, list[str]] = field(default_factory=dict)
    attached: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    flow_elements: list[etree._Element] = field(default_factory=list)
    lanes: dict[str, str] = field(default_factory=dict)
    associations: list[Association] = field(default_factory=list)


def read_process(reading: Reading, process: etree._Element) -> ProcessDefinition:
    """Read a process whose words were checked. What does not run is there without its contents; problems tell why."""
    # The process takes its id first: a node of the same id (a problem already) would be its own scope.
    draft = _Draft(taken={identifier(process)}, data=read_data(reading, process))
    _collect(draft, process, identifier(process))
    _attach(reading, draft)
    draft.lanes = read_lanes(reading, process, frozenset(draft.nodes))
    flows = read_flows(reading, draft.flow_elements, draft.scopes)
    elements = {node_id: _read_node(reading, draft, flows, node_id) for node_id in draft.nodes}
    tag = extension(process, "versionTag")
    io = read_io(draft.data, process, ())
    return ProcessDefinition(
        id=identifier(process),
        name=label(process) or identifier(process),
        resource=reading.resource,
        line=line_of(process),
        elements=with_handlers(linked(_with_data(draft, elements)), draft.associations),
        flows=flows.by_id,
        contents=tuple(draft.contents.get(identifier(process), ())),
        event_starts=_event_starts(draft, identifier(process)),
        version_tag=(tag.get("value") or None) if tag is not None else None,
        documentation=_documentation(process),
        time_to_live=time_to_live(reading, process),
        listeners=read_listeners(reading, process),
        data=draft.data.begun_by(identifier(process)),
        io=io,
        unique_key=read_unique_key(reading, process),
        business_fields=business_fields(reading, process),
    )


def _with_data(draft: _Draft, elements: dict[str, Element]) -> dict[str, Element]:
    """The same elements with the variables they begin with; asked last, when it is known which data is used."""
    for owner in draft.data.by_owner:
        if owner in elements:
            elements[owner] = replace(elements[owner], data=draft.data.begun_by(owner))
    return elements


def linked(elements: dict[str, Element]) -> dict[str, Element]:
    """The same elements, each link throw event with the catch event of its name in its scope; rules tell what has none."""
    links = {i: e.event for i, e in elements.items() if isinstance(e.event, LinkDefinition)}
    if not links:
        return elements
    ends = {(elements[i].parent, link.name): i for i, link in links.items() if elements[i].type == "intermediateCatchEvent"}
    for i, link in links.items():
        element = elements[i]
        if element.type == "intermediateThrowEvent":
            elements[i] = replace(element, event=replace(link, target=ends.get((element.parent, link.name))))
    return elements


def _collect(draft: _Draft, scope: etree._Element, scope_id: str) -> None:
    for child in bpmn_children(scope):
        name, node_id = kind(child), identifier(child)
        if name == "sequenceFlow":
            draft.flow_elements.append(child)
        elif name == "association":
            draft.associations.append((reference(child.get("sourceRef")), reference(child.get("targetRef"))))
        elif _has_a_place(name) and node_id and node_id not in draft.taken:
            draft.taken.add(node_id)
            draft.nodes[node_id] = child
            draft.scopes[node_id] = scope_id
            draft.contents.setdefault(scope_id, []).append(node_id)
            if name in ("subProcess", "transaction", "adHocSubProcess"):
                _collect(draft, child, node_id)


def _has_a_place(name: str) -> bool:
    """Elements of a name that BPMN does not have, too: most are a flow node that somebody misspelt."""
    return name in READERS or is_unknown(name)


def _attach(reading: Reading, draft: _Draft) -> None:
    for node_id, node in draft.nodes.items():
        if kind(node) != "boundaryEvent":
            continue
        text = (node.get("attachedToRef") or "").strip()
        host = text if text in draft.nodes else reference(text)
        if host not in draft.nodes or draft.scopes[host] != draft.scopes[node_id] or kind(draft.nodes[host]) not in _ACTIVITIES:
            found = f"attached to “{text}”, which is no activity of its scope" if text else "not attached to an activity"
            reading.error(Code.NOT_ATTACHED, node, f"The boundary event is {found}.", name="attachedToRef")
            continue
        draft.hosts[node_id] = host
        draft.attached.setdefault(host, []).append(node_id)


def _read_node(reading: Reading, draft: _Draft, flows: Flows, node_id: str) -> Element:
    node = draft.nodes[node_id]
    name = kind(node)
    inputs, outputs = read_mappings(reading, node)
    data = read_node_data(draft.data, node, tuple(_outwards(draft, node_id)))
    bare = Element(
        id=node_id,
        type=name,
        name=label(node),
        parent=draft.scopes[node_id],
        line=line_of(node),
        incoming=in_listed_order(reading, node, "incoming", flows.by_id, flows.incoming.get(node_id, [])),
        outgoing=in_listed_order(reading, node, "outgoing", flows.by_id, flows.outgoing.get(node_id, [])),
        default_flow=_default_flow(reading, node, flows.outgoing.get(node_id, [])),
        attached_to=draft.hosts.get(node_id),
        boundary_events=tuple(draft.attached.get(node_id, ())),
        contents=tuple(draft.contents.get(node_id, ())),
        triggered_by_event=is_event_sub_process(node),
        event_starts=_event_starts(draft, node_id),
        for_compensation=name in _ACTIVITIES and reading.flag(node, "isForCompensation", default=False),
        start_quantity=read_quantity(reading, node, "startQuantity") if name in _ACTIVITIES else 1,
        completion_quantity=read_quantity(reading, node, "completionQuantity") if name in _ACTIVITIES else 1,
        inputs=(*data.inputs, *inputs),
        outputs=(*data.outputs, *outputs),
        io=data.io,
        loop=read_loop(reading, node, data.loop) if name in _ACTIVITIES else None,
        lane=next((draft.lanes[inside] for inside in _outwards(draft, node_id) if inside in draft.lanes), None),
        documentation=_documentation(node),
        listeners=read_listeners(reading, node),
    )
    return READERS[name](reading, node, bare) if name in READERS else bare


def _event_starts(draft: _Draft, scope: str) -> tuple[str, ...]:
    """The start events of the event sub-processes directly inside."""
    inside = (node for node in draft.contents.get(scope, ()) if is_event_sub_process(draft.nodes[node]))
    return tuple(i for node in inside for i in draft.contents.get(node, ()) if kind(draft.nodes[i]) == "startEvent")


def _outwards(draft: _Draft, node_id: str) -> Iterator[str]:
    """The node, then the sub-processes around it: what lies in a lane lies in it with all its contents."""
    inside: str | None = node_id
    while inside is not None:
        yield inside
        inside = draft.scopes.get(inside)


def _default_flow(reading: Reading, node: etree._Element, outgoing: list[str]) -> str | None:
    text = node.get("default")
    if text is None:
        return None
    flow = text.strip() if text.strip() in outgoing else reference(text)
    if flow not in outgoing:
        reading.error(Code.DEFAULT_UNKNOWN, node, f"The default flow “{text}” does not leave the element.", name="default")
        return None
    return flow


def _documentation(element: etree._Element) -> str:
    first = bpmn_child(element, "documentation")
    return text_of(first)
