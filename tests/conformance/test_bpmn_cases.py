"""The public BPMN execution cases, when their folder is at hand: `BPMN_CASES` names the folder that holds cases.json."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.bpmn_cases import Result, cases, run
from tests.conformance.bpmn_differences import BROKEN, EXECUTED, FAILING, NOT_REFUSED, cases_of
from tests.conformance.bpmn_words import translated

FOLDER = os.environ.get("BPMN_CASES", "")


@pytest.fixture(scope="module")
def results() -> list[Result]:
    if not FOLDER:
        pytest.skip("BPMN_CASES names no folder with the cases")
    return [run(case) for case in cases(Path(FOLDER))]


def _split(results: list[Result]) -> tuple[list[Result], list[Result]]:
    refused = [result for result in results if result.case.group == "constraints"]
    return [result for result in results if result not in refused], refused


def test_diagrams_that_the_standard_allows_are_executed_as_it_says(results: list[Result]) -> None:
    executed, _ = _split(results)
    assert len(executed) == EXECUTED
    assert {result.case.id for result in executed if not result.passed} == cases_of(FAILING)


def test_models_that_break_the_standard_are_refused(results: list[Result]) -> None:
    _, refused = _split(results)
    assert len(refused) == BROKEN
    assert {result.case.id for result in refused if not result.passed} == cases_of(NOT_REFUSED)
    assert len(cases_of(NOT_REFUSED)) / BROKEN <= 0.05


def test_words_of_the_cases_become_jobs_and_feel() -> None:
    xml = b"""<d xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><scriptTask id="t"><documentation>d</documentation>
    <script>SCRIPT_task1</script></scriptTask><conditionExpression>!test.contains("a")</conditionExpression>
    <loopCardinality>${integerVariable}</loopCardinality><loopCardinality>3</loopCardinality></d>"""
    made = translated(xml).decode()
    assert 'type="case.SCRIPT_task1"' in made
    assert '>=not(contains(test, "a"))<' in made
    assert ">=integerVariable<" in made
    assert ">3<" in made
