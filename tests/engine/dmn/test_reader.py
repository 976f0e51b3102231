# ruff: noqa: E501 - XML in one line reads better than XML in pieces
"""What is wrong with a DMN file is told with code, element, line, field and a way out; nothing is left out in silence."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionFailed, evaluate_decision, read_dmn
from engine.dmn.document import NAMESPACES
from engine.problems import Problem, Severity

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def problems(body: str, namespace: str = "https://www.omg.org/spec/DMN/20230324/MODEL/") -> tuple[Problem, ...]:
    return read_dmn(
        f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n">\n{body}\n</definitions>'.encode(), "d.dmn"
    ).problems


TABLE = """<decision id="t" name="t"><decisionTable id="dt" hitPolicy="{policy}">
<input id="i"><inputExpression id="ie"><text>{input}</text></inputExpression></input>
<output id="o"/>
<rule id="r">
  <inputEntry id="c"><text>{cell}</text></inputEntry>
  {output}
</rule></decisionTable></decision>"""
GOOD = {"policy": "UNIQUE", "input": "x", "cell": "-", "output": "<outputEntry><text>1</text></outputEntry>"}


@pytest.mark.parametrize(
    ("body", "code", "element", "field", "line"),
    [
        (TABLE.format(**GOOD | {"cell": "&lt; 5 5"}), "FEEL-1001", "c", "input 1 of rule 1", 6),
        (TABLE.format(**GOOD | {"input": "\n x +"}), "FEEL-1001", "ie", "input 1", 3),
        (TABLE.format(**GOOD | {"policy": "BEST"}), "DMN-3005", "dt", "hitPolicy", 2),
        (TABLE.format(**GOOD | {"output": ""}), "DMN-3006", "r", "rule 1", 5),
        ('<decision id="t" name="t"><decisionTable id="dt"/></decision>', "DMN-3010", "dt", None, 2),
        ('<decision id="t"><literalExpression><text>1</text></literalExpression></decision>', "DMN-3002", "t", "name", 2),
        ('<decision id="t" name="t"/>', "DMN-3010", "t", "expression", 2),
        ('<decision id="t" name="t"><literalExpression id="l" expressionLanguage="javascript"><text>1</text></literalExpression></decision>',
         "DMN-3007", "l", "expression", 2),
        ('<decision id="t" name="t"><variable name="t" typeRef="tMissing"/><literalExpression><text>1</text></literalExpression></decision>',
         "DMN-3009", "t", "typeRef", 2),
        ('<decision id="t" name="t"><informationRequirement><requiredDecision href="#no"/></informationRequirement>'
         "<literalExpression><text>1</text></literalExpression></decision>", "DMN-3004", "t", "href", 2),
        ('<decision id="t" name="t"><informationRequirement><requiredDecision href="#t"/></informationRequirement>'
         "<literalExpression><text>1</text></literalExpression></decision>", "DMN-3012", "t", None, 2),
        ('<decision id="t" name="t"><surprise/><literalExpression><text>1</text></literalExpression></decision>', "DMN-3003", "t", None, 2),
        ('<somethingNew id="s"/>', "DMN-3003", "s", None, 2),
        ('<import name="i" namespace="other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>', "DMN-3011", "d", "namespace", 2),
        ('<decision id="t" name="t"><literalExpression><text>1</text></literalExpression></decision>'
         '<decision id="t" name="u"><literalExpression><text>1</text></literalExpression></decision>', "DMN-3008", "t", "id", 2),
        ('<decision id="t" name="t"><decisionTable id="dt" hitPolicy="COLLECT" aggregation="SUM"><output name="a"/><output name="b"/>'
         "</decisionTable></decision>", "DMN-3013", "dt", "aggregation", 2),
        ('<decision id="t" name="t"><functionDefinition kind="Java"><literalExpression><text>1</text></literalExpression>'
         "</functionDefinition></decision>", "DMN-3007", "t", "kind", 2),
    ],
)  # fmt: skip
def test_the_problem_names_the_place_and_the_way_out(body: str, code: str, element: str, field: str | None, line: int) -> None:
    found = problems(body)
    assert [p.code for p in found] == [code]
    assert (found[0].element, found[0].field, found[0].line) == (element, field, line)
    assert found[0].fix


def test_a_sound_table_has_no_problem() -> None:
    assert problems(TABLE.format(**GOOD)) == ()


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    assert problems(TABLE.format(**GOOD), namespace) == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XML-3005"),
        (b"<a", "XML-3004"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "XML-3002"),
        (b"<definitions/>", "DMN-3001"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "DMN-3001"),
    ],
)
def test_what_is_no_dmn_is_one_problem_and_no_exception(data: bytes, code: str) -> None:
    file = read_dmn(data, "d.dmn")
    assert [p.code for p in file.problems] == [code]
    assert not file.ok


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_raises(data: st.DataObject) -> None:
    text = f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d">{TABLE.format(**GOOD)}</definitions>'
    pieces = re.split(r"(?=[<>])", text)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(pieces) - 1))
        pieces[place] = data.draw(st.sampled_from(["", "<rule", "<context/", ">", "x", pieces[place] * 2, *pieces]))
    file = read_dmn("".join(pieces).encode(), "d.dmn")
    for decision in file.decisions:
        with contextlib.suppress(DecisionFailed):
            evaluate_decision(file, decision, {}, now=NOW)


def test_a_decision_without_logic_is_a_warning_and_null() -> None:
    file = read_dmn(
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n"><decision id="t" name="t"/></definitions>',
        "d.dmn",
    )
    assert file.problems[0].severity is Severity.WARNING
    result = evaluate_decision(file, "t", {}, now=NOW)
    assert result.value is None
    assert "no expression" in result.warnings[0].message


def test_running_a_broken_expression_names_it() -> None:
    file = read_dmn(
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n"><decision id="t" name="t">'
        b"<literalExpression><text>1 +</text></literalExpression></decision></definitions>",
        "d.dmn",
    )
    with pytest.raises(DecisionFailed, match="1 \\+") as caught:
        evaluate_decision(file, "t", {}, now=NOW)
    assert caught.value.code == "DMN-2004"
