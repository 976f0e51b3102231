"""Rules about sequence flows: which element needs them, and which may have conditions (BPMN 2.0 §8.3.13, §10.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn.codes import Code
from engine.bpmn.event_rules import caught_twice
from engine.bpmn.finding import Finding
from engine.model.graphs import on_circles
from engine.model.process import (
    CompensationDefinition,
    ConditionalDefinition,
    Element,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    ProcessDefinition,
    SequenceFlow,
    SignalDefinition,
    TimerDefinition,
)
from engine.problems import Severity


def flows_at_events(process: ProcessDefinition) -> Iterator[Finding]:
    """No flow leads into what begins, and none leaves what ends (§10.5.2, §10.5.3)."""
    for element in process.elements.values():
        if element.type == "startEvent" and element.incoming:
            message = f"A sequence flow leads into the start event “{element.id}”."
            yield Finding(code=Code.START_WITH_INCOMING, place=element, message=message)
        if element.type == "boundaryEvent" and element.incoming:
            message = f"A sequence flow leads into the boundary event “{element.id}”."
            yield Finding(code=Code.BOUNDARY_WITH_INCOMING, place=element, message=message)
        if element.type == "endEvent" and element.outgoing:
            message = f"A sequence flow leaves the end event “{element.id}”."
            yield Finding(code=Code.END_WITH_OUTGOING, place=element, message=message)


_NEED_NO_INCOMING: Final = ("startEvent", "boundaryEvent")
_NEED_OUTGOING: Final = (
    "startEvent",
    "boundaryEvent",
    "exclusiveGateway",
    "inclusiveGateway",
    "complexGateway",
    "parallelGateway",
    "eventBasedGateway",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
)
_NEED_INCOMING: Final = ("intermediateCatchEvent", "intermediateThrowEvent")
"""Not even where a scope has no start event does one of these begin it (§10.5.4)."""


def loose_ends(process: ProcessDefinition) -> Iterator[Finding]:
    """Flows lead to and from whatever needs them (§10.5.4, §13.2)."""
    entries = {e.id for scope in (process.id, *process.elements) for e in process.entries(scope)}
    entries |= {process.flows[f].source for i in entries for f in process.elements[i].incoming}
    for element in process.elements.values():
        subject = f"{element.type} “{element.name or element.id}”"
        if element.triggered_by_event:
            continue  # an event starts it, and nothing follows
        if element.for_compensation or (element.attached_to and isinstance(element.event, CompensationDefinition)):
            continue  # no flow leads to what undoes
        if isinstance(element.event, LinkDefinition) and element.type.endswith("ThrowEvent"):
            continue  # goes on elsewhere
        if isinstance(element.event, LinkDefinition) and element.outgoing:
            continue  # comes from elsewhere
        begins = element.id in entries and element.type not in _NEED_INCOMING
        if not (element.incoming or element.type in _NEED_NO_INCOMING or begins):
            message = f"No sequence flow leads to the {subject}, so it never runs."
            yield Finding(code=Code.NO_INCOMING, place=element, message=message)
        if element.outgoing or element.type == "endEvent":
            continue
        if element.type in _NEED_OUTGOING:
            yield Finding(code=Code.NO_OUTGOING, place=element, message=f"No sequence flow leaves the {subject}.")
        elif element.parent == process.id or process.elements[element.parent].ad_hoc is None:
            message = f"The path ends at the {subject} without an end event."
            yield Finding(code=Code.DEAD_END, place=element, message=message, severity=Severity.WARNING)


def conditions(process: ProcessDefinition) -> Iterator[Finding]:
    """Conditions stand where they are looked at (§8.3.13, §10.6.4)."""
    for flow in process.flows.values():
        source = process.elements[flow.source]
        if flow.condition is None:
            continue
        if source.type.endswith("Event") or source.type in ("parallelGateway", "eventBasedGateway"):
            message = f"The flow leaves a {source.type}, which takes every flow; its condition is not looked at."
            # §10.6.4 says so of the parallel gateway, and allows the condition.
            severity = Severity.WARNING if source.type == "parallelGateway" else Severity.ERROR
            yield Finding(code=Code.CONDITION_MISPLACED, place=flow, message=message, name="condition", severity=severity)
        if flow.id == source.default_flow:
            message = f"The condition of “{flow.id}” is not looked at, since the flow is the default of “{source.id}”."
            yield Finding(
                code=Code.DEFAULT_WITH_CONDITION, place=flow, message=message, severity=Severity.WARNING, name="condition"
            )


def choices(process: ProcessDefinition) -> Iterator[Finding]:
    """A choice has a condition on each way, and a default flow."""
    for element in process.elements.values():
        flows = [process.flows[i] for i in element.outgoing]
        open_flows = [flow for flow in flows if flow.condition is None and flow.id != element.default_flow]
        if element.type in ("exclusiveGateway", "inclusiveGateway", "complexGateway"):
            yield from _gateway_choice(element, flows, open_flows)
        elif not element.type.endswith(("Gateway", "Event")) and flows and not open_flows and element.default_flow is None:
            yield from _task_choice(element, flows)


def _gateway_choice(element: Element, flows: list[SequenceFlow], open_flows: list[SequenceFlow]) -> Iterator[Finding]:
    for flow in open_flows if len(flows) > 1 else ():
        message = f"The flow “{flow.name or flow.id}” leaves the gateway “{element.name or element.id}” without a condition."
        yield Finding(code=Code.CONDITION_MISSING, place=flow, message=message, name="condition")
    if flows and not open_flows and element.default_flow is None:
        message = f"The gateway “{element.name or element.id}” has no default flow."
        yield Finding(code=Code.NO_DEFAULT, place=element, message=message, severity=Severity.WARNING, name="default")


def _task_choice(element: Element, flows: list[SequenceFlow]) -> Iterator[Finding]:
    if len(flows) == 1:
        message = f"The only flow that leaves “{element.name or element.id}” has a condition."
        yield Finding(code=Code.ONLY_FLOW_CONDITIONAL, place=flows[0], message=message, name="condition")
    else:
        message = f"All flows that leave “{element.name or element.id}” have conditions and none is the default."
        yield Finding(code=Code.NO_DEFAULT, place=element, message=message, severity=Severity.WARNING, name="default")


def event_gateways(process: ProcessDefinition) -> Iterator[Finding]:
    """Two events or more, each for something else, stand behind an event-based gateway (§10.6.6)."""
    for gateway in process.elements.values():
        if gateway.type != "eventBasedGateway":
            continue
        if len(gateway.outgoing) == 1:
            message = f"The event-based gateway “{gateway.name or gateway.id}” has one event to choose from."
            yield Finding(code=Code.EVENT_GATEWAY_SINGLE, place=gateway, message=message)
        targets = tuple(process.elements[process.flows[flow].target] for flow in gateway.outgoing)
        for target in targets:
            reason = _wrong_behind_event_gateway(target)
            if reason:
                message = f"“{target.name or target.id}” behind the event-based gateway {reason}."
                yield Finding(code=Code.AFTER_EVENT_GATEWAY, place=target, message=message)
        yield from caught_twice(targets, f"wait behind “{gateway.id}”")


_DECIDES: Final = (MessageDefinition, TimerDefinition, SignalDefinition, ConditionalDefinition)


def _wrong_behind_event_gateway(target: Element) -> str | None:
    if target.type not in ("intermediateCatchEvent", "receiveTask"):
        return f"is a {target.type}, which waits for no event"
    if len(target.incoming) > 1:
        return "is reached by other flows too"
    if target.boundary_events or target.loop is not None or target.start_quantity != 1:
        return "has boundary events or a loop marker, or takes several tokens"
    if not all(isinstance(definition, _DECIDES) for definition in target.definitions):
        return "waits for something else than messages, timers, signals and conditions"
    if isinstance(target.event, MultipleDefinition) and target.event.parallel:
        return "needs several events, and only the first one decides"
    return None


def _resting(element: Element) -> bool:
    """True when a token stops here, or the work of the element is bounded by something else than the flow."""
    return not element.type.endswith("Gateway") or element.type == "eventBasedGateway"


def gateway_circles(process: ProcessDefinition) -> Iterator[Finding]:
    """A circle of gateways alone: a token that enters it could run for ever without doing anything."""
    gateways = {i: e for i, e in process.elements.items() if not _resting(e)}
    circle = on_circles({i: [process.flows[flow].target for flow in e.outgoing] for i, e in gateways.items()})
    if circle:
        names = ", ".join(f"“{i}”" for i in circle[:5])
        message = f"The gateways {names} form a circle on which nothing is done or waited for."
        yield Finding(code=Code.GATEWAY_CIRCLE, place=gateways[circle[0]], message=message)
