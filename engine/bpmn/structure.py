"""Rules about how elements are connected, on the finished model (BPMN 2.0 §8.3.13, §10.5, §10.6). A function for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.bpmn.codes import Code
from engine.bpmn.compensations import broken_rules
from engine.bpmn.listener_rules import misplaced_listeners
from engine.bpmn.meanings import CODES
from engine.model.graphs import on_circles
from engine.model.process import (
    CompensationDefinition,
    ConditionalDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    ProcessDefinition,
    SequenceFlow,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
)
from engine.problems import Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A broken rule at an element or flow."""

    code: Code
    place: Element | SequenceFlow | ProcessDefinition
    message: str
    severity: Severity = Severity.ERROR
    name: str | None = None
    fix: str | None = None


Rule = Callable[[ProcessDefinition], Iterator[Finding]]


def check_structure(process: ProcessDefinition) -> Iterator[Problem]:
    """All broken rules of one process."""
    for rule in RULES:
        for finding in rule(process):
            yield Problem(
                code=finding.code,
                message=finding.message,
                resource=process.resource,
                severity=finding.severity,
                element=finding.place.id,
                field=finding.name,
                line=finding.place.line or None,
                fix=finding.fix or CODES[finding.code][1],
            )


def _event_sub_processes(process: ProcessDefinition) -> Iterator[Finding]:
    for scope in process.elements.values():
        if not scope.triggered_by_event:
            continue
        subject = f"The event sub-process “{scope.name or scope.id}”"
        starts = process.start_events(scope.id)
        if len(starts) != 1:
            message = f"{subject} has {len(starts)} start events."
            yield Finding(code=Code.EVENT_SUB_PROCESS_START, place=scope, message=message)
        wrong = (
            (scope.incoming, "a sequence flow leads to it"),
            (scope.outgoing, "a sequence flow leaves it"),
            (scope.boundary_events, "it has boundary events"),
            (scope.inputs, "it has inputs"),
            (scope.loop, "it has a loop marker"),
        )
        for found, what in wrong:
            if found:
                yield Finding(code=Code.EVENT_SUB_PROCESS_CONNECTED, place=scope, message=f"{subject} cannot run: {what}.")
    for scope_id, starts in _event_starts(process):
        yield from _caught_twice(starts, f"start event sub-processes in “{scope_id}”")


def _event_starts(process: ProcessDefinition) -> Iterator[tuple[str, tuple[Element, ...]]]:
    yield process.id, tuple(process.elements[i] for i in process.event_starts)
    for scope in process.elements.values():
        yield scope.id, tuple(process.elements[i] for i in scope.event_starts)


def _start_events(process: ProcessDefinition) -> Iterator[Finding]:
    yield from _without_start(process, process, f"The process “{process.name}”")
    starts = process.start_events(process.id)
    for start in [start for start in starts if start.event is None][1:]:
        message = f"“{start.id}” is a second start event without a trigger; it would not be clear where to begin."
        yield Finding(code=Code.SEVERAL_STARTS, place=start, message=message)


def _without_start(process: ProcessDefinition, scope: Element | ProcessDefinition, subject: str) -> Iterator[Finding]:
    """Start events may be left out together with end events; then all begins that no flow leads to (BPMN 2.0 §10.5.2)."""
    if process.start_events(scope.id):
        return
    ends = any(process.elements[i].type == "endEvent" for i in process.contents_of(scope.id))
    if ends or not process.entries(scope.id):
        reason = "though it has an end event" if ends else "and nothing in it could begin without one"
        yield Finding(code=Code.NO_START, place=scope, message=f"{subject} has no start event, {reason}.")


def _instantiating(process: ProcessDefinition) -> Iterator[Finding]:
    """What starts an instance is the beginning of a process, like a start event (BPMN 2.0 §10.3.3, §10.6.6)."""
    for element in process.elements.values():
        if not element.instantiates:
            continue
        behind = process.elements[process.flows[element.incoming[0]].source] if element.incoming else None
        begins = behind if behind is not None and behind.type == "eventBasedGateway" else element
        for found, what in (
            (begins.incoming, "a sequence flow leads to it"),
            (begins.parent != process.id, "it lies in a sub-process"),
            (element.loop, "it has a loop marker"),
        ):
            if found:
                message = f"“{begins.name or begins.id}” cannot start an instance: {what}."
                yield Finding(code=Code.INSTANTIATING, place=begins, message=message)


def _inner_start_events(process: ProcessDefinition) -> Iterator[Finding]:
    for scope in process.elements.values():
        if scope.type not in ("subProcess", "transaction") or scope.triggered_by_event:
            continue
        yield from _without_start(process, scope, f"The sub-process “{scope.name or scope.id}”")
        starts = process.start_events(scope.id)
        for start in starts:
            if start.event is not None:
                message = f"The start event “{start.id}” of an embedded sub-process has a trigger."
                yield Finding(code=Code.INNER_START_NOT_NONE, place=start, message=message)
        for start in starts[1:]:
            message = f"“{start.id}” is a second start event of the sub-process."
            yield Finding(code=Code.SEVERAL_STARTS, place=start, message=message)


def _same_messages(process: ProcessDefinition) -> Iterator[Finding]:
    yield from _caught_twice(process.start_events(process.id), "start the process")
    for host in process.elements.values():
        yield from _caught_twice(tuple(process.elements[i] for i in host.boundary_events), f"wait at “{host.id}”")


