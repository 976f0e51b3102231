"""The outline of a diagram: its elements as a nested list in flow order, for people who read rather than look.

It is read from the XML itself, so it also shows a diagram that the engine refuses (BPMN 2.0 §10, §12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.api import Problem, parse_xml

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CONTAINERS = frozenset({"subProcess", "adHocSubProcess", "transaction"})
_NODES = frozenset(
    {
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
        "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
        "callActivity", "subProcess", "adHocSubProcess", "transaction",
        "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A sequence flow out of an element: where it leads and, when it has a name, under which one."""

    flow: str
    name: str
    target: str
    target_name: str
    target_type: str
    target_event: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineItem:
    """One row. `type` is the BPMN local name (``eventSubProcess`` for a triggered one), `event` its event definition.

    `runs` is False for a process that is only drawn (``isExecutable`` is not true).
    """

    id: str
    type: str
    event: str | None
    name: str
    leads: tuple[Lead, ...] = ()
    children: tuple[OutlineItem, ...] = ()
    runs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A mark on a row: `kind` chooses its look (error, warning, active, incident, completed), `text` says it in words."""

    kind: str
    text: str


def read_outline(xml: bytes) -> tuple[OutlineItem, ...]:
    """The processes of a file with their elements; empty when the file cannot be read at all."""
    root = parse_xml(xml, "")
    if isinstance(root, Problem):
        return ()
    pools = {pool.get("processRef"): pool.get("name", "") for pool in root.iter(f"{_BPMN}participant")}
    return tuple(_process(process, pools.get(process.get("id"), "")) for process in root.iter(f"{_BPMN}process"))


def items_by_id(items: Iterable[OutlineItem]) -> dict[str, OutlineItem]:
    """All rows of all depths by element id."""
    found: dict[str, OutlineItem] = {}
    pending = list(items)
    while pending:
        item = pending.pop()
        found[item.id] = item
        pending.extend(item.children)
    return found


def _process(process: etree._Element, pool: str) -> OutlineItem:
    name = pool or process.get("name", "")
    runs = process.get("isExecutable") == "true"
    return OutlineItem(id=process.get("id", ""), type="process", event=None, name=name, children=_contents(process), runs=runs)


def _contents(scope: etree._Element) -> tuple[OutlineItem, ...]:
    """The elements directly in a scope, in flow order; boundary events come as children of their activity."""
    nodes = {child.get("id", ""): child for child in scope if _local(child) in _NODES}
    flows = [child for child in scope if _local(child) == "sequenceFlow"]
    leads = {node: tuple(_lead(flow, nodes) for flow in flows if flow.get("sourceRef") == node) for node in nodes}
    boundary = {node: element.get("attachedToRef") for node, element in nodes.items() if _local(element) == "boundaryEvent"}
    order = _flow_order(nodes, leads, boundary)
    made = {node: _item(nodes[node], leads[node], ()) for node in boundary}
    rows = []
    for node in order:
        if node in boundary and boundary[node] in nodes:
            continue
        attached = tuple(made[event] for event in order if boundary.get(event) == node)
        rows.append(_item(nodes[node], leads[node], attached))
    return tuple(rows)


def _item(element: etree._Element, leads: tuple[Lead, ...], attached: Sequence[OutlineItem]) -> OutlineItem:
    inside = _contents(element) if _local(element) in _CONTAINERS else ()
    return OutlineItem(
        id=element.get("id", ""),
        type=_type(element),
        event=_event(element),
        name=_name(element),
        leads=leads,
        children=(*inside, *attached),
    )


def _flow_order(
    nodes: Mapping[str, etree._Element], leads: Mapping[str, tuple[Lead, ...]], boundary: Mapping[str, str | None]
) -> list[str]:
    """Depth first along the flows from the start events, then what nothing leads to, in document order."""
    targets = {lead.target for found in leads.values() for lead in found}
    starts = [node for node in nodes if _local(nodes[node]) == "startEvent"]
    heads = [node for node in nodes if node not in targets and node not in boundary]
    order: dict[str, None] = {}
    pending = [*reversed([*starts, *heads, *nodes])]
    while pending:
        node = pending.pop()
        if node in order or node not in nodes:
            continue
        order[node] = None
        attached = [event for event, activity in boundary.items() if activity == node]
        pending.extend(reversed([*(lead.target for lead in leads[node]), *attached]))
    return list(order)


def _lead(flow: etree._Element, nodes: Mapping[str, etree._Element]) -> Lead:
    target = flow.get("targetRef", "")
    element = nodes.get(target)
    return Lead(
        flow=flow.get("id", ""),
        name=_name(flow),
        target=target,
        target_name=_name(element) if element is not None else "",
        target_type=_type(element) if element is not None else "",
        target_event=_event(element) if element is not None else None,
    )


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.removeprefix(_BPMN) if isinstance(tag, str) and tag.startswith(_BPMN) else ""


def _type(element: etree._Element) -> str:
    local = _local(element)
    return "eventSubProcess" if local == "subProcess" and element.get("triggeredByEvent") == "true" else local


def _event(element: etree._Element) -> str | None:
    kinds = [_local(child).removesuffix("EventDefinition") for child in element if _local(child).endswith("EventDefinition")]
    if len(kinds) > 1:
        return "parallelMultiple" if element.get("parallelMultiple") in ("true", "1") else "multiple"
    return kinds[0] if kinds else None


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())
