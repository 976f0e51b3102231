"""What SpiffWorkflow 3.2 leaves out or runs otherwise than BPMN says is refused before it could go wrong in silence.

A rule for each, in the order of `docs/spiffworkflow.md`. What is not looked at here, SpiffWorkflow reads and runs as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.names import BPMN, bpmn_child, bpmn_children, identifier, kind, local, reference, tag
from engine.bpmn.vocabulary import words
from engine.problems import Problem, Severity
from engine.spiff.codes import Code
from engine.spiff.dialect import bpmn_text, called, spiff_parts, told, trigger

ACTIVITIES: Final = words("task userTask manualTask scriptTask serviceTask sendTask receiveTask callActivity subProcess")
GATEWAYS: Final = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": frozenset({"none", "message", "timer", "signal"}),
    "endEvent": frozenset({"none", "message", "terminate", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation"}),
    "boundaryEvent": frozenset({"message", "timer", "signal", "error", "escalation"}),
}
"""Which triggers an event may have. The others do nothing on SpiffWorkflow, or fail while the instance runs."""
FLOW_NODES: Final = ACTIVITIES | GATEWAYS | EVENTS.keys()

_NO_NODES: Final = words(
    "sequenceFlow laneSet documentation extensionElements dataObject dataObjectReference association textAnnotation group "
    "incoming outgoing multiInstanceLoopCharacteristics standardLoopCharacteristics ioSpecification property "
    "dataInputAssociation dataOutputAssociation category auditing monitoring"
)
_CONDITIONED: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
_ENDS: Final = frozenset({"endEvent"})
_QUANTITIES: Final = ("startQuantity", "completionQuantity")
_KNOWN_PARTS: Final = words(
    "properties serviceTaskOperator preScript postScript instructionsForEndUser messagePayload messageVariable "
    "payloadExpression variableName processVariableCorrelation unitTests category"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A process that is looked at: its flow nodes by id, its flows by the id of their source, and the ids of all targets."""

    resource: str
    nodes: Mapping[str, etree._Element]
    leaving: Mapping[str, Sequence[etree._Element]]
    targets: Set[str]


Rule = Callable[[Gate, etree._Element], Iterator[Problem]]


def check_gate(process: etree._Element, resource: str) -> Iterator[Problem]:
    """Everything in a process, of all depths, that SpiffWorkflow would not run as BPMN says."""
    leaving: dict[str, list[etree._Element]] = {}
    for flow in process.iter(f"{{{BPMN}}}sequenceFlow"):
        leaving.setdefault(flow.get("sourceRef") or "", []).append(flow)
    nodes = {identifier(node): node for node in process.iter() if kind(node) in FLOW_NODES}
    targets = {flow.get("targetRef") or "" for flows in leaving.values() for flow in flows}
    gate = Gate(resource, nodes, leaving, targets)
    for place in process.iter():
        name = kind(place)
        for rule in (*_RULES.get(name, ()), *(_NODE_RULES if name in FLOW_NODES else ())):
            yield from rule(gate, place)


