"""What is said of an expression beforehand is true of every value it has."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import (
    CompiledExpression,
    FeelError,
    Result,
    YearMonthDuration,
    compile_expression,
    kind_of,
    parse,
    print_expression,
)
from engine.feel import syntax as s
from engine.feel.arithmetic import TABLES
from engine.feel.functions import TABLE
from engine.feel.printer import type_text
from engine.feel.static import analyse, kinds_of, type_of_value
from engine.feel.static.kinds import bare
from engine.feel.static.operators import RESULTS as OPERATOR_RESULTS
from engine.feel.static.results import RESULTS
from engine.feel.types import ANY
from engine.feel.values import FeelFunction, Range
from tests.engine.feel.test_fuzz import ARGUMENTS
from tests.engine.feel.trees import TREES

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5).map(Decimal),
    st.sampled_from(["", "a", "x1"]),
    st.sampled_from(
        [date(2026, 3, 1), time(9, 30), NOW, timedelta(days=1), YearMonthDuration(5), Range(Decimal(1), Decimal(3))]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "amount", "item"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = ["a", "b", "amount", "first name", "a-b", "item", "x1", "день", "合計", "?"]
SCOPES = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


def admits(kind: s.TypeNode, value: Any) -> bool:
    """Whether the type has the value; what a context has besides its declared entries is of no concern."""
    inner = bare(kind, {})
    kinds = kinds_of(inner, {})
    if value is None or kinds is None or value == []:  # `list[position]` is an empty list when the position is null
        return True
    match inner, value:
        case s.ListType(item), list():
            return all(admits(item, one) for one in value)
        case s.RangeType(item), Range():
            return admits(item, value.start) and admits(item, value.end)
        case s.ContextType(entries), dict():
            return all(admits(entry, value.get(key)) for key, entry in entries)
        case s.FunctionType(), FeelFunction():
            return True
        case _:
            return kind_of(value) in kinds


def evaluated(expression: CompiledExpression, scope: dict[str, Any]) -> Result | None:
    try:
        return expression.evaluate(scope, now=NOW)
    except FeelError:
        return None


@settings(max_examples=600, deadline=None)
@given(TREES, SCOPES)
def test_the_value_is_of_the_type_that_was_inferred(tree: s.Node, scope: dict[str, Any]) -> None:
    expression = compile_expression(print_expression(tree))
    found = analyse(expression.syntax, {name: type_of_value(value) for name, value in scope.items()})
    result = evaluated(expression, scope)
    assert result is None or admits(found.type, result.value), (expression.text, type_text(found.type), result.value)


@settings(max_examples=400, deadline=None)
@given(TREES, SCOPES)
def test_the_value_depends_on_the_names_that_were_found_and_on_no_other(tree: s.Node, scope: dict[str, Any]) -> None:
    expression = compile_expression(print_expression(tree))
    found = analyse(expression.syntax, {name: type_of_value(value) for name, value in scope.items()})
    used = found.names | found.possible_names
    assert used <= expression.names | TABLE.keys() or found.findings
    whole, part = evaluated(expression, scope), evaluated(expression, {k: v for k, v in scope.items() if k in used})
    assert repr(whole and whole.value) == repr(part and part.value) or "object at" in repr(whole)


@settings(max_examples=1200, deadline=None)
@given(st.sampled_from(sorted(TABLE)), st.lists(ARGUMENTS, min_size=1, max_size=3))
def test_a_call_gives_the_type_of_its_function_and_a_finding_means_null(name: str, arguments: list[str]) -> None:
    expression = compile_expression(f"{name}({', '.join(arguments)})")
    found = analyse(expression.syntax, {})
    result = evaluated(expression, {})
    if result is not None:
        assert admits(found.type, result.value), (expression.text, type_text(found.type), result.value)
        assert not found.findings or result.warnings or result.value is None, (expression.text, found.findings)


@settings(max_examples=800, deadline=None)
@given(ARGUMENTS, st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]), ARGUMENTS)
def test_an_operator_gives_the_inferred_type_and_a_finding_means_null(left: str, operator: str, right: str) -> None:
    expression = compile_expression(f"({left}) {operator} ({right})")
    found = analyse(expression.syntax, {})
    result = evaluated(expression, {})
    if result is not None:
        assert admits(found.type, result.value), (expression.text, type_text(found.type), result.value)
        decided_otherwise = operator in ("and", "or") or (operator == "in" and result.value is False)
        assert not found.findings or result.warnings or result.value is None or decided_otherwise, expression.text


def test_operators_take_the_kinds_that_the_evaluation_takes() -> None:
    assert {sign: table.keys() for sign, table in OPERATOR_RESULTS.items()} == {sign: t.keys() for sign, t in TABLES.items()}


def test_every_built_in_has_the_type_of_its_value() -> None:
    assert RESULTS.keys() == TABLE.keys()


def test_a_tree_without_declared_types_has_no_findings_about_them() -> None:
    scope = dict.fromkeys(("a", "b"), ANY)
    assert analyse(parse("a + b > a.x and b[1].y in [a, 3]"), scope).findings == ()
