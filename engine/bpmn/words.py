"""Is every word of the file known? Walks what will run and tells what is unknown, misplaced or refused."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.extensions import check_attributes, check_extensions, foreign_element
from engine.bpmn.meanings import CODES
from engine.bpmn.names import identifier, kind, label
from engine.bpmn.reading import Reading
from engine.bpmn.settings import check_settings
from engine.bpmn.vocabulary import DRAWN_DATA, HARMLESS, NODES, PARTS, REFUSED, Shape

_NAMED: Final = ("process", "message", "error", "escalation", "signal")


def check_words(reading: Reading, element: etree._Element) -> None:
    """Check an element that runs, and everything in it. What is refused is not looked into."""
    name = kind(element)
    shape = NODES.get(name) or PARTS[name]
    if not identifier(element) and (name in NODES or name in _NAMED):
        reading.error(Code.ID_MISSING, element, f"{subject(element)} has no id.", name="id")
    check_attributes(reading, element, shape)
    check_extensions(reading, element, shape)
    check_settings(reading, element)
    for child in element:
        _check_child(reading, element, child, shape)


def is_event_sub_process(element: etree._Element) -> bool:
    """True for a sub-process that an event starts."""
    return (element.get("triggeredByEvent") or "").strip() in ("true", "1")


def _check_child(reading: Reading, parent: etree._Element, child: etree._Element, shape: Shape) -> None:
    name = kind(child)
    if not name:
        foreign_element(reading, child)
    elif name in shape.children:
        check_words(reading, child)
    elif name not in HARMLESS and name not in DRAWN_DATA:
        _refuse(reading, parent, child)


def _refuse(reading: Reading, parent: etree._Element, child: etree._Element) -> None:
    name = kind(child)
    if name == "script":
        language = parent.get("scriptFormat") or "in an unnamed language"
        reading.error(
            Code.SCRIPT_LANGUAGE, child, f"The script is {language}, not FEEL. No program code from a diagram is run."
        )
    elif name in REFUSED:
        reading.error(REFUSED[name], child, f"{subject(child)}: {CODES[REFUSED[name]][0]}")
    elif name == "ioSpecification":
        message = f"{subject(parent)} has data inputs or outputs, which only tasks, call activities and processes have."
        reading.error(Code.ELEMENT_MISPLACED, child, message, fix="Use data objects; what is inside of it sees them.")
    elif name in NODES or name in PARTS:
        reading.error(Code.ELEMENT_MISPLACED, child, f"{subject(child)} has no meaning in a {kind(parent)}.")
    else:
        unknown_element(reading, child, (NODES.get(kind(parent)) or PARTS[kind(parent)]).children)


def is_unknown(name: str) -> bool:
    """True for a name that no element of BPMN has."""
    return not any(name in known for known in (NODES, PARTS, REFUSED, HARMLESS, DRAWN_DATA))


def unknown_element(reading: Reading, element: etree._Element, possible: Collection[str]) -> None:
    """Refuse an element of a name that BPMN does not have at this place, with the nearest of those that it has."""
    name = kind(element)
    close = get_close_matches(name.casefold(), {known.casefold() for known in possible}, n=1)
    fix = next(
        (f"Did you mean “{known}”? Otherwise delete the element." for known in possible if known.casefold() in close), None
    )
    reading.error(Code.ELEMENT_UNKNOWN, element, f"“{name}” is no element that BPMN has at this place.", fix=fix)


def subject(element: etree._Element) -> str:
    """How messages call an element: its kind, with its name where it has one."""
    name = label(element) or element.get("id")
    return f"{kind(element)} “{name}”" if name else kind(element)
