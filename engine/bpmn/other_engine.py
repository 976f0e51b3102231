"""One element of a diagram for Camunda 7, Flowable or Activiti, and the steps by which its settings become those of here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.juel import feel_for
from engine.bpmn.names import BPMN, ENGINES, ZEEBE, bpmn_child, bpmn_children, extension, kind, local, namespace, tag
from engine.bpmn.reading import Reading

CAMUNDA: Final = frozenset(uri for uri, prefix in ENGINES.items() if prefix in ("camunda", "fox"))
FLOWABLE: Final = frozenset(uri for uri, prefix in ENGINES.items() if prefix in ("flowable", "activiti"))
COUNTERS: Final = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}
"""The counters of a multi-instance, there and here."""


def dialect_of(root: etree._Element) -> frozenset[str] | None:
    """The namespaces of the engine that a file is written for, empty when it is none of these; None when it speaks `zeebe:`."""
    declared = set(root.nsmap.values())
    if ZEEBE in declared:
        return None
    return CAMUNDA if declared & CAMUNDA else FLOWABLE if declared & FLOWABLE else frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A BPMN element with settings in the namespaces of one engine.

    A setting that is translated is taken away; what stays is told by `engine.bpmn.extensions` as not known here.
    """

    reading: Reading
    element: etree._Element
    spaces: frozenset[str]

    @property
    def kind(self) -> str:
        """The BPMN name of the element."""
        return kind(self.element)

    def get(self, name: str) -> str | None:
        """The engine's attribute of this name."""
        return next((str(v) for k, v in self.element.attrib.items() if self._is(str(k), name)), None)

    def take(self, name: str, becomes: str) -> None:
        """Take an attribute away, and note what it became."""
        for key in [str(k) for k in self.element.attrib if self._is(str(k), name)]:
            del self.element.attrib[key]
            self.reading.note_translated(f"{ENGINES[namespace(key)]}:{name}", becomes, self.element)

    def children(self, name: str) -> list[etree._Element]:
        """The engine's extension elements of this name."""
        holders = bpmn_children(self.element, "extensionElements")
        return [child for holder in holders for child in holder if self._is(tag(child), name)]

    def drop(self, child: etree._Element, becomes: str) -> None:
        """Take an extension element away, and note what it became."""
        space, name = namespace(tag(child)), local(tag(child))
        self.reading.note_translated(f"{ENGINES[space]}:{name}", becomes, self.element)
        parent = child.getparent()
        assert parent is not None, "an extension lies in extensionElements"
        parent.remove(child)

    def parts(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        """The engine's children of an extension element."""
        return (child for child in element if self._is(tag(child), name))

    def zeebe(self, name: str, **attributes: str) -> etree._Element:
        """Give the element this `zeebe:` setting, beside those of it that it has by now."""
        found = extension(self.element, name)
        if found is None:
            found = etree.SubElement(self._extensions(), f"{{{ZEEBE}}}{name}")
            _same_line(found, self.element)
        for attribute, value in attributes.items():
            found.set(attribute, value)
        return found

    def mapping(self, direction: str, source: str, target: str) -> None:
        """Add an input or output mapping."""
        part = etree.SubElement(self.zeebe("ioMapping"), f"{{{ZEEBE}}}{direction}", source=source, target=target)
        _same_line(part, self.element)

    def property(self, name: str, value: str) -> None:
        """Add an extension property."""
        part = etree.SubElement(self.zeebe("properties"), f"{{{ZEEBE}}}property", name=name, value=value)
        _same_line(part, self.element)

    def value(self, text: str | None) -> str | None:
        """A text or a plain ``${…}`` as it is written here; None when there is none, or when it cannot be said."""
        if text is None or not text.strip() or text.strip().startswith("="):
            return None
        return feel_for(text, COUNTERS) if "${" in text or "#{" in text else text.strip()

    def _extensions(self) -> etree._Element:
        found = bpmn_child(self.element, "extensionElements")
        if found is None:
            found = etree.Element(f"{{{BPMN}}}extensionElements")
            _same_line(found, self.element)
            first = bpmn_child(self.element)
            self.element.insert(1 if first is not None and kind(first) == "documentation" else 0, found)
        return found

    def _is(self, key: str, name: str) -> bool:
        return namespace(key) in self.spaces and local(key) == name


def _same_line(made: etree._Element, element: etree._Element) -> None:
    made.sourceline = element.sourceline  # type: ignore[misc]  # lxml lets it be set, its stubs do not
