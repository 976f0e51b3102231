"""The table of `docs/conformance.md`; `python -m tests.conformance.differences_page` writes it into the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.feelin_differences import DIFFERENCES, Difference

BEGIN, END = "<!-- differences -->\n", "<!-- end of differences -->\n"


def page(differences: Iterable[Difference]) -> str:
    """The part of the page between the marks."""
    rows = (" | ".join(["", *map(_cell, one[:3]), one.reason, ""]).strip() for one in differences)
    return "\n".join([f"{BEGIN}| expression | Ringi | feelin 8.2 | the standard |", "|---|---|---|---|", *rows, END])


def _cell(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`" if text else "an empty text"


if __name__ == "__main__":
    file = Path(__file__).parents[2] / "docs/conformance.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: page(DIFFERENCES), text, flags=re.DOTALL), encoding="utf-8")
