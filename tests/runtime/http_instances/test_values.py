"""Variables are shown exactly: what stands on the page could be written into a FEEL expression."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api import compile_expression
from runtime.http.instances.values import format_value

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        ("He said “hi”", '"He said “hi”"'),
        ('a "quoted" word', '"a \\"quoted\\" word"'),
        ("佐藤", '"佐藤"'),
        (date(2026, 12, 1), '@"2026-12-01"'),
        (time(9, 30), '@"09:30:00"'),
        (timedelta(days=2), '@"P2D"'),
        ([], "[]"),
        ({}, "{}"),
        ([Decimal(1), "two"], '[1, "two"]'),
        ({"amount": Decimal(5), "due date": None}, '{amount: 5, "due date": null}'),
    ],
)
def test_a_value_reads_as_feel(value, text):
    assert format_value(value) == text


def test_a_long_value_has_a_line_for_each_part():
    shown = format_value(
        {"lines": [{"product": "Office chair, black, with arm rests", "count": Decimal(12)}, {"product": "Desk"}]}
    )
    assert shown == (
        '{\n  lines: [\n    {product: "Office chair, black, with arm rests", count: 12},\n    {product: "Desk"}\n  ]\n}'
    )


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20),
    st.dates(min_value=date(1000, 1, 1)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.from_regex(r"[a-z][a-z ]{0,8}[a-z]", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_what_is_shown_means_the_value(value):
    assert compile_expression(format_value(value)).evaluate({}, now=NOW).value == value
