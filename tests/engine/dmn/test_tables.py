# ruff: noqa: E501 - XML in one line reads better than XML in pieces
"""Decision tables: each hit policy, its violations, defaults, and the trace (DMN 1.5 §8.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine.dmn import DecisionFailed, DecisionResult, DmnFile, evaluate_decision, read_dmn
from engine.feel import from_plain

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Rows = list[tuple[list[str], list[str]]]


def table(policy: str, rows: Rows, inputs: tuple[str, ...] = ("x",), outputs: str = '<output id="o1"/>') -> DmnFile:
    columns = "".join(f"<input><inputExpression><text>{escape(i)}</text></inputExpression></input>" for i in inputs)
    rules = ""
    for number, (conditions, results) in enumerate(rows, 1):
        cells = "".join(f"<inputEntry><text>{escape(c)}</text></inputEntry>" for c in conditions)
        cells += "".join(f"<outputEntry><text>{escape(r)}</text></outputEntry>" for r in results)
        rules += f'<rule id="rule-{number}">{cells}</rule>'
    file = read_dmn(
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="t" name="Table">'
        f"<decisionTable {policy}>{columns}{outputs}{rules}</decisionTable></decision></definitions>".encode(),
        "table.dmn",
    )
    assert [str(p) for p in file.problems] == []
    return file


def decide(file: DmnFile, **inputs: object) -> DecisionResult:
    return evaluate_decision(file, "t", from_plain(inputs), now=NOW)


OVERLAPPING: Rows = [(["> 10"], ['"low"']), (["> 20"], ['"high"']), (["> 30"], ['"low"'])]
ORDERED = '<output id="o1"><outputValues><text>"high", "low"</text></outputValues></output>'


@pytest.mark.parametrize(
    ("policy", "outputs", "x", "expected"),
    [
        ('hitPolicy="UNIQUE"', "<output/>", 15, "low"),
        ('hitPolicy="UNIQUE"', "<output/>", 5, None),
        ("", "<output/>", 15, "low"),
        ('hitPolicy="FIRST"', "<output/>", 35, "low"),
        ('hitPolicy="PRIORITY"', ORDERED, 25, "high"),
        ('hitPolicy="RULE ORDER"', "<output/>", 35, ["low", "high", "low"]),
        ('hitPolicy="OUTPUT ORDER"', ORDERED, 35, ["high", "low", "low"]),
        ('hitPolicy="COLLECT"', "<output/>", 25, ["low", "high"]),
        ('hitPolicy="COLLECT"', "<output/>", 5, []),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "<output/>", 35, 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "<output/>", 5, 0),
        ('hitPolicy="COLLECT" aggregation="MIN"', "<output/>", 35, "high"),
        ('hitPolicy="FIRST"', '<output><defaultOutputEntry><text>"none"</text></defaultOutputEntry></output>', 5, "none"),
    ],
)
def test_the_hit_policy_decides_what_the_table_answers(policy: str, outputs: str, x: int, expected: object) -> None:
    assert decide(table(policy, OVERLAPPING, outputs=outputs), x=x).value == from_plain(expected)


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)])
def test_collect_aggregates_numbers(aggregation: str, expected: int) -> None:
    rows: Rows = [(["-"], ["10"]), (["-"], ["20"]), (["-"], ["30"])]
    assert decide(table(f'hitPolicy="COLLECT" aggregation="{aggregation}"', rows), x=1).value == Decimal(expected)


def test_two_rules_of_a_unique_table_are_an_error_that_names_them() -> None:
    with pytest.raises(DecisionFailed, match=r"rules 1 \(rule-1\) and 2 \(rule-2\)") as caught:
        decide(table('hitPolicy="UNIQUE"', OVERLAPPING), x=25)
    assert caught.value.code == "DMN-2002"


def test_any_takes_agreeing_rules_and_names_those_that_differ() -> None:
    agreeing = table('hitPolicy="ANY"', [(["> 1"], ["1"]), (["> 2"], ["1.0"])])
    assert decide(agreeing, x=3).value == Decimal(1)
    with pytest.raises(DecisionFailed, match=r"rules 1 .* and 2") as caught:
        decide(table('hitPolicy="ANY"', OVERLAPPING), x=25)
    assert caught.value.code == "DMN-2003"


def test_several_outputs_are_a_context() -> None:
    outputs = '<output name="price"/><output name="note"><defaultOutputEntry><text>"-"</text></defaultOutputEntry></output>'
    file = table('hitPolicy="UNIQUE"', [(["< 10"], ["x * 2", '"ok"'])], outputs=outputs)
    assert decide(file, x=4).value == {"price": Decimal(8), "note": "ok"}
    assert decide(file, x=40).value == {"price": None, "note": "-"}


def test_conditions_may_use_other_variables_and_the_input_itself() -> None:
    file = table('hitPolicy="FIRST"', [(["< limit", "-"], ['"small"']), (["?*2 > limit", 'not("a")'], ['"wide"'])], ("x", "y"))
    assert decide(file, x=1, y="a", limit=2).value == "small"
    assert decide(file, x=3, y="b", limit=2).value == "wide"
    assert decide(file, x=3, y="a", limit=2).value is None


def test_an_empty_condition_means_anything() -> None:
    assert decide(table('hitPolicy="UNIQUE"', [([""], ["1"])]), x=None).value == Decimal(1)


def test_the_trace_tells_inputs_rules_and_outputs() -> None:
    result = decide(table('hitPolicy="COLLECT"', OVERLAPPING), x=25)
    assert result.trace == [
        {
            "decision": "t",
            "name": "Table",
            "hitPolicy": "COLLECT",
            "inputs": [{"label": "x", "value": 25}],
            "rules": [
                {"id": "rule-1", "number": 1, "outputs": {"result": "low"}},
                {"id": "rule-2", "number": 2, "outputs": {"result": "high"}},
            ],
            "output": ["low", "high"],
        }
    ]


def test_an_input_outside_its_allowed_values_is_null_and_warns() -> None:
    file = read_dmn(
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n"><decision id="t" name="t">'
        b'<decisionTable hitPolicy="UNIQUE"><input label="Colour"><inputExpression><text>x</text></inputExpression>'
        b'<inputValues><text>"red", "blue"</text></inputValues></input><output/>'
        b'<rule><inputEntry><text>"green"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
        b"</decisionTable></decision></definitions>",
        "t.dmn",
    )
    result = decide(file, x="green")
    assert result.value is None
    assert "Colour" in result.warnings[0].message


def test_a_large_table_is_linear() -> None:
    rows: Rows = [([f"[{n}..{n + 1})"], [str(n)]) for n in range(2000)]
    assert decide(table('hitPolicy="UNIQUE"', rows), x=1999).value == Decimal(1999)


def test_a_mistake_in_a_condition_is_told_with_its_rule_and_text() -> None:
    rows: Rows = [(["1"], ["1"]), (["> limit"], ["2"]), (["> limt"], ["3"])]
    warnings = decide(table('hitPolicy="COLLECT"', rows), x=5).warnings
    assert [(w.text, w.line, w.column) for w in warnings] == [("> limit", 1, 3), ("> limt", 1, 3)]
    assert [w.message.split(":")[1].strip() for w in warnings] == ["Rule 2", "Rule 3"]
