"""What events wait for or throw (BPMN 2.0 §10.5.5): message, timer, error, escalation, signal, condition, link, terminate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_child, bpmn_children, extension, identifier, kind, label, local, reference, tag, text_of
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import REFUSED
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    ConditionalDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    TimerDefinition,
)

_TIMERS: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def definitions_of(reading: Reading, event: etree._Element) -> list[etree._Element]:
    """The event definitions of an event, inside it, then those it refers to (`eventDefinitionRef`); maybe none.

    A reference to nothing is a problem.
    """
    found = [child for child in bpmn_children(event) if local(tag(child)).endswith("EventDefinition")]
    for pointer in bpmn_children(event, "eventDefinitionRef"):
        name = text_of(pointer)
        target = reading.definitions.get(name if name in reading.definitions else reference(name))
        if target is None or not kind(target).endswith("EventDefinition"):
            reading.error(Code.REFERENCE_UNKNOWN, pointer, f"There is no event definition “{name}” in the file.")
        else:
            found.append(target)
    return found


def read_definitions(
    reading: Reading, event: etree._Element, definitions: list[etree._Element], allowed: frozenset[str], *, key_required: bool
) -> EventDefinition | None:
    """All that the event waits for or throws, for the model; what is left out is a problem."""
    read = [read_definition(reading, event, one, allowed, key_required=key_required) for one in definitions]
    found = tuple(one for one in read if one is not None)
    if len(definitions) < 2 or len(found) < len(definitions):
        return found[0] if found else None
    parallel = reading.flag(event, "parallelMultiple", default=False)
    _check_together(reading, event, found, parallel=parallel)
    return MultipleDefinition(definitions=found, parallel=parallel)


_ALONE: Final = (LinkDefinition,)
_CATCH_ALONE: Final = (LinkDefinition, CompensationDefinition)
_NOT_WITH_OTHERS: Final = (ErrorDefinition, CancelDefinition)
_ENDING: Final = (ErrorDefinition, CancelDefinition, TerminateDefinition)


def _check_together(reading: Reading, event: etree._Element, found: tuple[SingleDefinition, ...], *, parallel: bool) -> None:
    """Which definitions cannot stand beside others (BPMN 2.0 §10.5.1)."""
    throws = kind(event) in ("intermediateThrowEvent", "endEvent")
    for one in found:
        if isinstance(one, _ALONE if throws else _CATCH_ALONE):
            told = f"A {word_of(one)} cannot be one of several triggers of an event."
            reading.error(Code.MULTIPLE_EVENT, event, told)
        elif parallel and isinstance(one, _NOT_WITH_OTHERS):
            told = f"The {word_of(one)} ends what the event is attached to, so the other triggers could never come after it."
            reading.error(Code.MULTIPLE_EVENT, event, told, name="parallelMultiple")
    ending = [one for one in found if isinstance(one, _ENDING)]
    if throws and len(ending) > 1:
        names = " and ".join(word_of(one) for one in ending)
        reading.error(Code.MULTIPLE_EVENT, event, f"The event has {names}, and only one of them can end its scope.")


def word_of(definition: SingleDefinition) -> str:
    """What a definition is called in a sentence."""
    return type(definition).__name__.removesuffix("Definition").lower()


def read_definition(
    reading: Reading, event: etree._Element, definition: etree._Element, allowed: frozenset[str], *, key_required: bool
) -> SingleDefinition | None:
    """The definition for the model; None with a problem when the event cannot have it. `allowed` are those that make sense."""
    name = kind(definition)
    if name not in allowed:
        # What does not run at all was told with its own code where the words of the file are checked.
        if name not in REFUSED or definition.getparent() is reading.root:
            code = REFUSED.get(name, Code.ELEMENT_MISPLACED)
            reading.error(code, event, f"A {name} has no meaning at the {kind(event)} “{identifier(event)}”.")
        return None
    if name == "messageEventDefinition":
        return read_message(reading, definition, key_required=key_required)
    return _READERS[name](reading, definition)


def read_message(reading: Reading, place: etree._Element, *, key_required: bool) -> MessageDefinition | None:
    """The message that `messageRef` at `place` names, with its `zeebe:subscription`."""
    if place.get("messageRef") is None:
        reading.error(
            Code.EVENT_WITHOUT_DEFINITION, place, "The event names no message.", name="messageRef", fix="Choose a message."
        )
        return None
    message = reading.referenced(place, "messageRef", "message")
    if message is None:
        return None
    name = reading.value(message, "name")
    if name is None:
        reading.error(Code.MESSAGE_WITHOUT_NAME, place, f"The message “{identifier(message)}” has no name.", name="name")
        return None
    subscription = extension(message, "subscription")
    key = reading.value(subscription, "correlationKey") if subscription is not None else None
    if key is None and key_required:
        reading.error(
            Code.NO_CORRELATION_KEY, place, f"The message “{name.text}” has no correlation key.", name="correlationKey"
        )
    return MessageDefinition(name=name, correlation_key=key)


def _read_timer(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    given = [child for child in bpmn_children(definition, *_TIMERS) if text_of(child)]
    if len(given) != 1 or len(list(bpmn_children(definition, *_TIMERS))) != 1:
        found = "none" if not given else "more than one" if len(given) > 1 else "an empty one beside it"
        reading.error(Code.TIMER_NOT_ONE, definition, f"The timer has {found} of date, duration and cycle.")
        return None
    name = _TIMERS[kind(given[0])]
    expression = reading.expression(given[0], text_of(given[0]), name)
    if expression is None:
        return None
    return TimerDefinition(kind=name, expression=expression)


def _read_error(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    if definition.get("errorRef") is None:
        return ErrorDefinition()
    error = reading.referenced(definition, "errorRef", "error")
    if error is None:
        return None
    code = reading.value(error, "errorCode")
    if code is None:
        reading.error(Code.ERROR_WITHOUT_CODE, definition, f"The error “{identifier(error)}” has no code.", name="errorCode")
        return None
    return ErrorDefinition(code=code)


def _read_escalation(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    if definition.get("escalationRef") is None:
        return EscalationDefinition()
    escalation = reading.referenced(definition, "escalationRef", "escalation")
    if escalation is None:
        return None
    code = reading.value(escalation, "escalationCode")
    if code is None:
        message = f"The escalation “{identifier(escalation)}” has no code."
        reading.error(Code.ESCALATION_WITHOUT_CODE, definition, message, name="escalationCode")
        return None
    return EscalationDefinition(code=code)


def _read_signal(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    if definition.get("signalRef") is None:
        reading.error(Code.SIGNAL_WITHOUT_NAME, definition, "The event names no signal.", name="signalRef")
        return None
    signal = reading.referenced(definition, "signalRef", "signal")
    if signal is None:
        return None
    name = reading.value(signal, "name")
    if name is None:
        message = f"The signal “{identifier(signal)}” has no name."
        reading.error(Code.SIGNAL_WITHOUT_NAME, definition, message, name="name")
        return None
    return SignalDefinition(name=name)


def _read_conditional(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    condition = bpmn_child(definition, "condition")
    expression = None
    if condition is not None:
        expression = reading.expression(condition, text_of(condition), "condition", feel_only=True)
    if expression is None:
        reading.error(Code.VALUE_MISSING, definition, "The event has no condition.", name="condition")
        return None
    return ConditionalDefinition(condition=expression, variables=_read_filter(reading, definition))


def _read_filter(reading: Reading, definition: etree._Element) -> tuple[str, ...]:
    """The variables of `zeebe:conditionalFilter`; that they were made or changed makes no difference here."""
    found = extension(definition, "conditionalFilter")
    if found is None:
        return ()
    on = {word.strip() for word in (found.get("variableEvents") or "").split(",")} - {""}
    if on not in (set(), {"create", "update"}):
        message = (
            f"The condition is asked when a variable is made or changed; it cannot be asked on “{', '.join(sorted(on))}” only."
        )
        reading.error(Code.CONDITIONAL_EVENT, found, message, name="variableEvents", fix="Delete variableEvents.")
    names = [name.strip() for name in (found.get("variableNames") or "").split(",")]
    return tuple(dict.fromkeys(name for name in names if name))


def _read_link(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    name = label(definition)
    if not name:
        reading.error(Code.LINK_WITHOUT_NAME, definition, "The link has no name.", name="name")
        return None
    return LinkDefinition(name=name)


def _read_compensation(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    return CompensationDefinition(
        activity=reference(definition.get("activityRef")) or None,
        wait=reading.flag(definition, "waitForCompletion", default=True),
    )


def _read_cancel(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    return CancelDefinition()


def _read_terminate(reading: Reading, definition: etree._Element) -> SingleDefinition | None:
    return TerminateDefinition()


_READERS: Final[Mapping[str, Callable[[Reading, etree._Element], SingleDefinition | None]]] = {
    "timerEventDefinition": _read_timer,
    "errorEventDefinition": _read_error,
    "escalationEventDefinition": _read_escalation,
    "signalEventDefinition": _read_signal,
    "conditionalEventDefinition": _read_conditional,
    "linkEventDefinition": _read_link,
    "terminateEventDefinition": _read_terminate,
    "compensateEventDefinition": _read_compensation,
    "cancelEventDefinition": _read_cancel,
}
