"""Small questions about directed graphs, for rules about flows and calls."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def on_circles(following: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """The nodes that can reach themselves, in the order of `following`. Nodes that are no key are left out."""
    edges = {node: [target for target in targets if target in following] for node, targets in following.items()}
    # What nothing leads to, or what leads nowhere, is on no circle; mostly nothing is left after that.
    kept = _peeled(_peeled(edges), backwards=True)
    return [node for node in kept if node in reachable(kept, kept[node])]


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


def _peeled(following: dict[Node, list[Node]], *, backwards: bool = False) -> dict[Node, list[Node]]:
    edges = reversed_edges(following) if backwards else following
    counts = dict.fromkeys(edges, 0)
    for targets in edges.values():
        for target in targets:
            counts[target] += 1
    free = [node for node, count in counts.items() if count == 0]
    while free:
        node = free.pop()
        del counts[node]
        for target in edges[node]:
            counts[target] -= 1
            if counts[target] == 0:
                free.append(target)
    return {node: [target for target in targets if target in counts] for node, targets in following.items() if node in counts}
