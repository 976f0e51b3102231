"""Every example that the analysis gives is one: tried out with the table itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionTable, DmnCode, TableFinding, analyse_tables
from engine.dmn.checking import check_expressions
from engine.dmn.model import DmnFile
from engine.dmn.table_evaluation import input_values, matching_rules
from engine.feel import Budget
from engine.feel.run import Run
from tests.engine.dmn.analysis.test_exactness import ALLOWED, CONSTANTS, TEMPLATES, UNCLEAR
from tests.engine.dmn.making import table_file

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def files(draw: st.DrawFn) -> DmnFile:
    """Tables of any hit policy; types declared or not, cells that can be told and that cannot."""
    kinds = draw(st.lists(st.sampled_from(sorted(CONSTANTS)), min_size=1, max_size=3))
    templates = TEMPLATES + UNCLEAR

    def cell(kind: str) -> str:
        ends = [draw(st.sampled_from(CONSTANTS[kind])) for _ in range(2)]
        return draw(st.sampled_from(templates)).format(a=ends[0], b=ends[1])

    rows = [[*map(cell, kinds), draw(st.sampled_from(["1", "2", "limit"]))] for _ in range(draw(st.integers(1, 6)))]
    return table_file(
        rows,
        ["x", "y", "z"][: len(kinds)],
        types=[draw(st.sampled_from([kind, ""])) for kind in kinds],
        allowed=[draw(st.sampled_from(["", *ALLOWED.get(kind, [])])) for kind in kinds],
        policy=draw(st.sampled_from(["UNIQUE", "ANY", "FIRST", "COLLECT"])),
    )


def matching(table: DecisionTable, example: dict[str, Any]) -> set[int]:
    """The numbers of the rules that match an example, as the decision finds them."""
    scope, run = {"x": None, "y": None, "z": None, **example, "limit": Decimal(1)}, Run(NOW, Budget())

    def text(literal: Any, inner: dict[str, Any]) -> Any:
        return literal.feel.run(inner, run)

    values = input_values(table, scope, run, text)
    assert all(value is not None for value, given in zip(values, example.values(), strict=True) if given is not None)
    return {rule.number for rule in matching_rules(table, values, scope, run)}


def is_certain(finding: TableFinding, table: DecisionTable) -> bool:
    return len(finding.example) == len(table.inputs)


@settings(max_examples=200, deadline=None)
@given(files())
def test_no_rule_matches_the_example_of_a_gap_and_both_match_that_of_an_overlap(file: DmnFile) -> None:
    (placed,) = check_expressions(file).tables
    (analysis,) = analyse_tables(file)
    for finding in analysis.findings:
        if not finding.example or not is_certain(finding, placed.table):
            continue
        found = matching(placed.table, dict(finding.example))
        match finding.code:
            case DmnCode.GAP:
                assert not found
            case DmnCode.OVERLAP | DmnCode.CONFLICT if "both match" in finding.message:
                assert set(finding.rules[:2]) <= found
            case DmnCode.NEVER_ANSWERS | DmnCode.CONFLICT:
                assert {finding.rules[0], finding.rules[-1]} <= found
            case _:
                raise AssertionError(finding)
