"""Reading a field that a decision does not give is told, with those that it gives."""

from __future__ import annotations

import pytest

from engine.check import check_resources
from tests.engine.bpmn.diagram import chain, end, process, start

OUTPUTS = '<output id="o1" name="score"/><output id="o2" name="reason"/>'
TABLE = f"""<decisionTable id="t" hitPolicy="UNIQUE"><input id="i">
<inputExpression id="ie"><text>amount</text></inputExpression></input>{OUTPUTS}
<rule id="r"><inputEntry id="e"><text>-</text></inputEntry>
<outputEntry id="x1"><text>1</text></outputEntry><outputEntry id="x2"><text>"a"</text></outputEntry></rule></decisionTable>"""
DECISION = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://test/">'
    f'<decision id="risk" name="Risk">{TABLE}</decision></definitions>'
).encode()
CALL = (
    '<businessRuleTask id="ask"><extensionElements><zeebe:calledDecision decisionId="risk" resultVariable="rating"/>'
    "</extensionElements></businessRuleTask>"
)


def script(name: str, expression: str, result: str) -> str:
    zeebe = f'<zeebe:script expression="={expression}" resultVariable="{result}"/>'
    return f'<scriptTask id="{name}"><extensionElements>{zeebe}</extensionElements></scriptTask>'


def told(*elements: str) -> list[tuple[str, str | None, str | None]]:
    ids = [element.split('id="')[1].split('"')[0] for element in elements]
    xml = process(start() + "".join(elements) + end() + chain("s", *ids, "e"))
    answer = check_resources({"a.bpmn": xml, "d.dmn": DECISION})
    assert answer.ok, answer.problems
    return [(p.code, p.element, p.fix) for p in answer.problems if p.resource == "a.bpmn"]


@pytest.mark.parametrize(
    "expression", ["rating.scoer", "if rating.scoer &gt; 3 then 1 else 2", "[rating.scoer]", "rating.scoer + 1"]
)
def test_a_field_that_the_decision_does_not_give_is_told(expression: str) -> None:
    assert told(CALL, script("use", expression, "x")) == [("CHECK-3025", "use", "Did you mean “score”?")]


@pytest.mark.parametrize("expression", ["rating.score", "rating.reason", "other.scoer", "rating"])
def test_fields_that_are_there_are_no_finding(expression: str) -> None:
    assert told(CALL, script("use", expression, "x")) == []


def test_a_variable_that_others_write_too_is_not_judged() -> None:
    assert told(CALL, script("set", "{scoer: 1}", "rating"), script("use", "rating.scoer", "x")) == []
