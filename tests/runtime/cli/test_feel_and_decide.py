"""`ringi feel` and `ringi decide`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="demo">
  <decision id="discount" name="Discount">
    <variable name="discount" />
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i" label="Amount"><inputExpression id="e"><text>amount</text></inputExpression></input>
      <output id="o" name="discount" />
      <rule id="r1"><inputEntry id="x1"><text>&gt; 1000</text></inputEntry>
        <outputEntry id="y1"><text>10</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="x2"><text>&gt; 0</text></inputEntry><outputEntry id="y2"><text>0</text></outputEntry></rule>
    </decisionTable>
  </decision>
  %s
</definitions>"""
SECOND = '<decision id="other" name="Other"><literalExpression id="l"><text>1</text></literalExpression></decision>'


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    file = tmp_path / "discount.dmn"
    file.write_text(DMN % "", encoding="utf-8")
    return file


def test_an_expression_gives_value_and_type(ringi: Ringi) -> None:
    said = ringi("feel", "for i in 1..3 return i * i")
    assert (said.code, said.out) == (0, "[1, 4, 9]  list\n")


def test_the_context_may_be_json_feel_a_file_or_standard_input(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('\ufeff{"x": 20}', encoding="utf-8")
    assert ringi("feel", "x + 1", "-c", '{"x": 20}').out == "21  number\n"
    assert ringi("feel", "x + 1", "-c", "@c.json").out == "21  number\n"
    assert ringi("feel", "x + 1", "-c", "-", given='{"x": 20}').out == "21  number\n"
    assert ringi("feel", "due - today()", "-c", '{due: date("2026-11-30")}', "--now", "2026-11-22").out.startswith('"P8D"')


@pytest.mark.parametrize("number", ["12345678901234567890.123", "0.1", "-7", "0.3333333333333333333333333333333333"])
def test_numbers_keep_every_digit(ringi: Ringi, number: str) -> None:
    assert ringi("feel", "--json", "--", number).out.splitlines()[1] == f'  "value": {number},'


def test_a_number_beyond_floating_point_is_still_json(ringi: Ringi) -> None:
    said = ringi("feel", "10 ** 400", "--json")
    assert '"value": 1E+400' in said.out
    assert said.data["type"] == "number"


def test_a_mistake_is_pointed_at_even_below_wide_letters(ringi: Ringi) -> None:
    said = ringi("feel", '"日本" + * 3')
    assert said.code == 1
    *_, line, caret = said.err.rstrip("\n").splitlines()
    assert line == '  "日本" + * 3'
    assert caret == "  " + " " * len('"1122" + ') + "^"
    assert "FEEL-1001" in said.err


@pytest.mark.parametrize("text", ["", "\n\n", "1 +\n 2 * * 3", "]", "a" * 200 + " +"])
def test_any_text_that_is_no_feel_is_refused_with_its_place(ringi: Ringi, text: str) -> None:
    said = ringi("feel", text)
    assert said.code == 1
    assert "(line " in said.err


def test_a_null_is_explained_by_warnings(ringi: Ringi) -> None:
    said = ringi("feel", "flor(2)", "--json")
    assert said.data["value"] is None
    assert [(w["line"], w["column"], "floor" in w["message"]) for w in said.data["warnings"]] == [(1, 1, True)]


def test_an_endless_expression_is_stopped(ringi: Ringi) -> None:
    said = ringi("feel", "count(for i in 1..100000000 return i)")
    assert (said.code, said.err.count("FEEL-2001")) == (1, 1)


def test_a_value_is_tested_with_unary_tests(ringi: Ringi) -> None:
    assert ringi("feel", "[1..10], > 100", "--test", "5").out == "true  boolean\n"
    assert ringi("feel", "[1..10], > 100", "--test", "50").out == "false  boolean\n"


@pytest.mark.parametrize(
    ("context", "why"),
    [
        ('{"x": }', "line 1, column 7"),
        ("[1]", "a JSON object is wanted"),
        ("@nothing.json", "No such file"),
        ('{"x": 1, "x": 2}', "stands twice"),
        ('{"x": NaN}', "no JSON number"),
        ('{"x": 1e99999}', "larger than any number"),
        ("{a: b}", "not JSON"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_wrong_context_is_wrong_usage(ringi: Ringi, context: str, why: str) -> None:
    said = ringi("feel", "x", "-c", context)
    assert said.code == 2
    assert why in said.err


def test_a_decision_tells_inputs_and_the_rule_that_matched(ringi: Ringi, decision: Path) -> None:
    said = ringi("decide", decision, "discount", "--vars", '{"amount": 1200}')
    assert said.code == 0
    assert said.lines[:3] == ["10  number", "Discount FIRST", "Amount 1200"]
    assert said.lines[3].startswith("rule 1 ")


def test_that_no_rule_matched_is_told(ringi: Ringi, decision: Path) -> None:
    said = ringi("decide", decision, "--vars", '{"amount": -1}')
    assert said.lines[0] == "null  null"
    assert said.lines[-1] == "no rule matched"


def test_a_decision_as_json(ringi: Ringi, decision: Path) -> None:
    data = ringi("decide", decision, "Discount", "--vars", '{"amount": 5}', "--json").data
    assert (data["value"], data["type"], data["warnings"], data["problems"]) == (0, "number", [], [])
    assert [rule["number"] for rule in data["trace"][-1]["rules"]] == [2]


def test_an_unknown_or_missing_name_is_told_with_the_choice(ringi: Ringi, decision: Path) -> None:
    said = ringi("decide", decision, "discout")
    assert said.code == 1
    assert "It has: discount." in said.err
    decision.write_text(DMN % SECOND, encoding="utf-8")
    said = ringi("decide", decision)
    assert said.code == 1
    assert "has 2 decisions; name one. It has: discount, other." in said.err


def test_a_file_without_decisions_is_refused_with_its_problems(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "bad.dmn").write_text("<x>", encoding="utf-8")
    data = ringi("decide", "bad.dmn", "--json").data
    assert data["code"] == "CLI-1004"
    assert [(p["resource"], p["code"], p["line"]) for p in data["problems"]] == [("bad.dmn", "XML-3004", 1)]
