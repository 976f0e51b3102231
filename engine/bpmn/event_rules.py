"""Rules about events: what begins where, what waits for what, and links (BPMN 2.0 §10.5)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.codes import Code
from engine.bpmn.finding import Finding
from engine.model.process import (
    Element,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    ProcessDefinition,
    SignalDefinition,
    SingleDefinition,
)


def event_sub_processes(process: ProcessDefinition) -> Iterator[Finding]:
    """An event sub-process has one start event with a trigger and stands by itself (BPMN 2.0 §10.3.5)."""
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
        yield from caught_twice(starts, f"start event sub-processes in “{scope_id}”")


def _event_starts(process: ProcessDefinition) -> Iterator[tuple[str, tuple[Element, ...]]]:
    yield process.id, tuple(process.elements[i] for i in process.event_starts)
    for scope in process.elements.values():
        yield scope.id, tuple(process.elements[i] for i in scope.event_starts)


def start_events(process: ProcessDefinition) -> Iterator[Finding]:
    """A process begins somewhere, and at one place where nothing triggers it (§10.5.2)."""
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


def instantiating(process: ProcessDefinition) -> Iterator[Finding]:
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


def inner_start_events(process: ProcessDefinition) -> Iterator[Finding]:
    """A sub-process begins at one start event without a trigger (§10.5.2)."""
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


def same_messages(process: ProcessDefinition) -> Iterator[Finding]:
    """No two events that start the process, or wait at one activity, are for the same."""
    yield from caught_twice(process.start_events(process.id), "start the process")
    for host in process.elements.values():
        yield from caught_twice(tuple(process.elements[i] for i in host.boundary_events), f"wait at “{host.id}”")


def caught_twice(events: tuple[Element, ...], what: str) -> Iterator[Finding]:
    """Events of which two are for the same message, signal, error or escalation."""
    seen: set[tuple[str, str]] = set()
    for event in events:
        triggers = {trigger for definition in event.definitions if (trigger := _trigger(definition)) is not None}
        for word, name in sorted(triggers & seen):
            message = f"Two events {what} for the same {word} “{name}”." if name else f"Two events {what} for any {word}."
            yield Finding(code=Code.CAUGHT_TWICE, place=event, message=message)
        seen |= triggers


def multiple_events(process: ProcessDefinition) -> Iterator[Finding]:
    """An event that waits for several triggers waits for each of them once."""
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


def links(process: ProcessDefinition) -> Iterator[Finding]:
    """The two ends of a link find each other in their scope, and no flow stands at them instead (§10.5.5)."""
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
