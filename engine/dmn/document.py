"""Walking a DMN document: elements by local name, and problems with element, line and way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from engine.dmn.codes import DmnCode
from engine.problems import Problem, Severity

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "http://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
"""The model's namespace, by version."""

Element = etree._Element


class Tag(NamedTuple):
    """An element's namespace and local name."""

    namespace: str
    name: str


def tag_of(element: Element) -> Tag:
    """Split the qualified name."""
    name = etree.QName(element)
    return Tag(name.namespace or "", name.localname)


class Document:
    """One document being read; it gathers the problems."""

    def __init__(self, root: Element, resource: str) -> None:
        self.root, self.resource = root, resource
        self.namespace = tag_of(root).namespace
        self.problems: list[Problem] = []

    def children(self, element: Element, *names: str) -> list[Element]:
        """The child elements of DMN's own namespace with one of the names."""
        return [c for c in self.dmn_children(element) if tag_of(c).name in names]

    def dmn_children(self, element: Element) -> Iterator[Element]:
        """The child elements of DMN's own namespace; those of others (diagram, vendor extensions) are no part of the
        meaning."""
        return (c for c in element if isinstance(c.tag, str) and tag_of(c).namespace == self.namespace)

    def child(self, element: Element, *names: str) -> Element | None:
        """The first of them."""
        return next(iter(self.children(element, *names)), None)

    def text(self, element: Element | None, name: str = "text") -> str:
        """The text of a child element, stripped; "" when there is none."""
        found = None if element is None else self.child(element, name)
        return (found.text or "").strip() if found is not None else ""

    def problem(
        self,
        code: str,
        element: Element,
        message: str,
        fix: str,
        *,
        field: str | None = None,
        line: int | None = None,
        column: int | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem at an element; `line` overrules the element's own."""
        self.problems.append(
            Problem(
                code=code,
                message=message,
                resource=self.resource,
                severity=severity,
                element=owner_of(element),
                field=field,
                line=line or element.sourceline,
                column=column,
                fix=fix,
            )
        )

    def required(self, element: Element, attribute: str) -> str:
        """The attribute's value; a problem and "" when it is missing."""
        value = (element.get(attribute) or "").strip()
        if not value:
            name = tag_of(element).name
            self.problem(
                DmnCode.MISSING_ATTRIBUTE,
                element,
                f"A {name} has no “{attribute}”.",
                f"Give the {name} a {attribute}.",
                field=attribute,
            )
        return value

    def refuse_others(self, element: Element, known: Iterable[str]) -> None:
        """A problem for each child element of DMN's namespace that is not known here: nothing is left out in silence."""
        names = frozenset(known)
        for child in self.dmn_children(element):
            name = tag_of(child).name
            if name not in names:
                self.problem(
                    DmnCode.UNKNOWN_ELEMENT,
                    child,
                    f"The element “{name}” is not known inside “{tag_of(element).name}”.",
                    "Remove it, or check the file against the DMN version that it names.",
                )


def owner_of(element: Element) -> str | None:
    """The id of the element or of the nearest one around it that has an id."""
    current: Element | None = element
    while current is not None:
        if current.get("id"):
            return current.get("id")
        current = current.getparent()
    return None
