"""What the analysis finds under each hit policy, and how it says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DmnCode, TableAnalysis, TableFinding, analyse_tables
from engine.feel.values import YearMonthDuration
from engine.problems import Severity
from tests.engine.dmn.making import table_file

NUMBER = ("number",)
RANKED = '<output id="o" name="grade"><outputValues><text>"high", "low"</text></outputValues></output>'
DEFAULT = '<output id="o" name="grade"><defaultOutputEntry><text>9</text></defaultOutputEntry></output>'


def analysed(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> TableAnalysis:
    (found,) = analyse_tables(table_file(rows, inputs, **options))
    return found


def findings(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> list[TableFinding]:
    """All but the note on missing values."""
    return [f for f in analysed(rows, inputs, **options).findings if f.code is not DmnCode.MISSING_VALUE]


def only(rows: Sequence[Sequence[str]], inputs: Sequence[str] = ("x",), **options: Any) -> TableFinding:
    (finding,) = findings(rows, inputs, **options)
    return finding


class TestUnique:
    def test_an_overlap_is_told_with_rules_region_example_and_consequence(self) -> None:
        found = only([["< 5", "1"], [">= 3", "2"]], types=NUMBER)
        assert (found.code, found.severity, found.rules) == (DmnCode.OVERLAP, Severity.WARNING, (1, 2))
        assert found.message == (
            "Rules 1 and 2 both match when “x” is from 3 to below 5; for example x = 4. "
            "The hit policy UNIQUE allows one rule only: for such inputs the decision fails."
        )
        assert found.example == (("x", Decimal(4)),)
        assert "FIRST" in found.fix

    def test_equal_answers_are_an_overlap_too(self) -> None:
        assert only([["< 5", "1"], [">= 3", "1"]], types=NUMBER).code is DmnCode.OVERLAP

    def test_a_rule_inside_another_can_only_fail(self) -> None:
        found = only([["-", "1"], ["> 5", "2"]], types=NUMBER)
        assert (found.code, found.severity, found.rules) == (DmnCode.NEVER_ANSWERS, Severity.WARNING, (2, 1))
        assert found.message.startswith("Rule 2 can only fail: whenever it matches, rule 1 matches too")
        assert found.message.endswith("for example x = 6.")

    def test_of_two_rules_that_match_the_same_the_later_one_is_told(self) -> None:
        assert only([["> 5", "1"], ["<= 5", "0"], ["> 5.0", "2"]], types=NUMBER).rules == (3, 1)

    def test_rules_that_touch_without_meeting_are_fine(self) -> None:
        assert not findings([["< 5", "1"], ["[5..10)", "2"], [">= 10", "3"]], types=NUMBER)

    def test_several_inputs_meet_only_where_all_do(self) -> None:
        rows = [["< 5", '"EU"', "1"], ["< 9", '"UK"', "2"], [">= 5", '"EU", "UK"', "3"], ["-", 'not("EU", "UK")', "4"]]
        found = only(rows, ["amount", "region"], types=["number", "string"])
        assert found.rules == (2, 3)
        assert '“amount” is from 5 to below 9 and “region” is "UK"; for example amount = 7.' in found.message
        assert found.example == (("amount", Decimal(7)), ("region", "UK"))

    def test_many_overlaps_are_counted(self) -> None:
        told = [f for f in findings([[f"[{n}..{n + 1}]", "1"] for n in range(30)], types=NUMBER) if f.code is DmnCode.OVERLAP]
        assert len(told) == 11
        assert told[-1].message == "There are 19 more findings like the last ones."


class TestAny:
    @pytest.mark.parametrize("answer", ["1", "1.0", "2 - 1"])
    def test_the_same_answer_may_overlap(self, answer: str) -> None:
        assert not findings([["< 5", "1"], ["-", answer]], types=NUMBER, policy="ANY")

    def test_different_answers_conflict(self) -> None:
        found = only([["< 5", "1"], [">= 3", "2"]], types=NUMBER, policy="ANY")
        assert (found.code, found.severity, found.rules) == (DmnCode.CONFLICT, Severity.WARNING, (1, 2))
        assert "both match and answer differently when “x” is from 3 to below 5; for example x = 4." in found.message
        assert found.message.endswith("for such inputs the decision fails.")

    def test_an_answer_that_is_calculated_may_conflict(self) -> None:
        found = only([["< 5", "1"], [">= 3", "rate"]], types=NUMBER, policy="ANY")
        assert "may answer differently" in found.message
        assert found.message.endswith("the decision may fail.")

    def test_a_rule_inside_one_that_may_answer_differently_never_matches_alone(self) -> None:
        found = only([["-", "rate"], ["> 5", "2"]], types=NUMBER, policy="ANY")
        assert (found.code, found.rules) == (DmnCode.CONFLICT, (2, 1))
        assert found.message.startswith(
            "Rule 2 never matches alone: whenever it matches, rule 1 matches too, and they may answer"
        )

    def test_the_same_calculation_is_the_same_answer(self) -> None:
        assert not findings([["< 5", "rate"], [">= 3", "rate"]], types=NUMBER, policy="ANY")

    def test_a_rule_inside_one_that_answers_differently_can_only_fail(self) -> None:
        assert only([["-", "1"], ["> 5", "2"]], types=NUMBER, policy="ANY").code is DmnCode.NEVER_ANSWERS


class TestFirst:
    def test_overlaps_are_what_it_is_for(self) -> None:
        assert not findings([["< 5", "1"], ["-", "2"]], types=NUMBER, policy="FIRST")

    def test_a_rule_after_one_that_matches_all_of_it_is_never_reached(self) -> None:
        found = only([["-", "1"], ["> 5", "2"]], types=NUMBER, policy="FIRST")
        assert (found.code, found.severity, found.rules) == (DmnCode.NEVER_REACHED, Severity.WARNING, (2, 1))
        assert found.message == "Rule 2 is never reached: rule 1 comes first and matches everything that rule 2 does."

    def test_rules_can_hide_one_together(self) -> None:
        found = only([["< 5", "1"], ["> 9", "0"], [">= 5", "2"], ["[0..8]", "3"]], types=NUMBER, policy="FIRST")
        assert found.message == (
            "Rule 4 is never reached: rules 1 and 3 come first and together match everything that rule 4 does."
        )

    def test_rules_hide_one_over_several_inputs(self) -> None:
        rows = [["true", "< 5", "1"], ["true", ">= 5", "2"], ["false", "-", "3"], ["-", "[3..8]", "4"]]
        found = only(rows, ["member", "age"], types=["boolean", "number"], policy="FIRST")
        assert found.rules == (4, 1, 2, 3)

    def test_a_rule_that_is_left_one_value_is_reached(self) -> None:
        assert not findings([["< 5", "1"], ["> 5", "2"], ["-", "3"]], types=NUMBER, policy="FIRST")


class TestPriority:
    def test_a_rule_below_a_higher_one_is_never_reached(self) -> None:
        found = only([["> 5", '"low"'], ["-", '"high"']], types=NUMBER, policy="PRIORITY", outputs=RANKED)
        assert (found.code, found.rules) == (DmnCode.NEVER_REACHED, (1, 2))
        assert "rule 2 has a higher priority" in found.message

    def test_rules_of_one_priority_and_above_are_fine(self) -> None:
        rows = [["-", '"low"'], ["> 5", '"high"'], ["> 7", '"high"']]
        assert not findings(rows, types=NUMBER, policy="PRIORITY", outputs=RANKED)

    @pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
    def test_an_output_without_a_priority_is_told(self, policy: str) -> None:
        rows = [["-", '"low"'], ["> 5", '"middle"'], ["> 7", '"middle"']]
        found = [f for f in findings(rows, types=NUMBER, policy=policy, outputs=RANKED) if f.code is DmnCode.OUTPUT_NOT_LISTED]
        (one,) = found
        assert (one.severity, one.rules) == (Severity.WARNING, (2, 3))
        assert one.message == (
            '"middle" in rules 2 and 3 is none of the output values of “grade”: "high", "low". '
            "It comes after all that are listed."
        )

    def test_a_missing_priority_hides_rules(self) -> None:
        rows = [["-", '"low"'], ["> 5", '"middle"']]
        codes = [f.code for f in findings(rows, types=NUMBER, policy="PRIORITY", outputs=RANKED)]
        assert codes == [DmnCode.NEVER_REACHED, DmnCode.OUTPUT_NOT_LISTED]
        codes = [f.code for f in findings(rows, types=NUMBER, policy="OUTPUT ORDER", outputs=RANKED)]
        assert codes == [DmnCode.OUTPUT_NOT_LISTED], "all rules that match answer"


class TestSeveralAnswers:
    @pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER", 'COLLECT" aggregation="SUM'])
    def test_overlaps_are_what_they_are_for(self, policy: str) -> None:
        assert not findings([["-", "1"], ["> 5", "2"], ["> 5", "2"]], types=NUMBER, policy=policy)

    @pytest.mark.parametrize(
        ("policy", "severity", "answer"),
        [
            ("COLLECT", None, "The answer is an empty list."),
            ('COLLECT" aggregation="COUNT', None, "The answer is 0."),
            ('COLLECT" aggregation="SUM', Severity.WARNING, "for example x = -1."),
            ('COLLECT" aggregation="MAX', Severity.WARNING, "for example x = -1."),
            ("RULE ORDER", Severity.WARNING, "for example x = -1."),
        ],
    )
    def test_no_hit_is_told_by_what_it_answers(self, policy: str, severity: Severity | None, answer: str) -> None:
        found = only([[">= 0", "1"]], types=NUMBER, policy=policy)
        assert (found.code, found.severity) == (DmnCode.GAP, severity)
        assert found.message.endswith(answer)


class TestGaps:
    def test_a_gap_is_told_with_an_example_and_a_way_out(self) -> None:
        found = only([["< 5", "1"], ["> 5", "2"]], types=NUMBER)
        assert (found.code, found.severity) == (DmnCode.GAP, Severity.WARNING)
        assert (found.message, found.example) == ("No rule matches when “x” is 5.", (("x", Decimal(5)),))
        assert "default output" in found.fix

    def test_a_default_output_makes_it_a_note(self) -> None:
        found = only([["< 5", "1"]], types=NUMBER, outputs=DEFAULT)
        assert found.severity is None
        assert found.message.endswith("The default output is the answer.")

    def test_a_last_rule_for_anything_leaves_none(self) -> None:
        assert not analysed([["< 5", "1"], ["-", "2"]], types=NUMBER, policy="FIRST").findings

    def test_gaps_of_several_inputs_are_told_as_one_where_they_touch(self) -> None:
        rows = [['"EU"', "[0..10]", "1"], ['"UK"', "[0..10]", "2"]]
        told = [f.message for f in findings(rows, ["region", "age"], types=["string", "number"])]
        assert told == [
            'No rule matches when “region” is "EU" or "UK" and “age” is below 0 or above 10; '
            'for example region = "EU", age = -1.',
            'No rule matches when “region” is any other text; for example region = "other".',
        ]

    def test_a_table_without_rules_answers_nothing(self) -> None:
        assert only([], types=NUMBER).message == "No rule matches, whatever the inputs are."

    def test_many_gaps_are_cut_short(self) -> None:
        rows = [[f"{n}", f"{n}", "1"] for n in range(30)]
        told = [f for f in findings(rows, ["x", "y"], types=["number", "number"]) if f.code is DmnCode.GAP]
        assert len(told) == 11
        assert told[-1].message == "There are more gaps than these."

    @pytest.mark.parametrize(
        ("kind", "cells", "told", "example"),
        [
            ("number", ["< 0.1", "> 0.25"], "from 0.1 to 0.25", Decimal("0.2")),
            ("string", ['"a"', '"b"'], "any other text", "other"),
            ("string", ['< "b"', '> "c"'], 'from "b" to "c"', "ba"),
            ("boolean", ["true"], "false", False),
            ("date", ['< @"2026-01-01"', '> @"2026-01-01"'], "2026-01-01", date(2026, 1, 1)),
            ("date", ['<= date("2026-01-31")'], "after 2026-01-31", date(2026, 2, 1)),
            ("days and time duration", ['< @"P1D"', '>= @"P2D"'], "from P1D to below P2D", timedelta(days=1, hours=12)),
            ("years and months duration", ['<= @"P1Y"', '>= @"P14M"'], "between P1Y and P1Y2M", YearMonthDuration(13)),
        ],
    )
    def test_every_kind_of_input_is_understood(self, kind: str, cells: list[str], told: str, example: object) -> None:
        found = only([[cell, "1"] for cell in cells], types=[kind])
        assert found.message.startswith(f"No rule matches when “x” is {told}")
        assert found.example == (("x", example),)

    def test_whole_dates_leave_nothing_between_two_days(self) -> None:
        assert not findings([['<= @"2026-01-01"', "1"], ['>= @"2026-01-02"', "2"]], types=["date"])

    def test_numbers_leave_something_between_any_two(self) -> None:
        assert only([["<= 1", "1"], [">= 2", "2"]], types=NUMBER).example == (("x", Decimal("1.5")),)

    @pytest.mark.parametrize(
        ("kind", "allowed", "cells", "gap"),
        [
            ("string", '"a", "b"', ['"a"', '"b"'], ""),
            ("string", '"a", "b", "c"', ['"a"', '"b"'], '"c"'),
            ("string", '"a", "b"', ['not("b")', '"b"'], ""),
            ("number", "[0..100]", ["< 50", ">= 50"], ""),
            ("number", "[0..100]", ["< 50", "> 50"], "50"),
            ("number", ">= 0", ["[0..10]"], "above 10"),
            ("boolean", "true", ["true"], ""),
        ],
    )
    def test_only_allowed_values_are_missed(self, kind: str, allowed: str, cells: list[str], gap: str) -> None:
        found = findings([[cell, "1"] for cell in cells], types=[kind], allowed=[allowed])
        assert [f.message.split(" is ", 1)[1].split(";")[0].rstrip(".") for f in found] == ([gap] if gap else [])
