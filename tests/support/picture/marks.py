"""The small signs of BPMN 2.0 (tables 10.89–10.93, 10.3.8), drawn around the point (0, 0) of an SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from typing import Final

INK: Final = "#1f2d3d"
PAPER: Final = "#ffffff"


def shape(tag: str, *, filled: bool = False, stroke: float = 1.4, more: str = "", **given: float | str) -> str:
    """An SVG element with a dark border, filled dark or left white."""
    attributes = "".join(
        f' {name}="{value:g}"' if isinstance(value, float) else f' {name}="{value}"' for name, value in given.items()
    )
    fill = INK if filled else "none"
    return f'<{tag}{attributes} fill="{fill}" stroke="{INK}" stroke-width="{stroke:g}" stroke-linejoin="round"{more}/>'


def path(d: str, *, filled: bool = False, stroke: float = 1.4, more: str = "") -> str:
    """A path."""
    return shape("path", filled=filled, stroke=stroke, more=more, d=d)


def white(d: str) -> str:
    """Lines that are cut out of something dark."""
    return f'<path d="{d}" fill="none" stroke="{PAPER}" stroke-width="1.3" stroke-linejoin="round"/>'


def envelope(filled: bool) -> str:
    """Message."""
    flap = "M-8.5 -5.5 L0 1 L8.5 -5.5"
    return path("M-8.5 -5.8 H8.5 V5.8 H-8.5 Z", filled=filled) + (white(flap) if filled else path(flap))


def clock(filled: bool) -> str:
    """Timer."""
    angles = [pi * n / 6 for n in range(12)]
    ticks = "".join(f"M{9.6 * sin(a):.1f} {-9.6 * cos(a):.1f} L{7.6 * sin(a):.1f} {-7.6 * cos(a):.1f}" for a in angles)
    return shape("circle", r="9.8") + path(ticks, stroke=1) + path("M1.8 -7 L0 0 L4.5 1.2", more=' stroke-linecap="round"')


def lightning(filled: bool) -> str:
    """Error."""
    return path("M-8.6 7.8 L-3.6 -7.2 L2.6 1.6 L8.4 -8.4 L3.9 7.4 L-2.4 -1 Z", filled=filled)


def upward(filled: bool) -> str:
    """Escalation."""
    return path("M0 -9.4 L7 8.4 L0 1.8 L-7 8.4 Z", filled=filled)


def triangle(filled: bool) -> str:
    """Signal."""
    return path("M0 -9 L8.8 6.4 H-8.8 Z", filled=filled)


def sheet(filled: bool) -> str:
    """Condition."""
    return path("M-6.5 -8.6 H6.5 V8.6 H-6.5 Z") + path(
        "M-4.2 -5.4 H4.2 M-4.2 -1.8 H4.2 M-4.2 1.8 H4.2 M-4.2 5.4 H4.2", stroke=1.2
    )


def arrow(filled: bool) -> str:
    """Link."""
    return path("M-9.2 -3.4 H1.4 V-7.4 L9.4 0 L1.4 7.4 V3.4 H-9.2 Z", filled=filled)


def disc(filled: bool) -> str:
    """Terminate."""
    return shape("circle", r="9.6", filled=True)


def cross(filled: bool) -> str:
    """Cancel."""
    return path(
        "M-8.8 -5.8 L-5.8 -8.8 L0 -3 L5.8 -8.8 L8.8 -5.8 L3 0 L8.8 5.8 L5.8 8.8 L0 3 L-5.8 8.8 L-8.8 5.8 L-3 0 Z", filled=filled
    )


def rewind(filled: bool) -> str:
    """Compensation."""
    return path("M-0.6 -6.6 V6.6 L-9 0 Z M8 -6.6 V6.6 L-0.4 0 Z", filled=filled)


def pentagon(filled: bool) -> str:
    """One of several triggers."""
    corners = [(9 * sin(2 * pi * n / 5), -9 * cos(2 * pi * n / 5)) for n in range(5)]
    return path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z", filled=filled)


def plus(filled: bool) -> str:
    """All of several triggers."""
    return path("M-2.6 -9 H2.6 V-2.6 H9 V2.6 H2.6 V9 H-2.6 V2.6 H-9 V-2.6 H-2.6 Z", filled=filled)


TRIGGERS: Final[Mapping[str, Callable[[bool], str]]] = {
    "message": envelope,
    "timer": clock,
    "error": lightning,
    "escalation": upward,
    "signal": triangle,
    "conditional": sheet,
    "link": arrow,
    "terminate": disc,
    "cancel": cross,
    "compensate": rewind,
    "multiple": pentagon,
    "parallelMultiple": plus,
}
"""What stands in the circle of an event."""


def person(filled: bool) -> str:
    """User task."""
    body = path("M-7.5 8 C-7.5 1.5 -4 0.2 -2.6 0 L2.6 0 C4 0.2 7.5 1.5 7.5 8 Z") + path("M-3.6 8 V5 M3.6 8 V5", stroke=1)
    return body + f'<circle cy="-3.6" r="4" fill="{PAPER}" stroke="{INK}" stroke-width="1.4"/>'


def gear(filled: bool) -> str:
    """Service task."""
    corners = []
    for tooth in range(8):
        for radius, shift in ((6.1, -0.26), (8.4, -0.15), (8.4, 0.15), (6.1, 0.26)):
            angle = 2 * pi * tooth / 8 + shift
            corners.append(f"{radius * sin(angle):.1f} {-radius * cos(angle):.1f}")
    return path("M" + " L".join(corners) + " Z", stroke=1.2) + shape("circle", r="2.8", stroke=1.2)


def scroll(filled: bool) -> str:
    """Script task."""
    edge = "M-3.4 -8 H7.4 C3.4 -4.6 4.2 -2.6 5.6 0 C7 2.8 7.2 5 3.4 8 H-7.4 C-3.6 5 -3.8 2.8 -5.2 0 C-6.6 -2.6 -7 -5 -3.4 -8 Z"
    return path(edge) + path("M-3.4 -4.8 H2.4 M-3.2 -1.6 H2.8 M-2 1.6 H4 M-1.8 4.8 H3.4", stroke=1.1)


def table(filled: bool) -> str:
    """Business rule task."""
    head = f'<rect x="-8.5" y="-6.5" width="17" height="4.2" fill="#c9d3df" stroke="{INK}" stroke-width="1.2"/>'
    return head + path("M-8.5 -6.5 H8.5 V6.5 H-8.5 Z M-8.5 2.1 H8.5 M-3 -2.3 V6.5", stroke=1.2)


def hand(filled: bool) -> str:
    """Manual task."""
    outline = (
        "M-8.5 -2.4 C-6.8 -4.6 -4.6 -6.4 -3 -6.6 H2.2 C3.8 -6.4 3.8 -4 2.2 -3.8 H-0.6 H7.2 C8.9 -3.6 8.9 -1.3 7.2 -1.1 H1.8 "
        "H7.6 C9.1 -0.9 9.1 1.3 7.6 1.5 H1.8 H6.6 C8 1.7 8 3.8 6.6 4 H1.6 H5 C6.3 4.2 6.3 6.3 5 6.5 H-3.4 "
        "C-6 6.5 -7.4 5.6 -8.5 4.4 Z"
    )
    return path(outline, stroke=1.2)


TASKS: Final[Mapping[str, Callable[[bool], str]]] = {
    "userTask": person,
    "serviceTask": gear,
    "scriptTask": scroll,
    "businessRuleTask": table,
    "manualTask": hand,
    "sendTask": lambda _: envelope(True),
    "receiveTask": lambda _: envelope(False),
}
"""What stands in the corner of a task."""


def looped(filled: bool) -> str:
    """Standard loop."""
    return path("M-2.2 6 A6.2 6.2 0 1 1 2.6 5.8", stroke=1.6) + path("M-2 2.6 L-2 6.6 L-6 6.2", stroke=1.6)


def upright(filled: bool) -> str:
    """Multi-instance, at the same time."""
    return path("M-4.5 -6.5 V6.5 M0 -6.5 V6.5 M4.5 -6.5 V6.5", stroke=2.2)


def level(filled: bool) -> str:
    """Multi-instance, one after the other."""
    return path("M-6.5 -4.5 H6.5 M-6.5 0 H6.5 M-6.5 4.5 H6.5", stroke=2.2)


def tilde(filled: bool) -> str:
    """Ad hoc."""
    return path(
        "M-8 3.6 C-6.4 -5 -2.4 -5.4 0 -1 C2 2.8 6 2.6 8 -3.6 C6.6 5.4 2.4 6 0 1.6 C-2.2 -2.4 -6 -2.6 -8 3.6 Z",
        filled=True,
        stroke=0.8,
    )


def closed(filled: bool) -> str:
    """There is more inside."""
    return path("M-7 -7 H7 V7 H-7 Z M0 -4.4 V4.4 M-4.4 0 H4.4", stroke=1.3)