def _caught_twice(events: tuple[Element, ...], what: str) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for event in events:
        triggers = {trigger for definition in event.definitions if (trigger := _trigger(definition)) is not None}
        for word, name in sorted(triggers & seen):
            message = f"Two events {what} for the same {word} “{name}”." if name else f"Two events {what} for any {word}."
            yield Finding(code=Code.CAUGHT_TWICE, place=event, message=message)
        seen |= triggers


def _multiple_events(process: ProcessDefinition) -> Iterator[Finding]:
    for event in process.elements.values():
        if not isinstance(event.event, MultipleDefinition) or event.type in ("intermediateThrowEvent", "endEvent"):
            continue
        triggers = [trigger for definition in event.definitions if (trigger := _trigger(definition)) is not None]
        for word, name in sorted({trigger for trigger in triggers if triggers.count(trigger) > 1}):
            message = (
                f"“{event.name or event.id}” waits twice for the same {word} “{name}”."
                if name
                else (f"“{event.name or event.id}” waits twice for any {word}.")
            )
            yield Finding(code=Code.CAUGHT_TWICE, place=event, message=message)


def _trigger(definition: SingleDefinition) -> tuple[str, str] | None:
    match definition:
        case MessageDefinition(name=name) if name.is_fixed:
            return "message", name.text
        case ErrorDefinition(code=None):
            return "error", ""
        case ErrorDefinition(code=code) if code is not None and code.is_fixed:
            return "error", code.text
        case SignalDefinition(name=name) if name.is_fixed:
            return "signal", name.text
        case EscalationDefinition(code=None):
            return "escalation", ""
        case EscalationDefinition(code=code) if code is not None and code.is_fixed:
            return "escalation", code.text
        case _:
            return None


def _links(process: ProcessDefinition) -> Iterator[Finding]:
    ends: dict[tuple[str, str], Element] = {}
    thrown: set[tuple[str, str]] = set()
    for element in process.elements.values():
        if not isinstance(element.event, LinkDefinition):
            continue
        catches = element.type == "intermediateCatchEvent"
        if element.incoming if catches else element.outgoing:
            end, flow = ("catch", "incoming") if catches else ("throw", "outgoing")
            message = f"The link {end} event “{element.name or element.id}” has an {flow} flow."
            yield Finding(code=Code.LINK_CONNECTED, place=element, message=message)
        if catches and (element.parent, element.event.name) in ends:
            message = f"“{element.id}” is a second end of the link “{element.event.name}”."
            yield Finding(code=Code.LINK_TWICE, place=element, message=message)
        elif catches:
            ends[element.parent, element.event.name] = element
        else:
            thrown.add((element.parent, element.event.name))
        if not catches and element.event.target is None:
            message = f"The link “{element.event.name}” has no catch event in the scope of “{element.id}”."
            yield Finding(code=Code.LINK_UNMATCHED, place=element, message=message)
    for (_, name), element in ends.items():
        if (element.parent, name) not in thrown:
            message = f"Nothing in its scope throws the link “{name}”."
            yield Finding(code=Code.LINK_UNMATCHED, place=element, message=message)


def _compensations(process: ProcessDefinition) -> Iterator[Finding]:
    for code, element, message in broken_rules(process):
        yield Finding(code=code, place=element, message=message)


def _listeners(process: ProcessDefinition) -> Iterator[Finding]:
    for place, message, fix in misplaced_listeners(process):
        yield Finding(code=Code.LISTENERS, place=place, message=message, name="eventType", fix=fix)


def _quantities(process: ProcessDefinition) -> Iterator[Finding]:
    for element in process.elements.values():
        subject = f"“{element.name or element.id}”"
        if element.start_quantity != 1 and not element.incoming:
            message = f"{subject} begins with {element.start_quantity} tokens, and no sequence flow brings them."
            yield Finding(code=Code.TOKEN_QUANTITY, place=element, message=message, name="startQuantity")
        if element.completion_quantity != 1 and not element.outgoing:
            message = f"{subject} sends {element.completion_quantity} tokens, and no sequence flow leaves it."
            warning = Severity.WARNING
            yield Finding(code=Code.TOKEN_QUANTITY, place=element, message=message, name="completionQuantity", severity=warning)


def _flows_at_events(process: ProcessDefinition) -> Iterator[Finding]:
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


def _loose_ends(process: ProcessDefinition) -> Iterator[Finding]:
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


def _conditions(process: ProcessDefinition) -> Iterator[Finding]:
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


def _choices(process: ProcessDefinition) -> Iterator[Finding]:
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


def _event_gateways(process: ProcessDefinition) -> Iterator[Finding]:
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
        yield from _caught_twice(targets, f"wait behind “{gateway.id}”")


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


def _gateway_circles(process: ProcessDefinition) -> Iterator[Finding]:
    """A circle of gateways alone: a token that enters it could run for ever without doing anything."""
    gateways = {i: e for i, e in process.elements.items() if not _resting(e)}
    circle = on_circles({i: [process.flows[flow].target for flow in e.outgoing] for i, e in gateways.items()})
    if circle:
        names = ", ".join(f"“{i}”" for i in circle[:5])
        message = f"The gateways {names} form a circle on which nothing is done or waited for."
        yield Finding(code=Code.GATEWAY_CIRCLE, place=gateways[circle[0]], message=message)


RULES: Final[tuple[Rule, ...]] = (
    _start_events,
    _inner_start_events,
    _instantiating,
    _event_sub_processes,
    _links,
    _compensations,
    _listeners,
    _same_messages,
    _multiple_events,
    _quantities,
    _flows_at_events,
    _loose_ends,
    _conditions,
    _choices,
    _event_gateways,
    _gateway_circles,
)
"""Every rule about connections."""
