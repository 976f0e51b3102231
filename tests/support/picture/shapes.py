"""Elements of BPMN 2.0 as SVG: events, gateways, activities, pools and data (notation: BPMN 2.0 §7.3)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from tests.support.drawing import NS, Box
from tests.support.picture import marks
from tests.support.picture.marks import INK, PAPER, path

TRIGGERED: Final = "EventDefinition"


def at(x: float, y: float, drawn: str, scale: float = 1) -> str:
    """Something drawn around (0, 0), moved."""
    grown = f" scale({scale:g})" if scale != 1 else ""
    return f'<g transform="translate({x:g} {y:g}){grown}">{drawn}</g>'


def is_true(element: etree._Element, name: str) -> bool:
    """A flag of BPMN."""
    return element.get(name) in ("true", "1")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def has(element: etree._Element, name: str) -> bool:
    """Whether a child of BPMN is there."""
    return element.find(f"bpmn:{name}", NS) is not None


# -- events --------------------------------------------------------------------------------------------------------------


def event(element: etree._Element, box: Box) -> str:
    """Thin for a start, double in the middle, thick for an end; dashed where nothing is interrupted."""
    kind = local(element)
    dash = ' stroke-dasharray="5 3.5"' if "false" in (element.get("isInterrupting"), element.get("cancelActivity")) else ""
    radius = box.width / 2
    ring = marks.shape("circle", r=f"{radius:g}", stroke=3.6 if kind == "endEvent" else 1.6, more=dash).replace(
        'fill="none"', f'fill="{PAPER}"'
    )
    if kind not in ("startEvent", "endEvent"):
        ring += marks.shape("circle", r=f"{radius - 3.6:g}", stroke=1.6, more=dash)
    mark = trigger(element)
    throws = kind in ("endEvent", "intermediateThrowEvent")
    sign = at(0, 0, marks.TRIGGERS[mark](throws), 1 if kind in ("startEvent", "endEvent") else 0.9) if mark else ""
    return at(box.x + radius, box.y + radius, ring + sign)


def trigger(element: etree._Element) -> str:
    """The sign of an event: its trigger, or one of those for several."""
    found = [local(child) for child in element if isinstance(child.tag, str) and local(child).endswith(TRIGGERED)]
    if len(found) > 1:
        return "parallelMultiple" if is_true(element, "parallelMultiple") else "multiple"
    return found[0].removesuffix(TRIGGERED) if found else ""


# -- gateways ------------------------------------------------------------------------------------------------------------


def gateway(element: etree._Element, box: Box) -> str:
    """A diamond with its sign."""
    half = box.width / 2
    diamond = path(f"M0 {-half:g} L{half:g} 0 L0 {half:g} L{-half:g} 0 Z", stroke=1.6).replace('fill="none"', f'fill="{PAPER}"')
    return at(box.x + half, box.y + half, diamond + _sign(element))


def _sign(element: etree._Element) -> str:
    if local(element) == "eventBasedGateway":
        starts = is_true(element, "instantiate")
        ring = marks.shape("circle", r="13.5") + ("" if starts else marks.shape("circle", r="10.8"))
        both = element.get("eventGatewayType") == "Parallel"
        return ring + at(0, 0, (marks.plus if both else marks.pentagon)(False), 0.82 if starts else 0.72)
    return {
        "exclusiveGateway": at(0, 0, marks.path("M-7 -9 L7 9 M7 -9 L-7 9", stroke=3.6)),
        "parallelGateway": marks.path("M0 -12 V12 M-12 0 H12", stroke=3.6),
        "inclusiveGateway": marks.shape("circle", r="11", stroke=3),
        "complexGateway": marks.path("M0 -12 V12 M-12 0 H12 M-8.5 -8.5 L8.5 8.5 M8.5 -8.5 L-8.5 8.5", stroke=3),
    }[local(element)]


# -- activities ----------------------------------------------------------------------------------------------------------


def activity(element: etree._Element, box: Box, expanded: bool) -> str:
    """Thick for a call, double for a transaction, dotted for what an event starts."""
    kind = local(element)
    dots = ' stroke-dasharray="1.5 4" stroke-linecap="round"' if is_true(element, "triggeredByEvent") else ""
    drawn = _rounded(box, 10, 4 if kind == "callActivity" else 1.6, dots)
    if kind == "transaction":
        drawn += _rounded(Box(box.x + 3.5, box.y + 3.5, box.width - 7, box.height - 7), 7, 1.6, "")
    if kind in marks.TASKS:
        sign = marks.TASKS[kind](False)
        if kind == "receiveTask" and is_true(element, "instantiate"):
            sign = marks.shape("circle", r="11") + at(0, 0, sign, 0.75)
        drawn += at(box.x + 16, box.y + 15, sign, 0.95)
    signs = _markers(element, expanded)
    left = box.x + box.width / 2 - 11 * (len(signs) - 1)
    return drawn + "".join(at(left + 22 * n, box.y + box.height - 13, sign) for n, sign in enumerate(signs))


def _rounded(box: Box, radius: float, stroke: float, more: str) -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}" fill="{PAPER}" '
        f'stroke="{INK}" stroke-width="{stroke:g}"{more}/>'
    )


def _markers(element: etree._Element, expanded: bool) -> list[str]:
    found = []
    loop = element.find("bpmn:multiInstanceLoopCharacteristics", NS)
    if loop is not None:
        found.append(marks.level(False) if is_true(loop, "isSequential") else marks.upright(False))
    if has(element, "standardLoopCharacteristics"):
        found.append(marks.looped(False))
    if is_true(element, "isForCompensation"):
        found.append(marks.rewind(False))
    if local(element) in ("subProcess", "transaction", "adHocSubProcess") and not expanded:
        found.append(marks.closed(False))
    if local(element) == "adHocSubProcess":
        found.append(marks.tilde(False))
    return found


# -- pools, lanes, data --------------------------------------------------------------------------------------------------


def pool(box: Box) -> str:
    """A pool or lane with room for its name at the left."""
    return _rounded(box, 0, 1.4, "") + path(f"M{box.x + 30:g} {box.y:g} V{box.y + box.height:g}")


def data_object(box: Box) -> str:
    """A sheet with a folded corner."""
    right, bottom, fold = box.x + box.width, box.y + box.height, 11
    outline = f"M{box.x:g} {box.y:g} H{right - fold:g} L{right:g} {box.y + fold:g} V{bottom:g} H{box.x:g} Z"
    return path(f"{outline} M{right - fold:g} {box.y:g} V{box.y + fold:g} H{right:g}").replace('fill="none"', f'fill="{PAPER}"')


def data_store(box: Box) -> str:
    """A drum."""
    x, y, w, h = box.x, box.y, box.width, box.height
    arc = f"M{x:g} {y + 7:g} C{x:g} {y - 2:g} {x + w:g} {y - 2:g} {x + w:g} {y + 7:g}"
    rings = "".join(
        f" M{x:g} {y + d:g} C{x:g} {y + d + 9:g} {x + w:g} {y + d + 9:g} {x + w:g} {y + d:g}" for d in (7, 12, 17, h - 7)
    )
    sides = f" M{x:g} {y + 7:g} V{y + h - 7:g} M{x + w:g} {y + 7:g} V{y + h - 7:g}"
    return path(arc + rings + sides)
