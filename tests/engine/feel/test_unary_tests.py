"""Cells of decision tables: unary tests against `?` (DMN 1.5 §10.3.1.2 rules 7–17)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.feel import FeelSyntaxError, compile_unary_tests, from_plain

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "value", "holds"),
    [
        ("-", None, True),
        ("5", 5, True),
        ("5", "5", False),
        ("< 5", 4, True),
        ("< 5", None, False),
        ("[1..5)", 5, False),
        ("(1..5]", 5, True),
        ("1, 2, > 10", 11, True),
        ("1, 2, > 10", 3, False),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ('"a", "b"', "b", True),
        ('not("a")', "b", True),
        ("null", None, True),
        ("not(null)", 1, True),
        ("limit", 7, True),
        ("< limit", 6, True),
        ("[1..limit]", 7, True),
        ("choices", 2, True),
        ("? > 3 and ? < 5", 4, True),
        ("? > 3 and ? < 5", 6, False),
        ('contains(?, "x")', "axb", True),
        ('starts with(?, "a") or ends with(?, "b")', "cb", True),
        ('not(contains(?, "x"))', "abc", True),
        ("even(?)", 4, True),
        ("true", True, True),
        ("true", False, False),
        ("true", None, False),
        ("true", "yes", False),
        ("false", None, False),
        ("false", False, True),
        ("not(true)", False, True),
        ("limit > 5", 1, True),
        ("-5", -5, True),
        ("> -5", -4, True),
        ('@"2026-03-01"', "2026-03-01", False),
        ("some x in ? satisfies x > 2", [1, 3], True),
        ("[1, 2]", [1, 2], True),
        ('"a" + "b"', "ab", True),
        # A condition that is null, since the input is missing, does not hold, negated or not.
        ("? > 5", None, False),
        ("? > 5 and ? < 10", None, False),
        ('contains(?, "a")', None, False),
        ("? = null", None, True),
        ("not(< 5)", None, False),
        ("not(? > 5)", None, False),
        ('not("a")', None, True),
        ("not(null, < 5)", None, False),
    ],
)
def test_the_cell_holds_for_the_input(cell: str, value: object, holds: bool) -> None:
    scope = from_plain({"?": value, "limit": 7, "choices": [1, 2]})
    assert compile_unary_tests(cell).evaluate(scope, now=NOW).value is holds


@pytest.mark.parametrize("cell", ["", "<", "1,", "[1..", "not(", "1 2"])
def test_a_broken_cell_is_refused(cell: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(cell)
