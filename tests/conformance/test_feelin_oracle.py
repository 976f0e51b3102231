"""Random expressions have the value that feelin gives them, but for the differences that the standard explains."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from engine.api import Value, compile_expression
from tests.conformance.differences_page import page
from tests.conformance.feelin_differences import DIFFERENCES, Difference
from tests.conformance.typed_texts import TEXTS
from tests.support.feelin import Feelin
from tests.support.feelin_values import same, shown, written

pytestmark = pytest.mark.xdist_group("feelin")

EXAMPLES = int(os.environ.get("FEELIN_EXAMPLES", "300"))
PAGE = Path(__file__).parents[2] / "docs/conformance.md"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCOPE: dict[str, Value] = {
    "n": Decimal(5),
    "m": Decimal("1.5"),
    "s": "hello",
    "t": "b",
    "yes": True,
    "d": date(2026, 6, 15),
    "numbers": [Decimal(4), Decimal(8), Decimal(2)],
    "words": ["x", "y"],
    "c": {"a": Decimal(1), "b": "q"},
}


@pytest.fixture(scope="module")
def feelin() -> Iterator[Feelin]:
    with Feelin() as running:
        yield running


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_an_expression_has_the_value_that_feelin_gives_it(feelin: Feelin, text: str) -> None:
    theirs = feelin.ask("expression", text, SCOPE)
    ours = written(compile_expression(text).evaluate(SCOPE, now=NOW).value)
    assert "value" in theirs, theirs
    assert same(ours, theirs["value"]), f"ours {shown(ours)}, theirs {shown(theirs['value'])}"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.text)
def test_a_difference_is_as_it_is_written_down(feelin: Feelin, difference: Difference) -> None:
    ours = written(compile_expression(difference.text).evaluate({}, now=NOW).value)
    assert (shown(ours), shown(feelin.ask("expression", difference.text, {})["value"])) == (difference.ours, difference.theirs)


def test_the_page_shows_the_differences() -> None:
    assert page(DIFFERENCES) in PAGE.read_text(encoding="utf-8"), "run: python -m tests.conformance.differences_page"
