"""The events (BPMN 2.0 §10.5.2–10.5.4): what each kind may wait for or throw."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.calendars import with_calendar
from engine.bpmn.codes import Code
from engine.bpmn.event_definitions import definitions_of, read_definitions, word_of
from engine.bpmn.jobs import read_job
from engine.bpmn.missed import with_missed
from engine.bpmn.names import bpmn_children, extension, identifier, kind, reference
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import words
from engine.bpmn.words import is_event_sub_process
from engine.model.expression import Expression
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    JobDetail,
    MessageDefinition,
)

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
    """None, message, timer or signal, or several of these. A message starts an instance each time, so it needs no key."""
    scope = node.getparent()
    if scope is not None and is_event_sub_process(scope):
        return _read_event_start(reading, node, element)
    definitions = definitions_of(reading, node)
    if any(kind(definition) == "conditionalEventDefinition" for definition in definitions):
        reading.error(Code.CONDITIONAL_EVENT, node, "A condition cannot start a process, which has no variables before.")
        return element
    if len(definitions) > 1 and reading.flag(node, "parallelMultiple", default=False):
        _starts_together(reading, node)
    event = read_definitions(reading, node, definitions, START, key_required=False)
    return with_missed(reading, node, with_calendar(reading, node, replace(element, event=event)))


def _starts_together(reading: Reading, node: etree._Element) -> None:
    message = "The process would begin when all triggers have come, and nothing tells which of them belong together."
    fix = "Start with one of them, and wait for the others in a parallel multiple intermediate event behind it."
    reading.error(Code.MULTIPLE_EVENT, node, message, name="parallelMultiple", fix=fix)


def _read_event_start(reading: Reading, node: etree._Element, element: Element) -> Element:
    """What starts an event sub-process, interrupting the scope around it or not (BPMN 2.0 §10.5.2)."""
    interrupting = reading.flag(node, "isInterrupting", default=True)
    definitions = definitions_of(reading, node)
    if not definitions:
        _without_definition(reading, node)
        return element
    event = read_definitions(reading, node, definitions, EVENT_SUB_PROCESS, key_required=True)
    started = replace(element, event=event, interrupting=interrupting)
    if started.defines(ErrorDefinition) and not interrupting:
        message = "The error start event does not interrupt the scope of its event sub-process."
        reading.error(Code.ERROR_MUST_INTERRUPT, node, message, name="isInterrupting")
    return with_missed(reading, node, with_calendar(reading, node, started))


def read_catch(reading: Reading, node: etree._Element, element: Element) -> Element:
    """Message, timer, signal or condition in the middle of a path, or the end of a link."""
    definitions = definitions_of(reading, node)
    if not definitions:
        _without_definition(reading, node)
        return element
    instantiates = element.id in _instantiating(reading, node)
    event = read_definitions(reading, node, definitions, CATCH, key_required=not instantiates)
    return with_calendar(reading, node, replace(element, event=event, instantiates=instantiates))


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
    """What can happen while an activity is active, interrupting it or not."""
    interrupting = reading.flag(node, "cancelActivity", default=True)
    definitions = definitions_of(reading, node)
    if not definitions:
        _without_definition(reading, node)
        return replace(element, interrupting=interrupting)
    event = read_definitions(reading, node, definitions, BOUNDARY, key_required=True)
    attached = replace(element, event=event, interrupting=interrupting)
    for definition in attached.definitions:
        if isinstance(definition, ErrorDefinition | CancelDefinition) and not interrupting:
            message = f"The {word_of(definition)} boundary event does not interrupt its activity."
            reading.error(Code.ERROR_MUST_INTERRUPT, node, message, name="cancelActivity")
        if isinstance(definition, CompensationDefinition) and not interrupting:
            message = (
                "Compensation is of what is complete already: there is nothing to interrupt or not (BPMN 2.0 table 10.91)."
            )
            reading.error(Code.ATTRIBUTE_VALUE, node, message, name="cancelActivity", fix="Delete cancelActivity.")
    return with_missed(reading, node, with_calendar(reading, node, attached))


def read_throw(reading: Reading, node: etree._Element, element: Element) -> Element:
    """None (a milestone), escalation, signal, link or message; a message goes to other processes, or out as a job."""
    return _with_code(reading, node, _read_throwing(reading, node, element, THROW))


def read_end(reading: Reading, node: etree._Element, element: Element) -> Element:
    """None, message, error, escalation, signal, compensation, cancel or terminate, or several."""
    ended = _with_code(reading, node, _read_throwing(reading, node, element, END))
    if any(isinstance(one, ErrorDefinition) and one.code is None for one in ended.definitions):
        reading.error(Code.ERROR_WITHOUT_CODE, node, "The error end event names no error.", fix="Choose an error with a code.")
    return ended


def _with_code(reading: Reading, node: etree._Element, element: Element) -> Element:
    if any(isinstance(one, EscalationDefinition) and one.code is None for one in element.definitions):
        fix = "Choose an escalation with a code."
        reading.error(Code.ESCALATION_WITHOUT_CODE, node, "The event names no escalation to throw.", fix=fix)
    return element


def _read_throwing(reading: Reading, node: etree._Element, element: Element, allowed: frozenset[str]) -> Element:
    definitions = definitions_of(reading, node)
    definition = definitions[0] if definitions else None
    job = _job(reading, node, definitions)
    if job is not None and (definition is None or len(definitions) > 1):
        fix = "Add a message definition to the event." if definition is None else "Give the message an event of its own."
        reading.error(Code.ZEEBE_MISPLACED, node, "Only a message event makes a job.", fix=fix)
    if job is not None and definition is not None and _is_sent_by_its_job(definition):
        # As in Camunda 8 the job sends the message in its own way, so the diagram need not name it.
        return replace(
            element, job=job, event=MessageDefinition(name=Expression(text=element.name or element.id, line=element.line))
        )
    event = read_definitions(reading, node, definitions, allowed, key_required=False)
    if job is not None and len(definitions) == 1 and event is not None and not isinstance(event, MessageDefinition):
        reading.error(Code.ZEEBE_MISPLACED, node, "Only a message event makes a job.", fix="Delete the zeebe:taskDefinition.")
    return replace(element, event=event, job=job if len(definitions) == 1 else None)


def _is_sent_by_its_job(definition: etree._Element) -> bool:
    return kind(definition) == "messageEventDefinition" and definition.get("messageRef") is None


def _job(reading: Reading, node: etree._Element, definitions: list[etree._Element]) -> JobDetail | None:
    places = (one for one in definitions if extension(one, "taskDefinition") is not None)
    return read_job(reading, next(places, node))


def _without_definition(reading: Reading, node: etree._Element) -> None:
    reading.error(Code.EVENT_WITHOUT_DEFINITION, node, f"The {kind(node)} has no trigger.")
