"""What a multi-instance throws when an inner instance completes: `behavior` (BPMN 2.0 §10.3.8)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.event_definitions import definitions_of, read_definition
from engine.bpmn.names import bpmn_child, bpmn_children, kind, reference, text_of
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import words
from engine.model.process import EscalationDefinition, SingleDefinition, TurnEvents

THROWN: Final = words("messageEventDefinition signalEventDefinition escalationEventDefinition")
_REFERENCES: Final = {"One": "oneBehaviorEventRef", "None": "noneBehaviorEventRef"}


def read_behavior(reading: Reading, loop: etree._Element) -> tuple[TurnEvents, ...]:
    """Nothing for All, which is meant without the attribute; one event at each end or at the first, or those of conditions."""
    behavior = (loop.get("behavior") or "All").strip()
    _tell_unused(reading, loop, behavior)
    by_condition = _read_complex(reading, loop, behavior)
    if behavior == "Complex":
        return by_condition
    if behavior not in _REFERENCES:
        return ()
    definition = _referenced(reading, loop, _REFERENCES[behavior])
    thrown = () if definition is None else _read_thrown(reading, loop, [definition])
    return (TurnEvents(definitions=thrown, first_only=behavior == "One"),) if thrown else ()


def _tell_unused(reading: Reading, loop: etree._Element, behavior: str) -> None:
    for wanted, name in _REFERENCES.items():
        if loop.get(name) is not None and wanted != behavior:
            message = f"{name} means nothing with the behavior {behavior}."
            reading.warn(Code.LOOP_DATA, loop, message, name=name, fix=f'Write behavior="{wanted}", or delete it.')
    if behavior != "Complex" and bpmn_child(loop, "complexBehaviorDefinition") is not None:
        message = f"complexBehaviorDefinition means nothing with the behavior {behavior}."
        reading.warn(Code.LOOP_DATA, loop, message, fix='Write behavior="Complex", or delete it.')


def _referenced(reading: Reading, loop: etree._Element, name: str) -> etree._Element | None:
    text = (loop.get(name) or "").strip()
    if not text:
        message = f"The event that the multi-instance throws has no name, so nobody could catch it: {name} is missing."
        reading.error(Code.LOOP_DATA, loop, message, name=name, fix="Refer to an event definition of the file.")
        return None
    found = reading.definitions.get(text, reading.definitions.get(reference(text)))
    if found is None or not kind(found).endswith("EventDefinition"):
        reading.error(Code.REFERENCE_UNKNOWN, loop, f"There is no event definition “{text}” in the file.", name=name)
        return None
    return found


def _read_complex(reading: Reading, loop: etree._Element, behavior: str) -> tuple[TurnEvents, ...]:
    found = list(bpmn_children(loop, "complexBehaviorDefinition"))
    if not found and behavior == "Complex":
        message = "The behavior is Complex, and no complexBehaviorDefinition says what is thrown when."
        reading.error(Code.LOOP_DATA, loop, message, name="behavior", fix="Add one with a condition and an event.")
    read = (_read_definition(reading, definition) for definition in found)
    return tuple(events for events in read if events is not None)


def _read_definition(reading: Reading, definition: etree._Element) -> TurnEvents | None:
    child, event = bpmn_child(definition, "condition"), bpmn_child(definition, "event")
    condition = None
    if child is not None:
        condition = reading.expression(child, text_of(child), "condition", feel_only=True)
    definitions = definitions_of(reading, event) if event is not None else []
    for missing, what in ((condition is None, "condition"), (not definitions, "event")):
        if missing:
            reading.error(Code.VALUE_MISSING, definition, f"The complexBehaviorDefinition has no {what}.", name=what)
    thrown = _read_thrown(reading, definition, definitions)
    return TurnEvents(definitions=thrown, condition=condition) if thrown and condition is not None else None


def _read_thrown(reading: Reading, place: etree._Element, definitions: list[etree._Element]) -> tuple[SingleDefinition, ...]:
    read = [_read_one(reading, place, definition) for definition in definitions]
    return tuple(one for one in read if one is not None)


def _read_one(reading: Reading, place: etree._Element, definition: etree._Element) -> SingleDefinition | None:
    if kind(definition) not in THROWN:
        message = f"A multi-instance throws messages, signals and escalations, and no {kind(definition)}."
        reading.error(Code.LOOP_DATA, place, message, fix="Choose one of these.")
        return None
    found = read_definition(reading, place, definition, THROWN, key_required=False)
    if isinstance(found, EscalationDefinition) and found.code is None:
        fix = "Choose an escalation with a code."
        reading.error(Code.ESCALATION_WITHOUT_CODE, place, "The multi-instance names no escalation to throw.", fix=fix)
    return found
