"""The flow of one scope as a net of tokens: who takes them, and which ways each element may go on (BPMN 2.0 §13).

A place is a sequence flow, or stands before an element that begins without one; a marking is a set of places as bits. What a
person, a job or the data decides is left open: an element that may go on in several ways has an option for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.graphs import in_order, knots
from engine.model.process import (
    CancelDefinition,
    CompensationDefinition,
    Element,
    ErrorDefinition,
    ProcessDefinition,
    TerminateDefinition,
)

_ENDS_ALL: Final = (TerminateDefinition, ErrorDefinition, CancelDefinition)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go on: the places that get a token. `taken` is the flow or event that was chosen, None without a choice."""

    places: int
    taken: str | None = None
    ends_all: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its incoming places. `waits_for_all` is a parallel join, `gathers` an inclusive one."""

    element: Element
    incoming: int
    options: tuple[Option, ...]
    waits_for_all: bool
    gathers: bool


@dataclass(frozen=True, slots=True)
class Net:
    """The nodes of a scope by place, those nearer to the beginning first; `starts` are the markings in which it may begin."""

    process: ProcessDefinition
    nodes: Sequence[Node]
    place_of: dict[str, int]
    starts: Sequence[int]

    def ready(self, marking: int) -> tuple[Node, int] | None:
        """The first element that can go on, and the places it takes tokens from; None when all wait, or none is left.

        No element takes from another what that needs, so one order stands for all of them where tokens get stuck (a
        persistent set). Elements near the beginning come first: so tokens that can meet nearly always do.
        """
        rest = marking
        while rest:
            place = rest & -rest
            rest ^= place
            node = self.nodes[place.bit_length() - 1]
            taken = self.takes(marking, place)
            if taken:
                return node, taken
        return None

    def takes(self, marking: int, place: int) -> int:
        """The places from which the element behind `place` takes tokens now; 0 when it waits for more."""
        node = self.nodes[place.bit_length() - 1]
        if node.waits_for_all:
            return node.incoming if marking & node.incoming == node.incoming else 0
        if node.gathers:
            return 0 if self._more_can_come(node, marking) else marking & node.incoming
        return place

    def _more_can_come(self, node: Node, marking: int) -> bool:
        """The rule of the inclusive join, as the kernel has it (§13.4.3)."""
        ahead = self.process.ahead_of(node.element)
        arrived = 0
        for flow, bit in ahead.of_flow.items():
            if marking >> self.place_of[flow] & 1:
                arrived |= bit
        reached = (ahead.from_element.get(other.element.id, 0) for other in self.waiting(marking & ~node.incoming))
        return any(bits and not bits & arrived for bits in reached)

    def waiting(self, marking: int) -> Iterator[Node]:
        """The elements before which the tokens of a marking stand, one for each token."""
        while marking:
            place = marking & -marking
            marking ^= place
            yield self.nodes[place.bit_length() - 1]


def net_of(process: ProcessDefinition, scope: str) -> Net | None:
    """The net of a scope; None where people or counts decide what is active: ad-hoc sub-processes, complex joins."""
    inside = [process.elements[i] for i in process.contents_of(scope)]
    if not inside or _is_open(process, scope, inside):
        return None
    targets = _places(process, scope, inside)
    place_of = {name: n for n, (name, _) in enumerate(targets)}
    made = {e.id: _node(process, e, place_of, targets) for e in inside}
    return Net(process, [made[target] for _, target in targets], place_of, _starts(process, scope, place_of))


def _is_open(process: ProcessDefinition, scope: str, inside: list[Element]) -> bool:
    ad_hoc = scope != process.id and process.elements[scope].ad_hoc is not None
    counted = any(e.start_quantity != 1 or e.completion_quantity != 1 for e in inside)
    return ad_hoc or counted or any(e.type == "complexGateway" and len(e.incoming) > 1 for e in inside)


def _places(process: ProcessDefinition, scope: str, inside: list[Element]) -> list[tuple[str, str]]:
    """The flows, and the elements that begin without one, each with the element that it leads to; the earliest first."""
    order = _order(process, scope, inside)
    flows = [(f, process.flows[f].target) for e in inside for f in e.incoming]
    begun = [(e.id, e.id) for e in inside if not e.incoming]
    also = [(e.id, e.id) for e in process.entries(scope) if e.incoming]
    return sorted([*flows, *begun, *also], key=lambda place: order[place[1]])


def _order(process: ProcessDefinition, scope: str, inside: list[Element]) -> dict[str, tuple[int, int]]:
    """Where each element stands on the way: what lies on a circle comes before all that lies behind the circle."""
    following = {e.id: process.following(e) for e in inside}
    circle = {i: n for n, knot in enumerate(knots(following)) for i in knot}
    return {i: (circle[i], n) for n, i in enumerate(in_order(following, _entries(process, scope)))}


def _entries(process: ProcessDefinition, scope: str) -> list[str]:
    return [entry.id for entry in process.entries(scope)]


def _starts(process: ProcessDefinition, scope: str, place_of: dict[str, int]) -> list[int]:
    """Each start event begins an instance of its own; without one everything begins that no flow leads to."""
    entries = [1 << place_of[entry] for entry in _entries(process, scope)]
    return entries if process.start_events(scope) else [sum(entries)]


def _node(process: ProcessDefinition, element: Element, place_of: dict[str, int], targets: list[tuple[str, str]]) -> Node:
    incoming = sum(1 << place_of[flow] for flow in element.incoming)
    joins = len(element.incoming) > 1
    return Node(
        element=element,
        incoming=incoming,
        options=tuple(_options(process, element, place_of)),
        waits_for_all=joins and element.type == "parallelGateway",
        gathers=joins and element.type == "inclusiveGateway",
    )


def _options(process: ProcessDefinition, element: Element, place_of: dict[str, int]) -> Iterator[Option]:
    if element.type == "endEvent" and any(isinstance(one, _ENDS_ALL) for one in element.definitions):
        yield Option(0, ends_all=True)
        return
    yield from _onwards(process, element, place_of)
    for event in (process.elements[i] for i in element.boundary_events):
        if event.interrupting and not isinstance(event.event, CompensationDefinition):
            yield Option(_bits(event.outgoing, place_of), taken=event.id)


def _onwards(process: ProcessDefinition, element: Element, place_of: dict[str, int]) -> Iterator[Option]:
    """Conditions choose one flow each time: that several may hold is what the analyst must not rely on, nor is told of."""
    if element.type in ("exclusiveGateway", "eventBasedGateway"):
        always, chosen = [], list(element.outgoing)
    elif element.type == "parallelGateway":
        always, chosen = list(element.outgoing), []
    else:
        chosen = [f for f in element.outgoing if process.flows[f].condition is not None or f == element.default_flow]
        always = [f for f in element.outgoing if f not in chosen]
    behind = [i for i in process.behind(element) if i in place_of] if not element.outgoing else []
    base = _bits([*always, *behind], place_of)
    if len(chosen) < 2 and not (always and chosen):
        yield Option(base | _bits(chosen, place_of))
        return
    if always and element.default_flow not in chosen:
        yield Option(base)
    for flow in chosen:
        yield Option(base | 1 << place_of[flow], taken=flow)


def _bits(names: Sequence[str], place_of: dict[str, int]) -> int:
    return sum(1 << place_of[name] for name in names)
