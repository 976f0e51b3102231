"""What makes a diagram readable, as facts about its interchange part (BPMN 2.0 §12): for the tests of shipped diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height

    def holds(self, other: Box) -> bool:
        across = self.x <= other.x and other.x + other.width <= self.x + self.width
        return across and self.y <= other.y and other.y + other.height <= self.y + self.height

    def touches(self, x: float, y: float, reach: float = 1.5) -> bool:
        """Whether the point lies on the border or inside."""
        across = self.x - reach <= x <= self.x + self.width + reach
        return across and self.y - reach <= y <= self.y + self.height + reach


class Drawing:
    """One diagram file."""

    def __init__(self, file: Path) -> None:
        self.root = etree.parse(file).getroot()
        self.elements = {e.get("id"): e for e in self.root.iter() if e.get("id") and str(e.tag).startswith(f"{{{NS['bpmn']}}}")}
        shapes = self.root.iterfind(".//di:BPMNShape", NS)
        self.shapes = {s.get("bpmnElement"): _box(s.find("dc:Bounds", NS)) for s in shapes}
        self.edges = {
            e.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in e.iterfind("dd:waypoint", NS)]
            for e in self.root.iterfind(".//di:BPMNEdge", NS)
        }
        self.labels = {
            s.get("bpmnElement"): _box(s.find("di:BPMNLabel/dc:Bounds", NS))
            for s in self.root.iterfind(".//di:BPMNPlane/*", NS)
            if s.find("di:BPMNLabel/dc:Bounds", NS) is not None
        }

    def kind(self, id: str) -> str:
        return etree.QName(self.elements[id]).localname

    def nodes(self) -> list[str]:
        """Ids of everything that a token can be at."""
        return [i for i in self.elements if self.kind(i).endswith(("Task", "Gateway", "Event", "subProcess", "callActivity"))]

    def flows(self) -> list[str]:
        return [i for i in self.elements if self.kind(i) == "sequenceFlow"]

    def complaints(self) -> Iterator[str]:
        """What an analyst would put right, in words."""
        yield from (f"{node} is not drawn" for node in self.nodes() if node not in self.shapes)
        yield from (f"{flow} is not drawn" for flow in self.flows() if flow not in self.edges)
        yield from self._crooked()
        yield from self._loose_ends()
        yield from self._overlaps()
        yield from self._run_over()
        yield from self._backwards()

    def _crooked(self) -> Iterator[str]:
        for flow in self.flows():
            for (x, y), (u, v) in pairwise(self.edges[flow]):
                if x != u and y != v:
                    yield f"{flow} runs at a slant"

    def _loose_ends(self) -> Iterator[str]:
        for flow in self.flows():
            source, target = self.elements[flow].get("sourceRef"), self.elements[flow].get("targetRef")
            if not self.shapes[source].touches(*self.edges[flow][0]) or not self.shapes[target].touches(*self.edges[flow][-1]):
                yield f"{flow} does not reach its ends"

    def _overlaps(self) -> Iterator[str]:
        solid = [node for node in self.nodes() if self.kind(node) not in {"boundaryEvent", "subProcess"}]
        for one, other in combinations(solid, 2):
            if self.shapes[one].overlaps(self.shapes[other]):
                yield f"{one} and {other} overlap"
        for one, other in combinations(self.labels, 2):
            if self.labels[one].overlaps(self.labels[other]):
                yield f"the labels of {one} and {other} overlap"
        for label, box in self.labels.items():
            yield from (
                f"the label of {label} lies on {node}" for node in solid if node != label and box.overlaps(self.shapes[node])
            )
        for node in self.nodes():
            parent = self.elements[node].getparent().get("id")
            if (
                parent in self.shapes
                and self.kind(node) != "boundaryEvent"
                and not self.shapes[parent].holds(self.shapes[node])
            ):
                yield f"{node} leaves its sub-process"

    def _run_over(self) -> Iterator[str]:
        """No flow runs through an element or a text."""
        solid = [node for node in self.nodes() if self.kind(node) not in {"boundaryEvent", "subProcess"}]
        for flow in self.flows():
            ends = (self.elements[flow].get("sourceRef"), self.elements[flow].get("targetRef"))
            for line in map(_line, pairwise(self.edges[flow])):
                yield from (
                    f"{flow} runs through {node}" for node in solid if node not in ends and line.overlaps(self.shapes[node])
                )
                yield from (
                    f"{flow} runs through the label of {label}" for label, box in self.labels.items() if line.overlaps(box)
                )

    def _backwards(self) -> Iterator[str]:
        """Left to right: each start lies left of everything else in its scope."""
        for start in (node for node in self.nodes() if self.kind(node) == "startEvent"):
            scope = self.elements[start].getparent()
            inside = [node for node in self.nodes() if self.elements[node].getparent() is scope and node != start]
            if any(self.shapes[node].x < self.shapes[start].x for node in inside):
                yield f"{start} is not the leftmost"


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _line(ends: tuple[tuple[float, float], tuple[float, float]]) -> Box:
    """A piece of a flow, a hair thick."""
    (x, y), (u, v) = ends
    return Box(min(x, u), min(y, v), abs(x - u) + 0.5, abs(y - v) + 0.5)
