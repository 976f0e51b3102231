"""Attributes and extension elements: those of BPMN, of the `zeebe:` dialect, of other engines, of editors, of anybody else."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn import camunda8
from engine.bpmn.camunda8 import NotRun
from engine.bpmn.codes import Code
from engine.bpmn.dialects import COUNTERPARTS, MEANT_FOR_ANOTHER, NOT_PLAIN, REASONS, WITHOUT_EFFECT
from engine.bpmn.names import BPMN, DRAWING, EDITORS, ENGINES, XML, XSI, ZEEBE, bpmn_children, kind, local, namespace, tag
from engine.bpmn.reading import Reading
from engine.bpmn.vocabulary import (
    ATTRIBUTE_VALUES,
    ZEEBE_ATTRIBUTES,
    ZEEBE_EVERYWHERE,
    ZEEBE_SHAPES,
    Shape,
    ZeebeShape,
)

_SILENT = DRAWING | EDITORS | {XSI, XML}
_ALWAYS = frozenset({"id", "name"})


def check_attributes(reading: Reading, element: etree._Element, shape: Shape) -> None:
    """Every attribute of a BPMN element is known here, or told."""
    for attribute, value in _attributes(element).items():
        space, name = namespace(attribute), local(attribute)
        if space and space != BPMN:
            _foreign_attribute(reading, element, attribute, value)
        elif name not in shape.attributes and name not in _ALWAYS:
            reading.error(Code.ATTRIBUTE_UNKNOWN, element, f"A {kind(element)} has no attribute “{name}”.", name=name)
        elif name in ATTRIBUTE_VALUES and value.strip() not in ATTRIBUTE_VALUES[name].allowed:
            rule = ATTRIBUTE_VALUES[name]
            wanted = f" Only {' or '.join(sorted(rule.allowed))} is run." if rule.allowed else ""
            reading.error(rule.code, element, f"{name}=“{value[:60]}” is not supported.{wanted}", name=name)


def _attributes(element: etree._Element) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _foreign_attribute(reading: Reading, element: etree._Element, attribute: str, value: str) -> None:
    space, name = namespace(attribute), local(attribute)
    if space in _SILENT or (space == ZEEBE and name in ZEEBE_ATTRIBUTES):
        return
    if space == ZEEBE and name in camunda8.BPMN_ATTRIBUTES:
        _tell(reading, element, camunda8.BPMN_ATTRIBUTES[name], f"zeebe:{name}", name)
    elif space == ZEEBE:
        reading.error(Code.ZEEBE_UNKNOWN, element, f"There is no attribute zeebe:{name} at a {kind(element)}.", name=name)
    elif space in ENGINES:
        _other_engine(reading, element, space, name, f"{ENGINES[space]}:{name}=“{value[:60]}”")
    else:
        reading.note_foreign(Code.FOREIGN_ATTRIBUTE, f"The attribute “{name}” of {space}", element)


def _other_engine(reading: Reading, place: etree._Element, space: str, name: str, shown: str) -> None:
    if name in WITHOUT_EFFECT:
        reading.warn(Code.OTHER_ENGINE_WITHOUT_EFFECT, place, f"{shown} has no effect and is not needed.", name=name)
        return
    reason = NOT_PLAIN if "${" in shown or "#{" in shown else REASONS.get(name, MEANT_FOR_ANOTHER)
    reading.error(Code.OTHER_ENGINE, place, f"{shown} {reason}.", name=name, fix=COUNTERPARTS.get(name))


def check_extensions(reading: Reading, element: etree._Element, shape: Shape) -> None:
    """Every extension element is known here, or told."""
    seen: set[str] = set()
    for holder in bpmn_children(element, "extensionElements"):
        for child in holder:
            if namespace(tag(child)) == ZEEBE:
                _check_zeebe(reading, element, child, shape, seen)
            elif kind(child):
                reading.error(Code.ELEMENT_MISPLACED, child, f"A {kind(child)} has no meaning as an extension.")
            elif not _is_translated(element, child):
                foreign_element(reading, child)


def _is_translated(element: etree._Element, child: etree._Element) -> bool:
    """True for what other engines say in their own words and means the same here."""
    return kind(element) == "dataObject" and namespace(tag(child)) in ENGINES and local(tag(child)) == "value"


def _check_zeebe(reading: Reading, element: etree._Element, child: etree._Element, shape: Shape, seen: set[str]) -> None:
    name = local(tag(child))
    if name in camunda8.ELEMENTS:
        _tell(reading, child, camunda8.ELEMENTS[name], f"zeebe:{name}", None)
        return
    if name in seen:
        reading.error(Code.EXTENSION_TWICE, child, f"zeebe:{name} is there twice.")
    seen.add(name)
    if name in shape.extensions or name in ZEEBE_EVERYWHERE:
        _check_zeebe_words(reading, child, ZEEBE_SHAPES[name])
    elif name in ZEEBE_SHAPES:
        fix = camunda8.ELSEWHERE.get((kind(element), name))
        reading.error(Code.ZEEBE_MISPLACED, child, f"zeebe:{name} has no meaning at a {kind(element)}.", fix=fix)
    else:
        reading.error(Code.ZEEBE_UNKNOWN, child, f"There is no element zeebe:{name}.")


def _check_zeebe_words(reading: Reading, element: etree._Element, shape: ZeebeShape) -> None:
    given, owner = _attributes(element), local(tag(element))
    for name in map(local, given):
        if (owner, name) in camunda8.ATTRIBUTES:
            _tell(reading, element, camunda8.ATTRIBUTES[owner, name], f"{name} of zeebe:{owner}", name)
        elif name not in shape.attributes:
            reading.error(Code.ZEEBE_UNKNOWN, element, f"zeebe:{owner} has no attribute “{name}”.", name=name)
    for name in sorted(shape.required):
        if not given.get(name, "").strip():
            reading.error(Code.VALUE_MISSING, element, f"{name} of zeebe:{local(tag(element))} is empty.", name=name)
    for child in element:
        name = local(tag(child))
        if namespace(tag(child)) == ZEEBE and name in shape.children:
            _check_zeebe_words(reading, child, ZEEBE_SHAPES[name])
        else:
            reading.error(Code.ZEEBE_UNKNOWN, child, f"zeebe:{local(tag(element))} has no part “{name}”.")


def _tell(reading: Reading, place: etree._Element, told: NotRun, subject: str, name: str | None) -> None:
    tell = reading.warn if told.code is Code.ZEEBE_WITHOUT_EFFECT else reading.error
    tell(told.code, place, f"{subject} {told.why}.", name=name, fix=told.fix)


def foreign_element(reading: Reading, element: etree._Element) -> None:
    """An extension of another engine or product, named with all that it says at its top."""
    space, name = namespace(tag(element)), local(tag(element))
    if space in _SILENT:
        return
    if space == ZEEBE:
        reading.error(Code.ZEEBE_MISPLACED, element, f"zeebe:{name} belongs into extensionElements.")
    elif space in ENGINES:
        _other_engine(reading, element, space, name, f"{ENGINES[space]}:{name}")
    else:
        reading.note_foreign(Code.FOREIGN_ELEMENT, f"The extension “{name}” of {space or 'nobody'}", element)
