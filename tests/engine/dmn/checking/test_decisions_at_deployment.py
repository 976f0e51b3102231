"""What a deployment hears of decision tables: warnings with file, decision and line, and never an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.check import check_resources
from engine.problems import Problem, Severity
from tests.engine.dmn.making import table_xml


def told(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> list[Problem]:
    checked = check_resources({"t.dmn": table_xml(rows, inputs, types=["number"], **options)})
    assert checked.ok, "whatever DMN allows can be deployed"
    return list(checked.problems)


@pytest.mark.parametrize(
    ("rows", "policy", "code", "field"),
    [
        ([["< 5", "1"], [">= 3", "2"]], "UNIQUE", "DMN-3102", "rule 1"),
        ([["-", "1"], [">= 3", "2"]], "UNIQUE", "DMN-3104", "rule 2"),
        ([["< 5", "1"], [">= 3", "2"]], "ANY", "DMN-3103", "rule 1"),
        ([["-", "1"], ["3", "2"]], "FIRST", "DMN-3106", "rule 2"),
        ([["< 3", "1"]], "FIRST", "DMN-3101", "rules"),
    ],
)
def test_findings_are_warnings_with_their_place(rows: list[list[str]], policy: str, code: str, field: str) -> None:
    (problem,) = told(rows, policy=policy)
    assert (problem.code, problem.severity, problem.resource) == (code, Severity.WARNING, "t.dmn")
    assert (problem.element, problem.field, problem.line) == ("t", field, 1)
    assert problem.message.startswith("“Table”: ")
    assert problem.fix


def test_the_line_is_that_of_the_rule() -> None:
    xml = table_xml([["-", "1"], ["3", "2"]], policy="FIRST").replace(b"<rule", b"\n<rule")
    (problem,) = check_resources({"t.dmn": xml}).problems
    assert problem.line == 3


def test_notes_are_for_who_asks_for_an_analysis() -> None:
    assert not told([["< 5", "1"], [">= 5", "2"]]), "a missing x is a note"
    assert not told([['contains(string(?), "a")', "1"]])


def test_overlaps_of_collected_answers_are_not_told() -> None:
    assert not told([["-", "1"], ["-", "2"]], policy="COLLECT")


def test_a_cell_that_never_holds_is_told_where_it_stands() -> None:
    problems = told([['"a"', "1"], ["-", "2"]], policy="FIRST")
    assert [(p.code, p.field) for p in problems] == [("FEEL-3004", "input 1 of rule 1"), ("DMN-3105", "rule 1")]


def test_a_file_with_errors_is_not_analysed() -> None:
    checked = check_resources({"t.dmn": table_xml([["< ", "1"], ["-", "2"], ["-", "2"]])})
    assert {p.severity for p in checked.problems} == {Severity.ERROR}
