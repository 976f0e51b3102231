"""What does not run is refused with its code, its element and its line; every code of the reader has an example."""

from __future__ import annotations

import pytest

from engine.bpmn import CODES, Code
from engine.problems import Severity
from tests.engine.bpmn.diagram import between, errors, line_with, parsed
from tests.engine.bpmn.refused import Case
from tests.engine.bpmn.refused_data import DATA
from tests.engine.bpmn.refused_structures import STRUCTURES
from tests.engine.bpmn.refused_words import WORDS

CASES = [*WORDS, *DATA, *STRUCTURES]
FILE_LIMITS = {Code.TOO_DEEP, Code.MORE_PROBLEMS}
"""Tested at their limits, in `test_activities.py` and `tests/engine/check/test_hostile.py`."""
CHECKED_LATER = {Code.TIMER_TEXT, Code.DATE_WITHOUT_OFFSET, Code.FAST_CYCLE, Code.TIMER_KIND}
"""Timer texts are checked with the kernel's schedule, in `tests/engine/check`."""


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code.name}-{number}" for number, case in enumerate(CASES)])
def test_is_told_with_code_element_and_line(case: Case) -> None:
    problems = parsed(case.xml).problems
    found = [(p.element, p.line) for p in problems if p.code == case.code]
    assert (case.element, line_with(case.xml, case.mark)) in found, "\n".join(map(str, problems))


REFUSALS = [code for code in Code if code.startswith("BPMN-32")]


@pytest.mark.parametrize("case", [case for case in CASES if case.code in REFUSALS], ids=lambda case: case.code.name)
def test_a_refused_element_brings_no_complaints_about_its_surroundings(case: Case) -> None:
    others = [p for p in parsed(case.xml).problems if p.code != case.code and p.severity is Severity.ERROR]
    assert not others, "\n".join(map(str, others))


def test_an_element_with_a_misspelt_name_keeps_its_place_and_the_nearest_name_is_told() -> None:
    (problem,) = errors(between('<usertask id="n"/>'))
    assert (problem.code, problem.element) == (Code.ELEMENT_UNKNOWN, "n")
    assert problem.fix == "Did you mean “userTask”? Otherwise delete the element."


def test_no_name_is_proposed_where_none_is_near() -> None:
    (problem,) = errors(between('<zzz id="n"/>'))
    assert problem.fix == "Correct the name or delete the element."


def test_every_code_has_an_example() -> None:
    assert {case.code for case in CASES} | CHECKED_LATER | FILE_LIMITS == set(Code)


def test_every_code_is_explained_with_a_way_out() -> None:
    assert set(CODES) == set(Code)
    assert all(meaning.endswith(".") and fix.endswith(".") for meaning, fix in CODES.values())
    assert len({code.value for code in Code}) == len(Code)
