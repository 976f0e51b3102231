"""Where the elements of a sketch stand: boxes for elements and their names, in points of the canvas (BPMN 2.0 §12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap
from typing import Final

from tests.support.drawing import Box
from tests.support.sketch.nodes import Node
from tests.support.sketch.ports import touched
from tests.support.sketch.rows import Edge, Sketch

EVENT: Final = 36.0
GATEWAY: Final = 50.0
DATA: Final = (36.0, 50.0)
TASK: Final = (100.0, 80.0)
GAP: Final = 50.0
LINE: Final = 14.0
CHARACTER: Final = 6.2
LABEL: Final = 90.0
LANE: Final = 24.0
INSIDE: Final = (24.0, 44.0, 24.0, 36.0)
"""Room inside a sub-process: left, above, right, below."""


@dataclass(kw_only=True)
class Layout:
    """Boxes of all elements and of their names, those inside of sub-processes included, and the rows' middles and borders."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    inner: dict[str, Layout] = field(default_factory=dict)
    tops: list[float] = field(default_factory=list)
    middles: list[float] = field(default_factory=list)
    bottoms: list[float] = field(default_factory=list)
    width: float = 0
    height: float = 0


def text_box(text: str, most: float = LABEL) -> tuple[float, float]:
    """Width and height of a name that is wrapped."""
    lines = wrap(text, int(most / CHARACTER)) or [""]
    return max(len(one) for one in lines) * CHARACTER + 4, len(lines) * LINE


def arrange(sketch: Sketch, left: float, top: float) -> Layout:
    """Lay out a sketch with its corner at (left, top)."""
    layout = Layout()
    sizes = {node.id: _size(node) for node in sketch.nodes.values()}
    columns = _columns(sketch, sizes, left)
    _set_rows(sketch, sizes, layout, top)
    for node in sketch.nodes.values():
        if node.host is None:
            _stand(sketch, node, sizes[node.id], columns, layout, left)
    for node in sketch.nodes.values():
        if node.host is None:
            _attach(sketch, node, layout)
    for node in sketch.nodes.values():
        _name(sketch, node, layout)
    layout.width = max([b.x + b.width for b in (*layout.boxes.values(), *layout.labels.values())]) - left
    layout.height = layout.bottoms[-1] - top
    return layout


def _size(node: Node) -> tuple[float, float]:
    if node.is_event:
        return EVENT, EVENT
    if node.is_gateway:
        return GATEWAY, GATEWAY
    if node.is_data:
        return DATA
    if node.contents is None:
        return TASK
    inner = arrange(node.contents, 0, 0)
    return max(inner.width + INSIDE[0] + INSIDE[2], text_box(node.name, 400)[0] + 20), inner.height + INSIDE[1] + INSIDE[3]


def floats(node: Node) -> bool:
    """True for an event sub-process, which no flow joins to the columns."""
    return node.attributes.get("triggeredByEvent") == "true"


def _columns(sketch: Sketch, sizes: dict[str, tuple[float, float]], left: float) -> list[float]:
    """The left borders of the columns, and that of the one behind the last."""
    count = max(sketch.columns.values(), default=0) + 1
    borders = [left]
    for column in range(count):
        inside = [n for n in sketch.nodes.values() if sketch.columns[n.id] == column and not floats(n) and n.host is None]
        width = max((sizes[n.id][0] for n in inside), default=0)
        named = [edge for edge in sketch.edges if sketch.columns[edge.source] == column and edge.line.name]
        gap = max([GAP, *(text_box(edge.line.name)[0] + 24 for edge in named)])
        borders.append(borders[-1] + width + gap)
    return borders


def _set_rows(sketch: Sketch, sizes: dict[str, tuple[float, float]], layout: Layout, top: float) -> None:
    y = top
    for row in range(sketch.height):
        inside = [n for n in sketch.nodes.values() if sketch.rows[n.id] == row]
        height = max((sizes[n.id][1] for n in inside if n.host is None), default=10)
        above, below = _room(sketch, row, inside, height)
        y += above
        layout.tops.append(y)
        layout.middles.append(y + height / 2)
        layout.bottoms.append(y + height + below)
        y += height + below + 20


