"""The table of workflow patterns holds: all 43, each with a current drawing that is good to look at, and a test of its own."""

from __future__ import annotations

import pytest

from engine.api import check_resources
from tests.conformance.patterns import FOLDER, PATTERNS, Pattern, proof
from tests.support.drawing import Drawing
from tests.support.sketch.file import bpmn_file

each_pattern = pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"WCP-{pattern.number}")


def test_there_are_43_in_the_order_of_their_numbers() -> None:
    assert [pattern.number for pattern in PATTERNS] == list(range(1, 44))
    assert len({pattern.name for pattern in PATTERNS}) == 43


@each_pattern
def test_its_stored_drawing_is_current(pattern: Pattern) -> None:
    assert pattern.file.read_bytes() == bpmn_file(pattern.draw()), "run: python -m tests.conformance.patterns"


@each_pattern
def test_its_drawing_is_taken_by_the_deploy_check(pattern: Pattern) -> None:
    checked = check_resources({pattern.file.name: pattern.file.read_bytes()})
    assert checked.ok
    assert {problem.code for problem in checked.problems} == set(pattern.warnings)


@each_pattern
def test_its_drawing_is_good_to_look_at(pattern: Pattern) -> None:
    assert list(Drawing(pattern.file).complaints()) == []


@each_pattern
def test_it_has_a_proof_its_own(pattern: Pattern) -> None:
    file, name = proof(pattern)
    assert f"def {name}(" in file.read_text(encoding="utf-8")


def test_no_drawing_is_left_over() -> None:
    assert sorted(FOLDER.iterdir()) == sorted(pattern.file for pattern in PATTERNS)
