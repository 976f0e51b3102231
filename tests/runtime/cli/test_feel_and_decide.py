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


def test_a_date_literal_is_no_file_name(ringi: Ringi) -> None:
    assert ringi("feel", '@"2026-11-22"').out == '"2026-11-22"  date\n'


def test_an_expression_may_come_from_a_file_or_standard_input(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "e.feel").write_text("1 +\n1", encoding="utf-8")
    assert ringi("feel", "@e.feel").out == ringi("feel", "-", given="1 + 1").out == "2  number\n"
    said = ringi("feel", "@nothing.feel")
    assert (said.code, "the file nothing.feel cannot be read: No such file" in said.err) == (2, True)


def test_standard_input_is_read_by_one_argument_only(ringi: Ringi) -> None:
    said = ringi("feel", "-", "-c", "-", given='{"x": 1}')
    assert (said.code, "standard input (-) is read already" in said.err) == (2, True)


def test_a_warning_tells_its_place(ringi: Ringi) -> None:
    said = ringi("feel", "1 +\n flor(2)")
    assert said.lines[0] == "null  null"
    assert said.lines[1].startswith("warning 2:2 FEEL-3005 There is no function “flor”.")


GRAPH = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="demo">
<inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
<inputData id="grade" name="grade"/>
<decision id="base" name="Base"><informationRequirement id="q1"><requiredInput href="#amount"/></informationRequirement>
  <literalExpression id="l"><text>amount * rate</text></literalExpression></decision>
<decision id="final" name="Final"><informationRequirement id="q2"><requiredDecision href="#base"/></informationRequirement>
  <informationRequirement id="q3"><requiredInput href="#grade"/></informationRequirement>
  <decisionTable id="t" hitPolicy="COLLECT">
    <input id="i1" label="Base"><inputExpression id="e1"><text>Base</text></inputExpression></input>
    <output id="o1" name="size"/>
    <rule id="r1"><inputEntry id="c1"><text>&gt; 10</text></inputEntry>
      <outputEntry id="s1"><text>"big"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c2"><text>-</text></inputEntry><outputEntry id="s2"><text>1 + "a"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    file = tmp_path / "graph.dmn"
    file.write_text(GRAPH, encoding="utf-8")
    return file


def test_a_decision_tells_all_that_it_required_with_inputs_and_rules(ringi: Ringi, graph: Path) -> None:
    said = ringi("decide", graph, "final", "--vars", '{"amount": 20, "rate": 2, "grade": "A"}')
    assert said.lines == [
        '["big", null]  list',
        "Base",
        "amount 20",
        "= 40",
        "Final COLLECT",
        "Base 40",
        'rule 1 {"size": "big"}',
        'rule 2 {"size": null}',
        "warning 1:3 FEEL-3003 In “Final”: + does not work on number and string.",
        '1 + "a"',
        "^",
    ]


def test_the_trace_and_warnings_as_json(ringi: Ringi, graph: Path) -> None:
    data = ringi("decide", graph, "final", "--vars", '{"amount": 20, "rate": 2}', "--json").data
    assert [(step["decision"], step["inputs"], step["output"]) for step in data["trace"]] == [
        ("base", [{"label": "amount", "value": 20}], 40),
        ("final", [{"label": "Base", "value": 40}], ["big", None]),
    ]
    assert [(rule["number"], rule["id"]) for rule in data["trace"][1]["rules"]] == [(1, "r1"), (2, "r2")]
    missing, mistake = data["warnings"]
    assert missing == {"code": "FEEL-3001", "message": "The input “grade” was not given."}
    assert (mistake["line"], mistake["column"], mistake["text"]) == (1, 3, '1 + "a"')


def test_misspelt_and_wrong_inputs_are_told(ringi: Ringi, graph: Path) -> None:
    said = ringi("decide", graph, "final", "--vars", '{"amount": "20", "rate": 2, "grde": "A"}')
    assert "warning FEEL-3001 The input “grade” was not given. Did you mean 'grde'?" in said.lines
    assert "warning FEEL-3003 The input “amount” is string, not number; it counts as null." in said.lines


@pytest.mark.parametrize("words", [("nothing.dmn",), (".",), ("graph.dmn", "final", "--vars", "1")])
def test_a_wrong_path_or_value_is_wrong_usage(ringi: Ringi, graph: Path, words: tuple[str, ...]) -> None:
    said = ringi("decide", *words)
    assert (said.code, "Error: Invalid value for" in said.err) == (2, True)


def test_rules_that_break_their_hit_policy_are_named(ringi: Ringi, graph: Path) -> None:
    graph.write_text(GRAPH.replace("COLLECT", "UNIQUE"), encoding="utf-8")
    said = ringi("decide", graph, "final", "--vars", '{"amount": 20, "rate": 2, "grade": "A"}')
    assert said.code == 1
    assert "rules 1 (r1) and 2 (r2) match the same input" in said.err


def test_a_file_that_is_no_json_is_named(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"x":\n}', encoding="utf-8")
    said = ringi("feel", "x", "-c", "@c.json")
    assert (said.code, "c.json: not JSON at line 2, column 1" in said.err) == (2, True)
