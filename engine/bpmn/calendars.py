"""The setting `ringi:calendar`: whose working time counts for the timers of an event, or the dates of a user task."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import kind
from engine.bpmn.reading import Reading
from engine.bpmn.settings import setting
from engine.model.expression import Expression
from engine.model.process import Element, MultipleDefinition, TimerDefinition

CALENDAR: Final = "ringi:calendar"


def read_calendar(reading: Reading, node: etree._Element) -> Expression | None:
    """The name that the setting gives, or FEEL for it; None without the setting."""
    given = setting(node, CALENDAR)
    if given is None:
        return None
    found = reading.expression(given, given.get("value") or "", CALENDAR)
    if found is None:
        reading.error(Code.VALUE_MISSING, given, "The setting names no calendar.", name=CALENDAR, fix="Name one, or delete it.")
    return found


def with_calendar(reading: Reading, node: etree._Element, element: Element) -> Element:
    """The same event, whose timers count the working time of the calendar that it names."""
    calendar = read_calendar(reading, node)
    if calendar is None:
        return element
    if not any(isinstance(definition, TimerDefinition) for definition in element.definitions):
        message = f"The {kind(node)} has no timer, so there is nothing for a calendar to count."
        reading.error(Code.SETTING_UNKNOWN, node, message, name=CALENDAR, fix="Delete the setting.")
        return element
    made = tuple(replace(one, calendar=calendar) if isinstance(one, TimerDefinition) else one for one in element.definitions)
    event = replace(element.event, definitions=made) if isinstance(element.event, MultipleDefinition) else made[0]
    return replace(element, event=event)
