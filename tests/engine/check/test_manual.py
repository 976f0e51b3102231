"""The manual's page of problem codes is the table in the code."""

from __future__ import annotations

from pathlib import Path

from engine import bpmn, dmn, xml
from engine.check import CODES
from engine.check.manual import problems_page
from engine.check.other_engines import other_engines_page

OTHER_ENGINES = Path(__file__).parents[3] / "docs" / "other-engines.md"
PAGE = Path(__file__).parents[3] / "docs" / "problems.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == problems_page(), "run: python -m engine.check.manual > docs/problems.md"


def test_the_page_has_a_row_for_each_code_and_no_code_twice() -> None:
    codes = [*xml.CODES, *bpmn.CODES, *dmn.CODES, *CODES]
    assert len(codes) == len(set(codes))
    assert all(f"| {code} |" in problems_page() for code in codes)


def test_the_page_about_other_engines_is_up_to_date() -> None:
    found = OTHER_ENGINES.read_text(encoding="utf-8")
    assert found == other_engines_page(), "run: python -m engine.check.other_engines > docs/other-engines.md"
