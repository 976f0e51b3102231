"""Nothing in the language runs without bound or takes the machine down: each attempt ends soon, with a code."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from engine.feel import Budget, FeelError, FeelSyntaxError, compile_expression

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DOUBLED = "for i in 1..{n} return if i = 1 then {first} else {step}"
TWICE = DOUBLED.format(n=40, first="[1, 2]", step="[partial[-1], partial[-1]]")
A_LOT = "a" * 30_000

RUNAWAYS = {
    "a long loop": "for i in 1..10**9 return i",
    "nested loops": "for i in 1..10**6, j in 1..10**6 return i",
    "a long search": "some i in 1..10**9 satisfies i < 0",
    "an endless recursion": "{f: function(g) g(g)}.f(function(g) g(g))",
    "a text that doubles": DOUBLED.format(n=99, first='"abcdefgh"', step="partial[-1] + partial[-1]"),
    "a list that doubles": DOUBLED.format(n=99, first="[1, 2]", step="concatenate(partial[-1], partial[-1])"),
    "a list that holds itself twice": TWICE,
    "the text of such a list": f"string(({TWICE})[40])",
    "flattening such a list": f"count(flatten(({TWICE})[40]))",
    "comparing such lists": f"({TWICE}) = ({TWICE})",
    "a result that is nested deeply": DOUBLED.format(n=3000, first="[1]", step="[partial[-1]]"),
    "a pattern of many stars": f'matches("{A_LOT}!", "a*a*a*a*b")',
    "a pattern with a back reference": f'matches("{A_LOT}", "(a*)*\\1b")',
    "a replacement that explodes": f'replace("{A_LOT}", "a", "{"b" * 9000}")',
    "a join that explodes": 'string join(for i in 1..90000 return "abcdefghij")',
}


@pytest.mark.parametrize("text", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_ends_soon_with_a_code(text: str) -> None:
    begun = time.thread_time()
    with pytest.raises(FeelError) as caught:
        compile_expression(text).evaluate({}, now=NOW)
    assert caught.value.code.startswith("FEEL-2")
    assert time.thread_time() - begun < 2  # of this thread's work; typically a tenth


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 3000,
        "{a:" * 3000,
        "-" * 5000 + "1",
        "1" + "+1" * 5000,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "not(" * 3000 + "true" + ")" * 3000,
        "if true then " * 2000,
        "function(x) " * 2000 + "1",
        "x" * 70_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_too_deep_or_long_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.code in ("FEEL-1004", "FEEL-1005")


@pytest.mark.parametrize(
    ("text", "value"),
    [('matches("{}!", "^(a+)+$")', False), ('matches("{}!", "^(a|a)*$")', False), ('matches("{}", "(a?){{28}}a{{28}}")', True)],
)
def test_patterns_that_hang_other_matchers_are_answered(text: str, value: bool) -> None:
    assert compile_expression(text.format("a" * 40)).evaluate({}, now=NOW).value is value


def test_a_callers_own_budget_holds() -> None:
    compiled = compile_expression("for i in 1..100 return i")
    assert len(compiled.evaluate({}, now=NOW).value) == 100
    with pytest.raises(FeelError, match="FEEL-2001"):
        compiled.evaluate({}, now=NOW, budget=Budget(steps=50))
    with pytest.raises(FeelError, match="FEEL-2003"):
        compiled.evaluate({}, now=NOW, budget=Budget(size=50))


def test_ordinary_work_stays_far_within_the_budget() -> None:
    text = "sum(for i in 1..10000 return if even(i) then i else 0)"
    assert compile_expression(text).evaluate({}, now=NOW).value == 25_005_000


@pytest.mark.parametrize("text", ["for i in 1e6144..1 return i", "some i in -1e40..1 satisfies i < 0"])
def test_counting_from_where_numbers_have_no_neighbours_is_null_at_once(text: str) -> None:
    result = compile_expression(text).evaluate({}, now=NOW, budget=Budget(steps=10))
    assert result.value is None
    assert "34 digits" in result.warnings[0].message
