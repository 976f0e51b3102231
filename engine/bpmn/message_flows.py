"""Message flows between pools (BPMN 2.0 §7.5.2, §9.4, tables 10.83–10.86): they are drawn, not run, but must be possible."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_child, bpmn_children, identifier, kind, reference
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import words

_SENDERS: Final = words(
    "participant task serviceTask userTask manualTask scriptTask businessRuleTask sendTask receiveTask subProcess transaction "
    "adHocSubProcess callActivity intermediateThrowEvent endEvent"
)
_CATCHES: Final = words("startEvent intermediateCatchEvent boundaryEvent")
_RECEIVERS: Final = (_SENDERS - {"intermediateThrowEvent", "endEvent"}) | _CATCHES
_EVENTS: Final = _CATCHES | {"intermediateThrowEvent", "endEvent"}


def check_message_flows(reading: Reading) -> None:
    """Each flow connects two pools, from what can send to what can receive."""
    for collaboration in bpmn_children(reading.root, "collaboration"):
        pools = _pools(reading, collaboration)
        for flow in bpmn_children(collaboration, "messageFlow"):
            ends = [pools.get(reference(flow.get(name))) for name in ("sourceRef", "targetRef")]
            if ends[0] is not None and ends[1] is not None:
                _check(reading, flow, ends[0], ends[1])


Place = tuple[etree._Element, str]
"""A pool or something in it, and the id of the pool."""


def _pools(reading: Reading, collaboration: etree._Element) -> dict[str, Place]:
    """Everything that a message flow can touch, by id. A process that no pool names is one by itself."""
    pools = {identifier(pool): pool for pool in bpmn_children(collaboration, "participant")}
    found: dict[str, Place] = {name: (pool, name) for name, pool in pools.items()}
    owners = {reference(pool.get("processRef")): name for name, pool in pools.items()}
    for process in bpmn_children(reading.root, "process"):
        owner = owners.get(identifier(process)) or identifier(process)
        for element in process.iter():
            if kind(element) and identifier(element):
                found.setdefault(identifier(element), (element, owner))
    return found


def _check(reading: Reading, flow: etree._Element, from_: Place, to: Place) -> None:
    (source, sender), (target, receiver) = from_, to
    if sender == receiver:
        reading.error(Code.MESSAGE_FLOW_INSIDE, flow, f"The message flow begins and ends in the same pool “{sender}”.")
        return
    for end, possible, what, name in ((source, _SENDERS, "sends", "sourceRef"), (target, _RECEIVERS, "receives", "targetRef")):
        problem = _impossible(end, possible)
        if problem:
            message = f"The {kind(end)} “{identifier(end)}” {problem}, so it {what} no message."
            reading.error(Code.MESSAGE_FLOW_END, flow, message, name=name)


def _impossible(end: etree._Element, possible: frozenset[str]) -> str:
    """Why an element cannot be at this end of a message flow; nothing when it can."""
    if kind(end) not in possible:
        return "cannot be at this end of a message flow"
    if kind(end) not in _EVENTS:
        return ""
    of_message = bpmn_child(end, "messageEventDefinition", "eventDefinitionRef") is not None
    return "" if of_message else "is no message event"
