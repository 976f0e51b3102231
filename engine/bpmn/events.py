"""The events (BPMN 2.0 §10.5.2–10.5.4): what each kind may wait for or throw."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.event_definitions import definition_of, read_definition
from engine.bpmn.jobs import read_job
from engine.bpmn.names import bpmn_children, extension, identifier, kind, reference
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import words
from engine.bpmn.words import is_event_sub_process
from engine.model.expression import Expression
from engine.model.process import CancelDefinition, Element, ErrorDefinition, EscalationDefinition, JobDetail, MessageDefinition

START: Final = words("messageEventDefinition timerEventDefinition signalEventDefinition")
EVENT_SUB_PROCESS: Final = words(
    "messageEventDefinition timerEventDefinition errorEventDefinition escalationEventDefinition signalEventDefinition "
    "conditionalEventDefinition compensateEventDefinition"
)
"""Start events of event sub-processes."""
CATCH: Final = words(
    "messageEventDefinition timerEventDefinition signalEventDefinition conditionalEventDefinition linkEventDefinition"
)
BOUNDARY: Final = EVENT_SUB_PROCESS | words("cancelEventDefinition")
THROW: Final = words(
    "messageEventDefinition escalationEventDefinition signalEventDefinition linkEventDefinition compensateEventDefinition"
)
END: Final = words(
    "messageEventDefinition errorEventDefinition escalationEventDefinition signalEventDefinition terminateEventDefinition "
    "compensateEventDefinition cancelEventDefinition"
)


def read_start(reading: Reading, node: etree._Element, element: Element) -> Element:
    """None, message, timer or signal. A message starts an instance each time, so it needs no correlation key."""
    scope = node.getparent()
    if scope is not None and is_event_sub_process(scope):
        return _read_event_start(reading, node, element)
    definition = definition_of(reading, node)
    if definition is None:
        return element
    if kind(definition) == "conditionalEventDefinition":
        reading.error(Code.CONDITIONAL_EVENT, node, "A condition cannot start a process, which has no variables before.")
        return element
    return replace(element, event=read_definition(reading, node, definition, START, key_required=False))


def _read_event_start(reading: Reading, node: etree._Element, element: Element) -> Element:
    """What starts an event sub-process, interrupting the scope around it or not (BPMN 2.0 §10.5.2)."""
    interrupting = reading.flag(node, "isInterrupting", default=True)
    definition = definition_of(reading, node)
    if definition is None:
        _without_definition(reading, node)
        return element
    event = read_definition(reading, node, definition, EVENT_SUB_PROCESS, key_required=True)
    if isinstance(event, ErrorDefinition) and not interrupting:
        message = "The error start event does not interrupt the scope of its event sub-process."
        reading.error(Code.ERROR_MUST_INTERRUPT, node, message, name="isInterrupting")
    return replace(element, event=event, interrupting=interrupting)


def read_catch(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Message, timer or signal in the middle of a path, or the end of a link."""
    definition = definition_of(reading, node)
    if definition is None:
        _without_definition(reading, node)
        return element
    instantiates = element.id in _instantiating(reading, node)
    event = read_definition(reading, node, definition, CATCH, key_required=not instantiates)
    return replace(element, event=event, instantiates=instantiates)


def _instantiating(reading: Reading, node: etree._Element) -> frozenset[str]:
    """What stands directly behind the event-based gateways, beside `node`, that start an instance (BPMN 2.0 §10.6.6)."""
    scope = node.getparent()
    assert scope is not None, "an event lies in a process or sub-process"
    found = reading.instantiating.get(identifier(scope))
    if found is not None:
        return found
    gateways = {
        identifier(gateway)
        for gateway in bpmn_children(scope, "eventBasedGateway")
        if (gateway.get("instantiate") or "").strip() in ("true", "1")
    }
    flows = bpmn_children(scope, "sequenceFlow")
    found = frozenset(reference(f.get("targetRef")) for f in flows if reference(f.get("sourceRef")) in gateways)
    reading.instantiating[identifier(scope)] = found
    return found


def read_boundary(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Timer, message, signal, error or escalation at the border of an activity, interrupting it or not."""
    interrupting = reading.flag(node, "cancelActivity", default=True)
    definition = definition_of(reading, node)
    if definition is None:
        _without_definition(reading, node)
        return replace(element, interrupting=interrupting)
    event = read_definition(reading, node, definition, BOUNDARY, key_required=True)
    if isinstance(event, ErrorDefinition | CancelDefinition) and not interrupting:
        word = "error" if isinstance(event, ErrorDefinition) else "cancel"
        message = f"The {word} boundary event does not interrupt its activity."
        reading.error(Code.ERROR_MUST_INTERRUPT, node, message, name="cancelActivity")
    return replace(element, event=event, interrupting=interrupting)


def read_throw(reading: Reading, node: etree._Element, element: Element) -> Element:
    """None (a milestone), escalation, signal, link or message; a message goes to other processes, or out as a job."""
    return _with_code(reading, node, _read_throwing(reading, node, element, THROW))


def read_end(reading: Reading, node: etree._Element, element: Element) -> Element:
    """None, message, error, escalation, signal or terminate."""
    ended = _with_code(reading, node, _read_throwing(reading, node, element, END))
    if isinstance(ended.event, ErrorDefinition) and ended.event.code is None:
        reading.error(Code.ERROR_WITHOUT_CODE, node, "The error end event names no error.", fix="Choose an error with a code.")
    return ended


def _with_code(reading: Reading, node: etree._Element, element: Element) -> Element:
    if isinstance(element.event, EscalationDefinition) and element.event.code is None:
        fix = "Choose an escalation with a code."
        reading.error(Code.ESCALATION_WITHOUT_CODE, node, "The event names no escalation to throw.", fix=fix)
    return element


def _read_throwing(reading: Reading, node: etree._Element, element: Element, allowed: frozenset[str]) -> Element:
    definition = definition_of(reading, node)
    job = _job(reading, node, definition)
    if definition is None:
        if job is not None:
            reading.error(
                Code.ZEEBE_MISPLACED, node, "Only a message event makes a job.", fix="Add a message definition to the event."
            )
        return element
    if job is not None and kind(definition) == "messageEventDefinition" and definition.get("messageRef") is None:
        # As in Camunda 8 the job sends the message in its own way, so the diagram need not name it.
        return replace(
            element, job=job, event=MessageDefinition(name=Expression(text=element.name or element.id, line=element.line))
        )
    event = read_definition(reading, node, definition, allowed, key_required=False)
    if job is not None and event is not None and not isinstance(event, MessageDefinition):
        reading.error(Code.ZEEBE_MISPLACED, node, "Only a message event makes a job.", fix="Delete the zeebe:taskDefinition.")
    return replace(element, event=event, job=job)


def _job(reading: Reading, node: etree._Element, definition: etree._Element | None) -> JobDetail | None:
    at_definition = definition if definition is not None and extension(definition, "taskDefinition") is not None else None
    return read_job(reading, at_definition if at_definition is not None else node)


def _without_definition(reading: Reading, node: etree._Element) -> None:
    reading.error(Code.EVENT_WITHOUT_DEFINITION, node, f"The {kind(node)} has no trigger.")
