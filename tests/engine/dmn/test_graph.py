# ruff: noqa: E501 - XML in one line reads better than XML in pieces
"""Requirement graphs: required decisions, knowledge, services, imports, declared types, boxed expressions (DMN 1.5 §6, §7.3, §10.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DecisionFailed, DecisionResult, DmnFile, evaluate_decision, read_dmn
from engine.feel import Budget, from_plain

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(body: str, namespace: str = "main", imported: dict[str, DmnFile] | None = None) -> DmnFile:
    text = f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="{namespace}">{body}</definitions>'
    file = read_dmn(text.encode(), f"{namespace}.dmn", imported)
    assert [str(p) for p in file.problems] == []
    return file


def decide(file: DmnFile, decision: str, **inputs: Any) -> DecisionResult:
    return evaluate_decision(file, decision, from_plain(inputs), now=NOW)


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def requires(*references: tuple[str, str]) -> str:
    outer = {"requiredDecision": "informationRequirement", "requiredInput": "informationRequirement"}
    return "".join(
        f'<{outer.get(kind, "knowledgeRequirement")}><{kind} href="{href}"/></{outer.get(kind, "knowledgeRequirement")}>'
        for kind, href in references
    )


PRICING = read(
    '<inputData id="i" name="Net Amount"><variable name="Net Amount" typeRef="number"/></inputData>'
    f'<decision id="rate" name="Tax Rate">{requires(("requiredInput", "#i"))}{literal("if Net Amount > 100 then 0.2 else 0.1")}</decision>'
    '<businessKnowledgeModel id="b" name="add tax"><encapsulatedLogic><formalParameter name="net" typeRef="number"/>'
    f'<formalParameter name="rate" typeRef="number"/>{literal("net * (1 + rate)")}</encapsulatedLogic></businessKnowledgeModel>'
    f'<decision id="gross" name="Gross">'
    f"{requires(('requiredInput', '#i'), ('requiredDecision', 'main#rate'), ('requiredKnowledge', '#b'))}"
    f"{literal('add tax(Net Amount, Tax Rate)')}</decision>"
    '<decisionService id="s" name="Price Service"><outputDecision href="#gross"/><inputDecision href="#rate"/><inputData href="#i"/>'
    "</decisionService>"
    f'<decision id="caller" name="Caller">{requires(("requiredKnowledge", "#s"))}{literal("Price Service(100, 0.5)")}</decision>'
)


def test_required_decisions_come_first_and_stand_in_the_trace() -> None:
    result = decide(PRICING, "Gross", **{"Net Amount": 200})
    assert result.value == Decimal(240)
    assert [entry["name"] for entry in result.trace] == ["Tax Rate", "Gross"]


def test_a_decision_is_found_by_id_or_name_and_an_unknown_one_is_named() -> None:
    assert decide(PRICING, "gross", **{"Net Amount": 50}).value == Decimal(55)
    with pytest.raises(DecisionFailed, match="Did you mean 'Gross'") as caught:
        decide(PRICING, "Grosss")
    assert caught.value.code == "DMN-2001"


def test_a_service_takes_decisions_from_outside() -> None:
    assert decide(PRICING, "Price Service", **{"Net Amount": 100, "Tax Rate": 1}).value == Decimal(200)
    assert decide(PRICING, "Caller").value == Decimal(150)


def test_a_missing_input_is_null_and_named() -> None:
    result = decide(PRICING, "Tax Rate", **{"Net Amuont": 1})
    assert "The input “Net Amount” was not given. Did you mean 'Net Amuont'?" in result.warnings[0].message


def test_an_input_of_another_type_is_null_and_warns() -> None:
    result = decide(PRICING, "Gross", **{"Net Amount": "many"})
    assert result.value is None
    assert any("Net Amount" in w.message and "string" in w.message for w in result.warnings)


def test_allowed_values_bind_what_is_declared() -> None:
    file = read(
        '<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>'
        '<inputData id="i" name="grades"><variable name="grades" typeRef="tGrades"/></inputData>'
        f'<decision id="c" name="c">{requires(("requiredInput", "#i"))}{literal("count(grades)")}</decision>'
    )
    assert decide(file, "c", grades=["A", "B"]).value == Decimal(2)
    assert decide(file, "c", grades="A").value == Decimal(1)
    assert decide(file, "c", grades=["A", "X"]).value is None


def test_an_imported_model_is_used_under_its_name() -> None:
    file = read(
        '<import name="pricing" namespace="main" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        f'<decision id="d" name="d">{requires(("requiredKnowledge", "main#b"), ("requiredDecision", "main#gross"))}'
        f"{literal('pricing.add tax(10, 0.1) + pricing.Gross')}</decision>",
        "other",
        {"main": PRICING},
    )
    assert decide(file, "d", pricing={"Net Amount": 10}).value == Decimal(22)


BOXED = """
<decision id="context" name="context"><context>
  <contextEntry><variable name="a"/><literalExpression><text>2</text></literalExpression></contextEntry>
  <contextEntry><variable name="f"/><functionDefinition><formalParameter name="n"/><literalExpression><text>n * a</text></literalExpression>
    </functionDefinition></contextEntry>
  <contextEntry><literalExpression><text>f(21)</text></literalExpression></contextEntry></context></decision>
