"""Which files are in SpiffWorkflow's dialect, and small steps through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.bpmn.names import BPMN, ZEEBE, identifier, kind, label, line_of, local, namespace, tag
from engine.problems import Problem, Severity
from engine.spiff.codes import CODES, Code

SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
"""Namespace of SpiffWorkflow's extension elements."""

EXECUTOR: Final = "spiffworkflow"
"""The name of this executor in a process definition."""


def is_spiff(root: etree._Element) -> bool:
    """True for a BPMN file that uses or declares SpiffWorkflow's namespace, and says nothing in that of `zeebe:`."""
    if kind(root) != "definitions":
        return False
    used = {namespace(name) for element in root.iter() for name in (tag(element), *map(str, element.attrib))}
    return ZEEBE not in used and (SPIFF in used or SPIFF in root.nsmap.values())


def bpmn_text(element: etree._Element, name: str) -> str:
    """The text of the BPMN child `name`."""
    return (element.findtext(f"{{{BPMN}}}{name}") or "").strip()


def spiff_parts(element: etree._Element, name: str = "*") -> Iterator[etree._Element]:
    """SpiffWorkflow's extension elements of an element, all or those called `name`."""
    yield from element.iterfind(f"{{{BPMN}}}extensionElements/{{{SPIFF}}}{name}")


def spiff_text(element: etree._Element, name: str) -> str:
    """The text of one of SpiffWorkflow's extension elements."""
    return next(((part.text or "").strip() for part in spiff_parts(element, name)), "")


def properties_of(element: etree._Element) -> dict[str, str]:
    """`spiffworkflow:property` by name."""
    inside = (entry for part in spiff_parts(element, "properties") for entry in part.iterfind(f"{{{SPIFF}}}property"))
    return {entry.get("name") or "": entry.get("value") or "" for entry in inside}


def trigger(element: etree._Element) -> tuple[str, etree._Element | None]:
    """What makes an event happen, as in ``("timer", its definition)``; ``("none", None)`` without a definition."""
    definitions = [child for child in element if kind(child).endswith("EventDefinition")]
    if len(definitions) > 1:
        return "multiple", definitions[0]
    return (kind(definitions[0]).removesuffix("EventDefinition"), definitions[0]) if definitions else ("none", None)


def told(
    code: Code,
    message: str,
    resource: str,
    place: etree._Element,
    *,
    severity: Severity = Severity.ERROR,
    field: str | None = None,
    element: str | None = None,
) -> Problem:
    """A problem at an element of the file."""
    return Problem(
        code=code,
        message=message,
        resource=resource,
        severity=severity,
        element=element or identifier(place) or None,
        field=field,
        line=line_of(place),
        fix=CODES[code][1],
    )


def called(place: etree._Element) -> str:
    """How an element is named in a sentence."""
    return f"“{label(place) or identifier(place) or local(tag(place))}”"
