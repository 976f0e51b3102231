"""By which side a line leaves an element, and by which it reaches the next."""

from __future__ import annotations

from tests.support.sketch.nodes import Node
from tests.support.sketch.rows import Edge, Sketch


def ports(sketch: Sketch, edge: Edge) -> tuple[str, str]:
    """The sides: right, left, top or bottom."""
    source, target = sketch.nodes[edge.source], sketch.nodes[edge.target]
    if edge.back is not None:
        return ("bottom", "bottom") if edge.back.under else ("top", "top")
    down = sketch.rows[target.id] - sketch.rows[source.id]
    leaving = [e for e in sketch.edges if e.source == source.id]
    turns = source.is_gateway or source.host is not None or len(leaving) > 1
    if down == 0:
        return _beside(sketch, edge, source)
    if down > 0:
        if turns:
            return "bottom", "left"
        return "right", "top" if target.is_gateway else "left"
    return "right", "left" if target.is_event else "bottom"


def _beside(sketch: Sketch, edge: Edge, source: Node) -> tuple[str, str]:
    """In one row a line is straight, unless something stands between."""
    first, last = sketch.columns[edge.source], sketch.columns[edge.target]
    row = sketch.rows[edge.source]
    between = any(sketch.rows[i] == row and first < sketch.columns[i] < last for i in sketch.nodes)
    return ("bottom", "bottom") if between or source.host is not None or edge.row != row else ("right", "left")


def touched(sketch: Sketch, node: Node, side: str) -> bool:
    """True when a line leaves or reaches the element at this side."""
    return any(
        (edge.source == node.id and ports(sketch, edge)[0] == side)
        or (edge.target == node.id and ports(sketch, edge)[1] == side)
        for edge in sketch.edges
    )