def _room(sketch: Sketch, row: int, inside: list[Node], height: float) -> tuple[float, float]:
    """What a row needs above and below its elements: for names that stick out, boundary events and lines that lead back."""
    above = below = 0.0
    for node in inside:
        if node.host is not None:
            below = max(below, EVENT / 2 + text_box(node.name)[1] + 4)
        elif node.has_label and node.name:
            need = max(0.0, (_size(node)[1] - height) / 2 + text_box(node.name)[1] + 6)
            if touched(sketch, node, "bottom"):
                above = max(above, need)
            else:
                below = max(below, need)
    for edge in sketch.edges:
        if edge.back is None:
            continue
        over, under = _rows_of_back(sketch, edge)
        above += (LANE + (LINE if edge.line.name else 0)) if over == row else 0
        below += LANE if under == row else 0
    return above, below


def _rows_of_back(sketch: Sketch, edge: Edge) -> tuple[int | None, int | None]:
    assert edge.back is not None, "a line that leads back"
    rows = (sketch.rows[edge.source], sketch.rows[edge.target])
    return (None, max(rows)) if edge.back.under else (min(rows), None)


def _stand(sketch: Sketch, node: Node, size: tuple[float, float], columns: list[float], layout: Layout, left: float) -> None:
    column = sketch.columns[node.id]
    widths = [_size(n)[0] for n in sketch.nodes.values() if sketch.columns[n.id] == column and not floats(n) and not n.host]
    x = left if floats(node) and column == 0 else columns[column] + (0 if floats(node) else (max(widths) - size[0]) / 2)
    y = layout.middles[sketch.rows[node.id]] - size[1] / 2
    layout.boxes[node.id] = Box(x, y, *size)
    if node.contents is not None:
        layout.inner[node.id] = arrange(node.contents, x + INSIDE[0], y + INSIDE[1])


def _attach(sketch: Sketch, host: Node, layout: Layout) -> None:
    """The first boundary event stands rightmost, so that no line crosses another; one alone leaves room for markers."""
    attached = [n for n in sketch.nodes.values() if n.host == host.id]
    box = layout.boxes[host.id]
    for number, node in enumerate(attached):
        parts = max(len(attached), 2)
        middle = box.x + box.width * (parts - number - 0.5) / parts
        layout.boxes[node.id] = Box(middle - EVENT / 2, box.y + box.height - EVENT / 2, EVENT, EVENT)


def _name(sketch: Sketch, node: Node, layout: Layout) -> None:
    if not node.name or not node.has_label:
        return
    box, (width, height) = layout.boxes[node.id], text_box(node.name)
    middle = box.x + box.width / 2
    if node.host is not None:
        first = next(n.id for n in sketch.nodes.values() if n.host == node.host)
        x = middle + 6 if node.id == first else middle - 6 - width
        layout.labels[node.id] = Box(x, box.y + box.height + 2, width, height)
    elif touched(sketch, node, "bottom"):
        x = middle - 8 - width if touched(sketch, node, "top") else middle - width / 2
        layout.labels[node.id] = Box(x, box.y - height - 5, width, height)
    else:
        layout.labels[node.id] = Box(middle - width / 2, box.y + box.height + 5, width, height)


def flow_label(edge: Edge, points: list[tuple[float, float]]) -> Box:
    """Where the name of a flow stands: above the first piece of it that lies flat."""
    width, height = text_box(edge.line.name)
    for (x, y), (u, v) in pairwise(points):
        if y == v and abs(x - u) > 10:
            return Box(x + 6 if u > x else x - 6 - width, y - height - 3, width, height)
    (x, y) = points[0]
    return Box(x + 6, y + 6, width, height)
