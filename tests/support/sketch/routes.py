"""How the lines of a sketch run: upright and level pieces only."""

from __future__ import annotations

from tests.support.drawing import Box
from tests.support.sketch.layout import LANE, Layout
from tests.support.sketch.ports import ports
from tests.support.sketch.rows import Edge, Sketch

Point = tuple[float, float]


def route(sketch: Sketch, layout: Layout, edge: Edge) -> list[Point]:
    """The corners of a line, both ends included."""
    leaving, entering = ports(sketch, edge)
    start, goal = _side(layout.boxes[edge.source], leaving), _side(layout.boxes[edge.target], entering)
    if edge.back is not None:
        return _around(start, goal, _lane(sketch, layout, edge))
    if (leaving, entering) == ("bottom", "bottom"):
        row = sketch.rows[edge.source]
        level = layout.middles[edge.row] if edge.row > row else layout.bottoms[row] + 8
        return _around(start, goal, level)
    if leaving == "right" and entering == "left":
        return _corridor(start, goal)
    corner = (start[0], goal[1]) if leaving == "bottom" else (goal[0], start[1])
    return [start, corner, goal]


def _around(start: Point, goal: Point, level: float) -> list[Point]:
    return [start, (start[0], level), (goal[0], level), goal]


def _corridor(start: Point, goal: Point) -> list[Point]:
    if start[1] == goal[1]:
        return [start, goal]
    middle = goal[0] - 24
    return [start, (middle, start[1]), (middle, goal[1]), goal]


def _lane(sketch: Sketch, layout: Layout, edge: Edge) -> float:
    """Lines that lead back over the same row have levels of their own."""
    assert edge.back is not None, "a line that leads back"
    rows = (sketch.rows[edge.source], sketch.rows[edge.target])
    pick = max if edge.back.under else min
    row = pick(rows)
    alike = [
        e
        for e in sketch.edges
        if e.back is not None and e.back.under == edge.back.under and pick(sketch.rows[e.source], sketch.rows[e.target]) == row
    ]
    number = alike.index(edge)
    return layout.bottoms[row] - LANE * number - 6 if edge.back.under else layout.tops[row] - 18 - LANE * number


def _side(box: Box, side: str) -> Point:
    middle, level = box.x + box.width / 2, box.y + box.height / 2
    return {
        "right": (box.x + box.width, level),
        "left": (box.x, level),
        "top": (middle, box.y),
        "bottom": (middle, box.y + box.height),
    }[side]
