"""Small questions about directed graphs, for rules about flows and calls. All take time in proportion to the graph."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def on_circles(following: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """The nodes that can reach themselves, in the order of `following`. Nodes that are no key are left out."""
    edges = {node: [target for target in targets if target in following] for node, targets in following.items()}
    circles = {node for group in _knots(edges) if len(group) > 1 for node in group}
    return [node for node in edges if node in circles or node in edges[node]]


def reachable(following: Mapping[Node, Iterable[Node]], starts: Iterable[Node]) -> set[Node]:
    """The `starts` and everything behind them."""
    seen: set[Node] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(following.get(node, ()))
    return seen


def reversed_edges(following: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """The same graph with every edge turned round."""
    preceding: dict[Node, list[Node]] = {node: [] for node in following}
    for node, targets in following.items():
        for target in targets:
            preceding.setdefault(target, []).append(node)
    return preceding


def marks_ahead(following: Mapping[Node, Iterable[Node]], marks: Mapping[Node, int]) -> dict[Node, int]:
    """For each node the marks (bits) of all nodes that can be reached from it, its own included; 0 where there are none."""
    edges = {node: [target for target in targets if target in following] for node, targets in following.items()}
    found: dict[Node, int] = {}
    for knot in reversed(list(_knots(edges))):  # what lies ahead of a knot comes before it
        ahead = 0
        for node in knot:
            ahead |= marks.get(node, 0)
            for target in edges[node]:
                ahead |= found.get(target, 0)
        found.update(dict.fromkeys(knot, ahead))
    return found


def in_order(following: Mapping[Node, Iterable[Node]], starts: Iterable[Node]) -> list[Node]:
    """The nodes such that each comes before those behind it, as far as circles allow; walked from the `starts`."""
    edges = {node: [target for target in targets if target in following] for node, targets in following.items()}
    return list(reversed(_left_in_order({start: edges[start] for start in starts} | edges)))


def knots(following: Mapping[Node, Iterable[Node]]) -> list[set[Node]]:
    """Groups of nodes that all reach each other, each before those behind it; edges to nodes that are no key are left out."""
    return list(_knots({node: [target for target in targets if target in following] for node, targets in following.items()}))


def _knots(edges: Mapping[Node, list[Node]]) -> Iterator[set[Node]]:
    """Groups of nodes that all reach each other, each before those behind it (Kosaraju's algorithm)."""
    preceding = reversed_edges(edges)
    grouped: set[Node] = set()
    for start in reversed(_left_in_order(edges)):
        group: set[Node] = set()
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node not in grouped:
                grouped.add(node)
                group.add(node)
                waiting.extend(preceding[node])
        if group:
            yield group


def _left_in_order(edges: Mapping[Node, list[Node]]) -> list[Node]:
    """The nodes in the order in which a walk through the whole graph leaves them for good."""
    left: list[Node] = []
    seen: set[Node] = set()
    for start in edges:
        path = [] if start in seen else [(start, iter(edges[start]))]
        seen.add(start)
        while path:
            node, targets = path[-1]
            ahead = next((target for target in targets if target not in seen), None)
            if ahead is None:
                left.append(node)
                path.pop()
            else:
                seen.add(ahead)
                path.append((ahead, iter(edges[ahead])))
    return left
