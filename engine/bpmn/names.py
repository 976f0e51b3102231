"""XML names of BPMN 2.0 and of the dialects, and small steps through the tree (BPMN 2.0 §15.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
_IN_BPMN: Final = f"{{{BPMN}}}"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XML: Final = "http://www.w3.org/XML/1998/namespace"

DRAWING: Final = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
    }
)
"""Namespaces of diagram interchange: where things are drawn, never what they do."""

EDITORS: Final = frozenset(
    {
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/extensions/i18n/1.0",
    }
)
"""Namespaces in which editors keep colours, translations and their own version; known to have no influence on the run."""

ENGINES: Final = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://www.camunda.com/fox": "fox",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
}
"""Namespaces of other engines, with the prefix under which people know them: what they say would change the run."""


def namespace(name: str) -> str:
    """The namespace of an lxml tag or attribute name, ``""`` when it has none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def local(name: str) -> str:
    """The local part of an lxml tag or attribute name."""
    return name.rpartition("}")[2]


def tag(element: etree._Element) -> str:
    """The tag as text."""
    return str(element.tag)


def kind(element: etree._Element) -> str:
    """The BPMN local name, or ``""`` for an element of another namespace."""
    name = tag(element)
    return name[len(_IN_BPMN) :] if name.startswith(_IN_BPMN) else ""


def bpmn_children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The direct BPMN children in document order: those with one of `names`, or all."""
    for child in element:
        name = kind(child)
        if name and (not names or name in names):
            yield child


def bpmn_child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first of `bpmn_children`."""
    return next(bpmn_children(element, *names), None)


def extensions(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The `zeebe:` extension elements called `name`, in document order."""
    for holder in bpmn_children(element, "extensionElements"):
        for child in holder:
            if tag(child) == f"{{{ZEEBE}}}{name}":
                yield child


def extension(element: etree._Element, name: str) -> etree._Element | None:
    """The first of `extensions`."""
    return next(extensions(element, name), None)


def parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The `zeebe:` children of a `zeebe:` element."""
    return (child for child in element if tag(child) == f"{{{ZEEBE}}}{name}")


def text_of(element: etree._Element | None) -> str:
    """The element's own text without surrounding white space."""
    return (element.text or "").strip() if element is not None else ""


def line_of(element: etree._Element) -> int:
    """The line of the element in the file, from 1."""
    return int(element.sourceline or 1)


def identifier(element: etree._Element) -> str:
    """The `id`, or ``""``."""
    return (element.get("id") or "").strip()


def label(element: etree._Element) -> str:
    """The `name` on one line: editors write line breaks where the label is wrapped in the drawing."""
    return " ".join((element.get("name") or "").split())


def reference(text: str | None) -> str:
    """The id that a QName points to: what stands behind the prefix (``tns:m1`` → ``m1``)."""
    return (text or "").strip().rpartition(":")[2]