<decision id="list" name="list"><list><literalExpression><text>1</text></literalExpression><literalExpression><text>x</text>
  </literalExpression></list></decision>
<decision id="relation" name="relation"><relation><column name="k"/><column name="v"/>
  <row><literalExpression><text>"a"</text></literalExpression><literalExpression><text>1</text></literalExpression></row>
  <row><literalExpression><text>"b"</text></literalExpression><literalExpression><text>2</text></literalExpression></row>
  </relation></decision>
<decision id="invocation" name="invocation"><invocation><literalExpression><text>substring</text></literalExpression>
  <binding><parameter name="string"/><literalExpression><text>"foobar"</text></literalExpression></binding>
  <binding><parameter name="start position"/><literalExpression><text>4</text></literalExpression></binding></invocation></decision>
<decision id="conditional" name="conditional"><conditional><if><literalExpression><text>x > 1</text></literalExpression></if>
  <then><literalExpression><text>"big"</text></literalExpression></then>
  <else><literalExpression><text>"small"</text></literalExpression></else></conditional></decision>
<decision id="filter" name="filter"><filter><in><literalExpression><text>[{n: 1}, {n: 5}]</text></literalExpression></in>
  <match><literalExpression><text>n > x and item.n = n</text></literalExpression></match></filter></decision>
<decision id="for" name="for"><for iteratorVariable="i"><in><literalExpression><text>1..x</text></literalExpression></in>
  <return><literalExpression><text>i * i</text></literalExpression></return></for></decision>
<decision id="some" name="some"><some iteratorVariable="i"><in><literalExpression><text>[1, 2]</text></literalExpression></in>
  <satisfies><literalExpression><text>i = x</text></literalExpression></satisfies></some></decision>
<decision id="every" name="every"><every iteratorVariable="i"><in><literalExpression><text>[1, 2]</text></literalExpression></in>
  <satisfies><literalExpression><text>i = x</text></literalExpression></satisfies></every></decision>
""".replace("1..x", "[1..x]")


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("context", 42),
        ("list", [1, 2]),
        ("relation", [{"k": "a", "v": 1}, {"k": "b", "v": 2}]),
        ("invocation", "bar"),
        ("conditional", "big"),
        ("filter", [{"n": 5}]),
        ("for", [1, 4]),
        ("some", True),
        ("every", False),
    ],
)
def test_boxed_expressions(decision: str, expected: object) -> None:
    assert decide(read(BOXED), decision, x=2).value == from_plain(expected)


def test_a_runaway_decision_fails_with_the_code_of_its_limit() -> None:
    file = read(f'<decision id="d" name="Endless">{literal("for i in 1..10**9 return i")}</decision>')
    with pytest.raises(DecisionFailed, match="Endless") as caught:
        evaluate_decision(file, "d", {}, now=NOW, budget=Budget(steps=10_000))
    assert caught.value.code == "FEEL-2001"


def test_knowledge_may_call_itself_within_the_depth_limit() -> None:
    model = (
        '<businessKnowledgeModel id="b" name="fact"><encapsulatedLogic><formalParameter name="n"/>'
        f"{literal('if n = 0 then 1 else n * fact(n - 1)')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    file = read(model + f'<decision id="d" name="d">{requires(("requiredKnowledge", "#b"))}{literal("fact(x)")}</decision>')
    assert decide(file, "d", x=10).value == Decimal(3628800)
    with pytest.raises(DecisionFailed) as caught:
        decide(file, "d", x=-1)
    assert caught.value.code == "FEEL-2002"


def test_each_missing_input_is_told_and_a_mistake_is_told_with_its_expression() -> None:
    inputs = '<inputData id="a" name="a"/><inputData id="b" name="b"/>'
    needs = requires(("requiredInput", "#a"), ("requiredInput", "#b"))
    file = read(f'{inputs}<decision id="d1" name="D">{needs}{literal("[a + 1, b + 1]")}</decision>')
    found = [(w.line, w.column, w.text) for w in decide(file, "d1").warnings]
    assert found == [(0, 0, ""), (0, 0, ""), (1, 4, "[a + 1, b + 1]"), (1, 11, "[a + 1, b + 1]")]


def test_a_value_of_another_type_is_told_with_both_types() -> None:
    file = read(
        '<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>'
        f'<decision id="d1" name="D">{requires(("requiredInput", "#a"))}{literal("a")}</decision>'
    )
    assert [w.message for w in decide(file, "d1", a="x").warnings] == [
        "The input “a” is string, not number; it counts as null."
    ]


def test_the_trace_of_a_literal_expression_holds_what_it_required() -> None:
    entry = decide(PRICING, "rate", **{"Net Amount": 200}).trace[-1]
    assert entry == {
        "decision": "rate",
        "name": "Tax Rate",
        "inputs": [{"label": "Net Amount", "value": 200}],
        "output": 0.2,
    }
