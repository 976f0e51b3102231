"""What is fuzzed, and the inputs that fuzzing begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from engine.api import Problem, Value, check_resources, kind_of, read_bpmn, read_dmn
from engine.dmn import DecisionFailed, analyse_tables, evaluate_decision
from engine.feel import Budget, CompiledExpression, FeelError, FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.functions import TABLE

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCOPE: dict[str, Value] = {"a": Decimal(1), "b": "text", "c": [Decimal(1), None], "?": Decimal(2), "d": {"x": True}}
BUDGET = Budget(steps=20_000, size=20_000)

EXPRESSIONS = """
if a > 1 then b else null
for x in 1..3, y in c return x + y
some x in c satisfies x = 1
every x in c satisfies x > 0
c[item > 1]
d.x
{a: 1, "b c": a + 1}
function(x: number, y) x ** y
a between 1 and 2
a in (1..3]
@"2026-03-01T10:00:00@Europe/Paris" + @"P1M"
@"PT1H" * 3
a instance of list<number>
-(1) ** 2 / 3e-5
1, 2, > 3
not(1, [2..3])
? > "a"
matches("ab", "(a|b)+$")
replace("ab", "b", "$0")
1 /* y */ + 2 // z
sort(c, function(x, y) x < y)
date and time(date(2026, 1, 1), time(1, 2, 3))
range("[1..2]")
string("\\u00e9\\n")
"""


TABLE_MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="x" namespace="x" id="x">
<itemDefinition id="t" name="{}"><typeRef>{}</typeRef><allowedValues><text>{}</text></allowedValues></itemDefinition>
<inputData id="a" name="a"><variable name="a" typeRef="{}"/></inputData>
<decision id="d" name="d"><variable name="d" typeRef="{}"/><informationRequirement id="r"><requiredInput href="#a"/>
</informationRequirement><decisionTable id="dt" hitPolicy="{}" aggregation="{}">
<input id="i"><inputExpression id="e" typeRef="{}"><text>{}</text></inputExpression>
<inputValues><text>{}</text></inputValues></input>
<output id="o" name="o" typeRef="{}"><outputValues><text>{}</text></outputValues><defaultOutputEntry><text>{}</text>
</defaultOutputEntry></output>
<rule id="r1"><inputEntry id="c1"><text>{}</text></inputEntry><outputEntry id="v1"><text>{}</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>{}</text></inputEntry><outputEntry id="v2"><text>{}</text></outputEntry></rule>
<rule id="r3"><inputEntry id="c3"><text>{}</text></inputEntry><outputEntry id="v3"><text>{}</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
TABLES = (
    "t|number|[0..10]|number|t|UNIQUE||number|a|0,1,2|number|1,2|3|1|1|< 0|2|[3..9]|3",
    't|string|"A","B"|number|Any|COLLECT|SUM|number|a + 1||number|||> 1|a|-|a * 2|not(1)|5',
    't|string|"A","B"|number|t|PRIORITY||number|a||t|"A","B"|"B"|> 1|"A"|-|"B"|1, 3|"A"',
    "t|boolean||t|Any|FIRST||boolean|a > 1||date|||true|date(2026, 1, 1)|false|null|-|null",
    't|date||Any|Any|ANY||date|date("2026-01-01")|[@"2026-01-01"..@"2027-01-01"]|number|||> @"2026-06-01"|1|-|1|null|2',
    'x|Any||x|x|OUTPUT ORDER|MAX|Any|if a = 1 then "x" else null||Any|3,2,1|0|"x"|1|-|2|contains(?, "x")|3',
)


def expression(data: bytes) -> None:
    """A FEEL expression is parsed and evaluated."""
    _evaluated(compile_expression, data)


def unary_tests(data: bytes) -> None:
    """FEEL unary tests, the cells of a decision table."""
    _evaluated(compile_unary_tests, data)


def dmn(data: bytes) -> None:
    """A decision model is read; what is read can be evaluated and analysed."""
    file = read_dmn(data, "x.dmn")
    _coded(file.problems)
    if not file.ok:
        return
    for decision in file.decisions:
        try:
            kind_of(evaluate_decision(file, decision, SCOPE, now=NOW).value)
        except DecisionFailed as failed:
            _is_coded(failed.code, "DMN-")
    for analysis in analyse_tables(file):
        assert all(finding.code for finding in analysis.findings)


def decision_table(data: bytes) -> None:
    """Well-formed decision models, whose texts and attributes are the parts of the input between zero bytes."""
    parts = [escape(_printable(part), {'"': "&quot;"}) for part in data.split(b"\0")]
    parts += [""] * (TABLE_MODEL.count("{}") - len(parts))
    dmn(TABLE_MODEL.format(*parts).encode())


def bpmn(data: bytes) -> None:
    """A diagram is read and checked."""
    _coded(read_bpmn(data, "x.bpmn").problems)
    _coded(check_resources({"x.bpmn": data}).problems)


TARGETS: dict[str, Callable[[bytes], None]] = {"expression": expression, "unary-tests": unary_tests, "dmn": dmn, "bpmn": bpmn}


TARGETS["decision-table"] = decision_table


def _printable(part: bytes) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(char for char in part.decode("utf-8", errors="ignore") if char.isprintable() or char in "\n\t")


def _evaluated(compiled_by: Callable[[str], CompiledExpression], data: bytes) -> None:
    text = data.decode("utf-8", errors="replace")
    try:
        kind_of(compiled_by(text).evaluate(SCOPE, now=NOW, budget=BUDGET).value)
    except (FeelSyntaxError, FeelError) as error:
        _is_coded(error.code, "FEEL-")


def _is_coded(code: str, prefix: str) -> None:
    assert code.startswith(prefix), code


def _coded(problems: tuple[Problem, ...]) -> None:
    assert all(problem.code and problem.message for problem in problems)


def _texts() -> Iterator[bytes]:
    for text in (*EXPRESSIONS.strip().splitlines(), *(f"{name}(a, b)" for name in sorted(TABLE))):
        yield text.encode()


def _files(suffix: str) -> Iterator[bytes]:
    for folder in ("processes", "examples"):
        for path in sorted((ROOT / folder).rglob(f"*.{suffix}")):
            yield path.read_bytes()


SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "expression": _texts,
    "unary-tests": _texts,
    "decision-table": lambda: (table.replace("|", "\0").encode() for table in TABLES),
    "dmn": partial(_files, "dmn"),
    "bpmn": partial(_files, "bpmn"),
}
