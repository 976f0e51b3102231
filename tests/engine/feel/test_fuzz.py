"""Any text, and any expression put together from FEEL's words, ends in a value or in an error with a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import Budget, CompiledExpression, FeelError, FeelSyntaxError, compile_expression, compile_unary_tests, kind_of
from engine.feel.functions import TABLE

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCOPE = {"a": Decimal(1), "b": "text", "c": [Decimal(1), None], "?": Decimal(2), "d": {"x": True}}
SMALL = Budget(steps=20_000, size=20_000)
KEYWORDS = "if then else for in return some every satisfies and or not between instance of function true false null external"
VALUES = """a b c d ? item partial 1 0 2.5 -1 1e400 1e-400 "x" "" @"P1D" @"P1M" @"10:00:00" @"2026-03-01" `a`"""
SIGNS = "( ) ( ) [ ] [ ] { } , : . .. + - * / ** = != < <= > >= -> number string list<Any>"
WORDS = st.sampled_from([*f"{KEYWORDS} {VALUES} {SIGNS}".split(), *sorted(TABLE)])


def _try(compiled_by: Callable[[str], CompiledExpression], text: str) -> None:
    codes = {FeelSyntaxError: "FEEL-1", FeelError: "FEEL-2"}
    try:
        value = compiled_by(text).evaluate(SCOPE, now=NOW, budget=SMALL).value
    except (FeelSyntaxError, FeelError) as error:
        found = error
    else:
        kind_of(value)
        return
    assert found.code.startswith(codes[type(found)])


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    _try(compile_expression, text)
    _try(compile_unary_tests, text)


@settings(max_examples=600, deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_any_row_of_words_is_read_or_refused(text: str) -> None:
    _try(compile_expression, text)
    _try(compile_unary_tests, text)


ARGUMENTS = st.sampled_from(
    [
        "\n    1 ",
        "-1 ",
        "0 ",
        "2.5 ",
        "1e6000 ",
        "1e-6000 ",
        '"a" ',
        '"" ',
        '"2026-03-01" ',
        "null ",
        "true ",
        "[] ",
        "[1, 2] ",
        "[null] ",
        '["b", "a"] ',
        "{} ",
        "{x: 1}\n    ",
        '@"P1D" ',
        '@"-P99Y" ',
        '@"2026-03-01" ',
        '@"-99999-03-01" ',
        '@"10:00:00.123456789" ',
        '@"2026-03-01T10:00:00@Asia/Tokyo" ',
        "[1..2]\n    ",
        "(< 3) ",
        "function(x) x ",
        "function(x, y) x < y ",
        "count ",
        "[[1], {a: [1..2]}] ",
        '@"99999-01-01T00:00:00Z" ',
        '@"P999999999D" ',
        "1e30\n    ",
        '"[a-" ',
        '@"P999999999Y"\n    ',
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(TABLE)), st.lists(ARGUMENTS, max_size=4))
def test_any_call_of_a_built_in_has_a_value_or_a_code(name: str, arguments: list[str]) -> None:
    _try(compile_expression, f"{name}({', '.join(arguments)})")


@settings(max_examples=800, deadline=None)
@given(ARGUMENTS, st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]), ARGUMENTS)
def test_any_operator_on_any_values_has_a_value_or_a_code(left: str, operator: str, right: str) -> None:
    _try(compile_expression, f"({left}) {operator} ({right})")
