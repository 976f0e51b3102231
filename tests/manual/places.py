"""Where the manual speaks of each element: read from its pages, which name the picture of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.kernel import BEHAVIOURS

FOLDER: Final = Path(__file__).parents[2] / "docs/elements"
PAGES: Final = ("events", "tasks", "gateways", "sub-processes", "loops")
"""In the order in which they are offered."""
_ROW: Final = re.compile(r"^\| !\[[^\]]+\]\(([\w-]+)\.svg\) \| ([^|]+) \| ([^|]+) \|$")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of a page, and its text."""

    page: str
    title: str
    text: str

    @property
    def anchor(self) -> str:
        """The end of a link to it."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")

    @property
    def pictures(self) -> list[tuple[str, str, str]]:
        """The rows of its table: the picture without its ending, the place, what happens."""
        return [found.groups() for line in self.text.splitlines() if (found := _ROW.match(line))]  # type: ignore[misc]


def sections() -> Iterator[Section]:
    """All sections of all pages."""
    for page in PAGES:
        parts = re.split(r"^## (.+)$", (FOLDER / f"{page}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
        for title, text in zip(parts[1::2], parts[2::2], strict=True):
            yield Section(page=page, title=title, text=text)


SECTIONS: Final = tuple(sections())


def places() -> dict[str, Section]:
    """The section of each row of the element table that has one."""
    of_picture = {picture: section for section in SECTIONS for picture, _, _ in section.pictures}
    return {key: of_picture[key.replace(":", "-")] for key in BEHAVIOURS if key.replace(":", "-") in of_picture}


PLACES: Final = places()
