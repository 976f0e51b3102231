"""The manual of the elements is whole: every element that runs has its row, its picture, its example, and true words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import bpmn, dmn, xml
from engine.api import Known, Severity, check_resources, compile_expression
from engine.bpmn import vocabulary
from engine.check import CODES
from engine.kernel import BEHAVIOURS, Code
from tests.manual.gallery import page
from tests.manual.pictures import FOLDER, NOT_DRAWN, pictures
from tests.manual.places import PAGES, PLACES, SECTIONS, Section
from tests.support.drawing import Drawing

ROOT = Path(__file__).parents[2]
ABOUT = ("32", "33", "34")
OF_NO_ELEMENT = (Code.STUCK, Code.ELEMENT_NOT_SUPPORTED, Code.START_NOT_POSSIBLE)
"""Failures of the engine itself, and of a start."""
KNOWN_CODES = {*xml.CODES, *bpmn.CODES, *dmn.CODES, *CODES, *(code.value for code in Code)}
ELEMENTS = [section for section in SECTIONS if section.pictures]
each_section = pytest.mark.parametrize("section", ELEMENTS, ids=lambda section: section.title)


def test_every_element_that_runs_has_a_row_with_its_picture() -> None:
    assert set(PLACES) == set(BEHAVIOURS) - set(NOT_DRAWN)
    assert {key.partition(":")[0] for key in PLACES} >= vocabulary.FLOW_NODES


def test_every_picture_is_current_and_none_is_left_over() -> None:
    wanted = dict(pictures())
    found = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir() if file.suffix != ".md"}
    assert found == wanted, "run: python -m tests.manual.pictures"


def test_every_picture_is_shown() -> None:
    shown = "".join((FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in PAGES)
    assert [name for name, _ in pictures() if f"({name})" not in shown] == []


@each_section
def test_a_section_says_what_an_analyst_needs(section: Section) -> None:
    heads = re.findall(r"^- \*\*([\w ]+):\*\*", section.text, flags=re.MULTILINE)
    assert heads == ["Fill in", "Ends", "Example", "Limits", "Problems"]
    assert "](example-" in section.text


@each_section
def test_the_feel_of_a_section_compiles(section: Section) -> None:
    texts = re.findall(r"`=([^`]+)`", section.text)
    assert texts or section.page in ("events", "gateways"), "an example in FEEL"
    for text in texts:
        compile_expression(text)


@each_section
def test_the_codes_of_a_section_exist(section: Section) -> None:
    named = re.findall(r"\b(?:BPMN|CHECK|KERNEL)-\d{4}\b", section.text)
    assert named
    assert set(named) <= KNOWN_CODES


def test_every_problem_of_an_element_is_told_where_the_manual_speaks_of_it() -> None:
    told = "".join(section.text for section in SECTIONS)
    of_elements = [
        *(code for code in Code if code.startswith("KERNEL-2")),
        *(code for code in bpmn.CODES if code[5:7] in ABOUT),
    ]
    assert [code for code in of_elements if code not in told and code not in OF_NO_ELEMENT] == []


def test_every_link_leads_somewhere() -> None:
    anchors = {(section.page, section.anchor) for section in SECTIONS}
    for name in PAGES:
        for target in re.findall(r"\]\(([^)#]*(?:#[\w-]+)?)\)", (FOLDER / f"{name}.md").read_text(encoding="utf-8")):
            file, _, anchor = target.partition("#")
            assert not file or (FOLDER / file).exists(), f"{name}.md: {target}"
            if anchor and file.removesuffix(".md") in ("", *PAGES):
                assert (file.removesuffix(".md") or name, anchor) in anchors, f"{name}.md: {target}"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.bpmn")), ids=lambda file: file.stem)
def test_an_example_is_taken_by_the_deploy_check_and_good_to_look_at(file: Path) -> None:
    problems = check_resources({file.name: file.read_bytes()}, known=Known(decisions=["discount"])).problems
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert list(Drawing(file).complaints()) == []


def test_the_page_of_all_elements_is_current() -> None:
    assert (ROOT / "docs/elements.md").read_text(encoding="utf-8") == page(), (
        "run: python -m tests.manual.gallery > docs/elements.md"
    )
