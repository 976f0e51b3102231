"""Missing values, conditions that hold for nothing, and conditions that cannot be told exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DmnCode, TableAnalysis, TableFinding, analyse_tables
from tests.engine.dmn.making import table_file

NUMBER = ("number",)


def analysed(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> TableAnalysis:
    (found,) = analyse_tables(table_file(rows, inputs, **options))
    return found


def findings(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> list[TableFinding]:
    """All but the note on missing values."""
    return [f for f in analysed(rows, inputs, **options).findings if f.code is not DmnCode.MISSING_VALUE]


def only(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> TableFinding:
    (finding,) = findings(rows, inputs, **options)
    return finding


class TestMissingValues:
    def test_a_missing_value_that_no_rule_takes_is_a_note(self) -> None:
        (found,) = analysed([["< 5", "1"], [">= 5", "2"]], types=NUMBER).findings
        assert (found.code, found.severity) == (DmnCode.MISSING_VALUE, None)
        assert found.message == "When “x” is missing (null), no rule matches."

    @pytest.mark.parametrize("cell", ["-", "not(5)", "null", "? = null or ? > 7"])
    def test_a_rule_for_it_is_enough(self, cell: str) -> None:
        told = analysed([["< 5", "1"], [cell, "2"], ["[5..9]", "3"]], types=NUMBER, policy="FIRST").findings
        assert DmnCode.MISSING_VALUE not in [f.code for f in told]

    def test_two_negations_meet_at_it(self) -> None:
        found = only([['not("a")', "1"], ['not("b")', "2"]], types=["string"], allowed=['"a", "b"'])
        assert (found.code, found.example) == (DmnCode.OVERLAP, (("x", None),))

    def test_where_a_rule_asks_for_it_elsewhere_it_can_be_a_gap(self) -> None:
        found = only([["null", "true", "1"], ["? != null", "-", "2"]], ["x", "sure"], types=["number", "boolean"])
        assert found.message == "No rule matches when “x” is missing (null) and “sure” is false."
        assert found.example == (("x", None), ("sure", False))

    def test_two_rules_for_it_overlap(self) -> None:
        found = only([["null", "1"], ["-", "2"]], types=NUMBER)
        assert (found.code, found.example) == (DmnCode.NEVER_ANSWERS, (("x", None),))


class TestConditions:
    @pytest.mark.parametrize("cell", ["[10..5]", "? = 5 and ? = 3", 'date("2026-13-01")', '< "a"', "< null"])
    def test_a_condition_that_holds_for_nothing_is_told(self, cell: str) -> None:
        found = findings([[cell, "1"], ["-", "2"]], types=NUMBER, policy="FIRST")
        assert [f.code for f in found] == [DmnCode.NEVER_MATCHES]
        assert found[0].message == f"Rule 1 never matches: “{cell}” holds for no value of “x”."

    @pytest.mark.parametrize(
        "cells", [["? instance of string"], ["? instance of string", "5"], ["not(? instance of number)", "< 5"]]
    )
    def test_a_condition_on_the_type_of_an_untyped_input_is_not_said_to_hold_for_nothing(self, cells: list[str]) -> None:
        found = findings([[cell, "1"] for cell in cells])
        assert [f.code for f in found] == [DmnCode.NOT_EXACT]

    def test_a_condition_on_the_type_of_a_typed_input_is_told(self) -> None:
        assert (
            findings([["? instance of string", "1"], ["-", "2"]], types=NUMBER, policy="FIRST")[0].code is DmnCode.NEVER_MATCHES
        )

    def test_a_value_that_is_not_allowed_never_matches(self) -> None:
        rows = [['"a"', "1"], ['"b"', "2"], ['"z"', "3"]]
        assert only(rows, types=["string"], allowed=['"a", "b"']).rules == (3,)

    def test_two_columns_for_one_input_are_looked_at_together(self) -> None:
        found = findings([["< 3", "> 5", "1"], ["-", "-", "2"]], ["x", "x"], types=["number", "number"], policy="FIRST")
        assert found[0].message == "Rule 1 never matches: “< 3” and “> 5” hold for no value of “x”."

    def test_rules_that_share_an_unclear_test_but_not_the_rest_do_not_meet(self) -> None:
        rows = [["limit", "< 3", "1"], ["limit", "> 5", "2"]]
        codes = [f.code for f in findings(rows, ["x", "x"], types=["number", "number"])]
        assert DmnCode.OVERLAP not in codes
        assert DmnCode.NEVER_ANSWERS not in codes

    def test_rules_that_share_an_unclear_test_and_more_do(self) -> None:
        rows = [["limit", "< 3", "1"], ["limit", "-", "2"]]
        found = findings(rows, ["x", "y"], types=["number", "number"])
        assert [f.code for f in found] == [DmnCode.NEVER_ANSWERS, DmnCode.NOT_EXACT]
        assert found[0].example == (("y", Decimal(2)),), "which x it is nobody knows"

    def test_an_overlap_below_an_unclear_test_says_the_test(self) -> None:
        rows = [["limit", "< 5", "1"], ["limit", ">= 3", "2"]]
        found = findings(rows, ["x", "y"], types=["number", "number"])[0]
        assert found.message.startswith(
            "Rules 1 and 2 both match when “y” is from 3 to below 5 (and “limit” holds); for example y = 4."
        )
        assert found.example == (("y", Decimal(4)),)

    def test_an_overlap_with_a_rule_that_asks_nothing_says_the_unclear_test_of_the_other(self) -> None:
        found = findings([["-", "< 5", "1"], ["limit", ">= 3", "2"]], ["x", "y"], types=["number", "number"])[0]
        assert "(and “limit” holds)" in found.message

    def test_a_test_that_cannot_be_told_is_said_and_makes_no_false_gap(self) -> None:
        found = only([['contains(?, "a")', "1"], ['"b"', "2"]], types=["string"])
        assert (found.code, found.severity, found.rules) == (DmnCode.NOT_EXACT, None, (1,))
        assert '“contains(?, "a")”' in found.message

    def test_inputs_that_depend_on_each_other_are_said(self) -> None:
        rows = [["< 3", "-", "1"], [">= 3", "-", "2"]]
        found = only(rows, ["amount * 2", "amount"], types=["number", "number"])
        assert found.code is DmnCode.RELATED_INPUTS
