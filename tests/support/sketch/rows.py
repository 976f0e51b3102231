"""A drawing as rows of elements, from left to right; where they stand and how the lines run is worked out.

    Sketch("choice", "A choice").row(start(), exclusive("g"), when("=big"), user("a", "Ask"), exclusive("m"), end())
                                .row("g", otherwise(), user("b", "Do"), "m")

A text in a row is the id of an element that is drawn already: the row leaves it, or reaches it. `Back` leads around what lies
between, mostly to an element further left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from tests.support.sketch.nodes import Node, formal


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said of the line to the next element of a row. `kind` is its word in BPMN, `inside` XML for data associations."""

    name: str = ""
    condition: str = ""
    is_default: bool = False
    kind: str = "sequenceFlow"
    inside: str = ""


@dataclass(frozen=True)
class Back:
    """An element further left that a row leads back to, over what lies between, or under it."""

    id: str
    under: bool = False


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A line between two elements, and the row in which it was drawn."""

    source: str
    target: str
    line: Line
    row: int
    back: Back | None = None
    apart: bool = False

    @property
    def id(self) -> str:
        """From its ends, and its row where it is drawn apart from them."""
        return f"{self.source}_to_{self.target}" + (f"_{self.row}" if self.apart else "")


Item = Node | str | Line | Back


def when(condition: str, name: str = "") -> Line:
    """The condition of the flow that follows; without a name the reader sees the condition."""
    return Line(name=name or condition.removeprefix("="), condition=condition)


def otherwise(name: str = "") -> Line:
    """The flow that follows is taken when no other one is."""
    return Line(name=name, is_default=True)


def undone_by() -> Line:
    """The association of a compensation event with what undoes."""
    return Line(kind="association")


def writes(value: str) -> Line:
    """What an activity writes to the data that follows."""
    return Line(kind="dataOutputAssociation", inside=formal("transformation", value))


def reads() -> Line:
    """The data is drawn as what the activity that follows reads."""
    return Line(kind="dataInputAssociation")


@dataclass
class Sketch:
    """A process, or what is inside a sub-process."""

    id: str = ""
    name: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    height: int = 0

    def row(self, *items: Item, at: int = 0) -> Self:
        """Draw one row below the others; `at` is the column of a first element that nothing leads to."""
        before: str | None = None
        line = Line()
        for item in items:
            if isinstance(item, Line):
                line = item
                continue
            if isinstance(item, Node):
                self._place(item, before, at)
            id_ = item if isinstance(item, str) else item.id
            if before is not None:
                back = item if isinstance(item, Back) else None
                apart = any((e.source, e.target) == (before, id_) for e in self.edges)
                self.edges.append(Edge(source=before, target=id_, line=line, row=self.height, back=back, apart=apart))
            before, line = id_, Line()
        self.height += 1
        for _ in self.nodes:
            self._spread()
        return self

    def _place(self, node: Node, before: str | None, at: int) -> None:
        assert node.id not in self.nodes, f"{node.id} is drawn already"
        self.nodes[node.id] = node
        self.rows[node.id] = self.rows[node.host] if node.host is not None else self.height
        self.columns[node.id] = self.columns[node.host] if node.host is not None else 0 if before else at

    def _spread(self) -> None:
        """Every element stands right of what leads to it."""
        for edge in self.edges:
            if edge.back is None:
                self.columns[edge.target] = max(self.columns[edge.target], self.columns[edge.source] + 1)
        for node in self.nodes.values():
            if node.host is not None:
                self.columns[node.id] = self.columns[node.host]

    def everything(self) -> Iterator[Node]:
        """All elements of all depths."""
        for node in self.nodes.values():
            yield node
            if node.contents is not None:
                yield from node.contents.everything()