def _scope(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    """Only known elements lie in it, and it begins with one start event."""
    for child in bpmn_children(place):
        if kind(child) not in FLOW_NODES and kind(child) not in _NO_NODES:
            message = f"{called(child)} is a {kind(child)}, which does not run on SpiffWorkflow."
            yield told(Code.ELEMENT_NOT_SUPPORTED, message, gate.resource, child)
    starts = list(bpmn_children(place, "startEvent"))
    if len(starts) != 1:
        yield told(Code.ONE_START_EVENT, f"{called(place)} has {len(starts)} start events.", gate.resource, place)


def _sub_process(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    yield from _scope(gate, place)
    if place.get("triggeredByEvent") == "true":
        message = f"{called(place)} is an event sub-process: SpiffWorkflow starts it unasked, and does not interrupt for it."
        yield told(Code.ELEMENT_NOT_SUPPORTED, message, gate.resource, place, field="triggeredByEvent")


def _event(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    why, definition = trigger(place)
    if why not in EVENTS[kind(place)]:
        yield told(Code.EVENT_NOT_SUPPORTED, f"{called(place)}: a {kind(place)} of the kind {why}.", gate.resource, place)
    if bpmn_child(place, "eventDefinitionRef") is not None:
        yield told(Code.EVENT_NOT_SUPPORTED, f"{called(place)} refers to a definition elsewhere.", gate.resource, place)
    if why == "timer" and definition is not None:
        yield from _timer(gate, place, definition)


def _timer(gate: Gate, place: etree._Element, definition: etree._Element) -> Iterator[Problem]:
    repeats = bool(bpmn_text(definition, "timeCycle"))
    stays = kind(place) == "startEvent" or (kind(place) == "boundaryEvent" and place.get("cancelActivity") == "false")
    if repeats and not stays:
        message = f"{called(place)} has a cycle: only start events and boundary events that do not interrupt can repeat."
        yield told(Code.EVENT_NOT_SUPPORTED, message, gate.resource, place)


def _boundary_event(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    if place.get("attachedToRef") not in gate.nodes:
        message = f"{called(place)} is attached to “{place.get('attachedToRef') or ''}”, which is not there."
        yield told(Code.NOT_READ, message, gate.resource, place, field="attachedToRef")
    if place.get("cancelActivity") == "false" and trigger(place)[0] in ("message", "signal", "escalation", "error"):
        message = f"{called(place)} happens once, however often its trigger comes."
        yield told(Code.FIRES_ONCE, message, gate.resource, place, severity=Severity.WARNING)


def _event_gateway(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    if place.get("instantiate") == "true":
        yield told(
            Code.ATTRIBUTE_NOT_SUPPORTED,
            f"{called(place)} cannot start an instance.",
            gate.resource,
            place,
            field="instantiate",
        )
    targets = [flow.get("targetRef") or "" for flow in gate.leaving.get(identifier(place), ())]
    beside = [gate.nodes[target] for target in targets if target in gate.nodes]
    for node in beside:
        if kind(node) not in ("intermediateCatchEvent", "receiveTask"):
            yield told(
                Code.ELEMENT_NOT_SUPPORTED, f"Behind {called(place)} stands {called(node)}, no event.", gate.resource, node
            )
    timers = [node for node in beside if trigger(node)[0] == "timer"]
    for node in timers[1:]:
        message = f"{called(node)} is a second timer behind {called(place)}; SpiffWorkflow would give both the same date."
        yield told(Code.EVENT_NOT_SUPPORTED, message, gate.resource, node)


def _flow(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    """A condition counts behind a gateway that chooses, and nowhere else."""
    ends = [place.get("sourceRef") or "", place.get("targetRef") or ""]
    source, target = (gate.nodes.get(end) for end in ends)
    if source is None or target is None:
        message = f"The flow leads from “{ends[0]}” to “{ends[1]}”; one is not there."
        yield told(Code.NOT_READ, message, gate.resource, place)
    elif _parent(source) is not _parent(target):
        message = f"The flow from {called(source)} to {called(target)} crosses the border of a sub-process."
        yield told(Code.NOT_READ, message, gate.resource, place)
    condition = bpmn_child(place, "conditionExpression")
    if condition is not None and source is not None and kind(source) not in _CONDITIONED:
        message = f"The flow from {called(source)} has a condition."
        yield told(Code.CONDITION_IGNORED, message, gate.resource, place, field="conditionExpression")


def _multi_instance(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    if bpmn_child(place, "loopCardinality") is not None and bpmn_child(place, "loopDataOutputRef") is not None:
        message = "A number of turns together with an output collection fails when the collection exists already."
        yield told(
            Code.ATTRIBUTE_NOT_SUPPORTED,
            message,
            gate.resource,
            place,
            field="loopDataOutputRef",
            element=identifier(_parent(place)),
        )


def _data_object_store(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    yield told(Code.ELEMENT_NOT_SUPPORTED, f"{called(place)} is a data store; none is connected.", gate.resource, place)


def _io_specification(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    """At a process it fails when the call returns, where nothing can be done again."""
    if kind(_parent(place)) == "process":
        yield told(
            Code.ELEMENT_NOT_SUPPORTED, f"{called(_parent(place))} declares inputs or outputs.", gate.resource, _parent(place)
        )


def _node_id(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    ident = identifier(place)
    if not ident:
        yield told(Code.NOT_READ, f"This {kind(place)} has no id.", gate.resource, place, field="id")
    elif ident in ("Start", "End", "StartEventSplit", "StartEventJoin") or ident.endswith((".EndJoin", "[child]")):
        yield told(Code.ID_RESERVED, f"The id “{ident}” is taken by SpiffWorkflow.", gate.resource, place, field="id")


def _node_attributes(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    for name in _QUANTITIES:
        if place.get(name, "1") != "1":
            yield told(Code.ATTRIBUTE_NOT_SUPPORTED, f"{called(place)} has a {name}.", gate.resource, place, field=name)
    if place.get("isForCompensation") == "true":
        message = f"{called(place)} undoes another activity; SpiffWorkflow has no compensation."
        yield told(Code.ELEMENT_NOT_SUPPORTED, message, gate.resource, place, field="isForCompensation")
    for part in spiff_parts(place):
        if local(tag(part)) not in _KNOWN_PARTS:
            message = f"{called(place)}: “{local(tag(part))}” is not looked at."
            yield told(Code.NO_EFFECT, message, gate.resource, place, severity=Severity.WARNING, field=local(tag(part)))


def _node_exit(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    if kind(place) not in _ENDS and not gate.leaving.get(identifier(place)):
        yield told(Code.DEAD_END, f"No flow leaves {called(place)}.", gate.resource, place)
    if kind(place) not in GATEWAYS and kind(place) != "startEvent" and len(gate.leaving.get(identifier(place), ())) > 1:
        yield told(Code.SEVERAL_FLOWS, f"Several flows leave {called(place)}.", gate.resource, place)


def _node_entry(gate: Gate, place: etree._Element) -> Iterator[Problem]:
    if kind(place) not in ("startEvent", "boundaryEvent") and identifier(place) not in gate.targets:
        message = f"No flow leads to {called(place)}."
        yield told(Code.NOT_REACHED, message, gate.resource, place, severity=Severity.WARNING)


def _parent(place: etree._Element) -> etree._Element:
    parent = place.getparent()
    assert parent is not None, "only parts of a process are looked at"
    return parent


_NODE_RULES: Final[tuple[Rule, ...]] = (_node_id, _node_attributes, _node_entry, _node_exit)

_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "process": (_scope,),
    "subProcess": (_sub_process,),
    **dict.fromkeys(EVENTS, (_event,)),
    "boundaryEvent": (_event, _boundary_event),
    "eventBasedGateway": (_event_gateway,),
    "sequenceFlow": (_flow,),
    "multiInstanceLoopCharacteristics": (_multi_instance,),
    "dataStoreReference": (_data_object_store,),
    "ioSpecification": (_io_specification,),
}


def with_flow_ids(root: etree._Element) -> None:
    """Give each sequence flow an id, which BPMN leaves open and SpiffWorkflow needs; references lose their prefixes."""
    taken = {identifier(element) for element in root.iter()}
    for number, flow in enumerate(root.iter(f"{{{BPMN}}}sequenceFlow")):
        if not identifier(flow):
            flow.set("id", next(i for i in _names(number) if i not in taken))
    for element in root.iter():
        for name in ("messageRef", "signalRef", "errorRef", "escalationRef", "sourceRef", "targetRef", "attachedToRef"):
            if element.get(name) is not None and kind(element):
                element.set(name, reference(element.get(name)))


def _names(number: int) -> Iterator[str]:
    yield f"flow_{number}"
    yield from (f"flow_{number}_{more}" for more in range(1, 1_000_000))
