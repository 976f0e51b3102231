"""A BPMN file as an SVG picture, drawn from its diagram interchange (BPMN 2.0 §12).

`python -m tests.support.picture.drawn FILE.bpmn > FILE.svg`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import wrap

from lxml import etree

from tests.support.drawing import NS, Box
from tests.support.picture import shapes
from tests.support.picture.marks import INK, PAPER, path

Point = tuple[float, float]
MARGIN = 14.0
CHARACTER = 6.2
LINE = 14.0


def svg(xml: bytes, title: str = "") -> str:
    """The picture of a diagram; `title` is what a screen reader says."""
    root = etree.fromstring(xml)
    elements = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id") and not _is_drawing(e)}
    boxes, drawn = [], []
    for shape in root.iterfind(".//di:BPMNShape", NS):
        element, box = elements[shape.get("bpmnElement")], _box(shape.find("dc:Bounds", NS))
        drawn += _shape(element, box, shape)
        boxes += [box, *_label_box(shape)]
    for edge in root.iterfind(".//di:BPMNEdge", NS):
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("dd:waypoint", NS)]
        drawn += _edge(elements[edge.get("bpmnElement")], points, elements, edge)
        boxes += [Box(x, y, 0, 0) for x, y in points] + _label_box(edge)
    return _page(boxes, "".join(drawn), title)


def _page(boxes: list[Box], drawn: str, title: str) -> str:
    left, top = min(b.x for b in boxes) - MARGIN, min(b.y for b in boxes) - MARGIN
    width, height = max(b.x + b.width for b in boxes) + MARGIN - left, max(b.y + b.height for b in boxes) + MARGIN - top
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="system-ui, \'Segoe UI\', Arial, sans-serif" font-size="12" fill="{INK}">'
        f'{named}<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="6" fill="{PAPER}"/>{drawn}</svg>\n'
    )


def _is_drawing(element: etree._Element) -> bool:
    return str(element.tag).startswith(tuple(f"{{{NS[prefix]}}}" for prefix in ("di", "dc", "dd")))


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _label_box(drawn: etree._Element) -> list[Box]:
    bounds = drawn.find("di:BPMNLabel/dc:Bounds", NS)
    return [] if bounds is None else [_box(bounds)]


# -- shapes --------------------------------------------------------------------------------------------------------------


def _shape(element: etree._Element, box: Box, shape: etree._Element) -> Iterator[str]:
    kind, name = shapes.local(element), element.get("name") or ""
    labels = _label_box(shape)
    if kind.endswith("Event"):
        yield shapes.event(element, box) + _beside(name, labels)
    elif kind.endswith("Gateway"):
        yield shapes.gateway(element, box) + _beside(name, labels)
    elif kind in ("participant", "lane"):
        yield shapes.pool(box) + _upright(name, Box(box.x, box.y, 30, box.height))
    elif kind == "dataObjectReference":
        yield shapes.data_object(box) + _beside(name, labels)
    elif kind == "dataStoreReference":
        yield shapes.data_store(box) + _beside(name, labels)
    elif kind == "textAnnotation":
        yield path(f"M{box.x + 12:g} {box.y:g} H{box.x:g} V{box.y + box.height:g} H{box.x + 12:g}")
        yield _text(element.findtext("bpmn:text", "", NS), Box(box.x + 6, box.y, box.width - 6, box.height))
    else:
        yield from _activity(element, box, name, expanded=shapes.is_true(shape, "isExpanded"))


def _activity(element: etree._Element, box: Box, name: str, *, expanded: bool) -> Iterator[str]:
    yield shapes.activity(element, box, expanded)
    if expanded:
        yield _text(name, Box(box.x + 8, box.y + 7, box.width - 16, LINE), size=400)
    else:
        yield _text(name, Box(box.x + 5, box.y, box.width - 10, box.height))


def _beside(name: str, labels: list[Box]) -> str:
    return _text(name, labels[0], halo=True) if name and labels else ""


def _text(text: str, box: Box, size: float = 0, *, halo: bool = False) -> str:
    """Lines in the middle of a box."""
    lines = wrap(text, max(int((size or box.width) / CHARACTER), 6))
    middle, first = box.x + box.width / 2, box.y + box.height / 2 - LINE * (len(lines) - 1) / 2 + 4
    rows = "".join(f'<tspan x="{middle:g}" y="{first + LINE * n:g}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    around = f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if halo else ""
    return f'<text text-anchor="middle"{around}>{rows}</text>' if lines else ""


def _upright(text: str, box: Box) -> str:
    x, y = box.x + box.width / 2 + 4, box.y + box.height / 2
    return f'<text text-anchor="middle" transform="translate({x:g} {y:g}) rotate(-90)">{escape(text)}</text>'


# -- lines ---------------------------------------------------------------------------------------------------------------


def _edge(
    element: etree._Element, points: list[Point], elements: dict[str | None, etree._Element], edge: etree._Element
) -> Iterator[str]:
    kind = shapes.local(element)
    d = _rounded_line(points)
    if kind == "sequenceFlow":
        yield path(d, stroke=1.5) + _head(points, filled=True) + _beginning(element, points, elements)
    elif kind == "messageFlow":
        yield path(d, more=' stroke-dasharray="8 5"') + _head(points, filled=False)
        yield shapes.at(*points[0], f'<circle r="3.5" fill="{PAPER}" stroke="{INK}" stroke-width="1.2"/>')
    else:
        dots = ' stroke-dasharray="1.5 4" stroke-linecap="round"'
        directed = element.get("associationDirection") == "One" or kind.startswith("data")
        yield path(d, more=dots) + (_open_head(points) if directed else "")
    yield _beside(element.get("name") or "", _label_box(edge))


def _rounded_line(points: list[Point]) -> str:
    """The corners of a line are a little round."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x, y), (u, v) = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{x:g} {y:g} Q{corner[0]:g} {corner[1]:g} {u:g} {v:g}")
    return " ".join([*parts, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _towards(start: Point, goal: Point) -> Point:
    (x, y), (u, v) = start, goal
    length = abs(u - x) + abs(v - y)
    step = min(6.0, length / 2) / (length or 1)
    return x + (u - x) * step, y + (v - y) * step


def _angle(points: list[Point]) -> int:
    (x, y), (u, v) = points[-2], points[-1]
    if abs(u - x) >= abs(v - y):
        return 0 if u >= x else 180
    return 90 if v > y else 270


def _head(points: list[Point], *, filled: bool) -> str:
    (x, y) = points[-1]
    tip = path("M-10 -4.5 L0 0 L-10 4.5 Z", filled=filled, stroke=1.2)
    tip = tip if filled else tip.replace('fill="none"', f'fill="{PAPER}"')
    return f'<g transform="translate({x:g} {y:g}) rotate({_angle(points)})">{tip}</g>'


def _open_head(points: list[Point]) -> str:
    (x, y) = points[-1]
    return f'<g transform="translate({x:g} {y:g}) rotate({_angle(points)})">{path("M-9 -5 L0 0 L-9 5")}</g>'


def _beginning(element: etree._Element, points: list[Point], elements: dict[str | None, etree._Element]) -> str:
    """A stroke across the default flow, a small diamond where an activity has a condition."""
    source = elements[element.get("sourceRef")]
    (x, y) = points[0]
    turn = f'<g transform="translate({x:g} {y:g}) rotate({_angle(points[:2])})">'
    if source.get("default") == element.get("id"):
        return f"{turn}{path('M6 6 L12 -6', stroke=1.5)}</g>"
    if shapes.has(element, "conditionExpression") and not shapes.local(source).endswith("Gateway"):
        diamond = path("M0 0 L8 -5 L16 0 L8 5 Z").replace('fill="none"', f'fill="{PAPER}"')
        return f"{turn}{diamond}</g>"
    return ""


if __name__ == "__main__":
    file = Path(sys.argv[1])
    sys.stdout.write(svg(file.read_bytes(), file.stem))
