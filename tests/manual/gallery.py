"""`docs/elements.md`: all elements at a glance. `python -m tests.manual.gallery > docs/elements.md`."""

from __future__ import annotations

import sys
from typing import Final

from tests.manual.places import PAGES, SECTIONS, Section

HEAD: Final = """# The elements of a diagram

What can be drawn, what it does, what must be filled in, how it ends, and what goes wrong. Click a name to read more. What is
not here does not run: the diagram is not deployed, and the [problem](problems.md) says what to draw instead.
[Conformance](conformance.md) tells how each was tried, and how [43 workflow patterns](conformance.md#workflow-patterns)
are drawn.

Texts that begin with `=` are [FEEL](feel.md). The pictures of the examples are diagrams that you can open in the designer.

This page is made from those behind it: `python -m tests.manual.gallery > docs/elements.md`.
"""
_NAMES: Final = {
    "events": "Events",
    "tasks": "Tasks",
    "gateways": "Gateways",
    "sub-processes": "Sub-processes and calls",
    "loops": "Loops, mappings and flows",
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_table(page) for page in PAGES)])


def _table(page: str) -> str:
    rows = [_row(section) for section in SECTIONS if section.page == page]
    return "\n".join([f"## {_NAMES[page]}\n", "| | |", "|---|---|", *rows, ""])


def _row(section: Section) -> str:
    images = " ".join(f"![{place}](elements/{picture}.svg)" for picture, place, _ in section.pictures)
    return f"| [{section.title}](elements/{section.page}.md#{section.anchor}) | {images} |"


if __name__ == "__main__":
    sys.stdout.write(page())
