"""The page on FEEL in lists is made from the tables of the code, and its examples compile."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from runtime.records.predicates import compile_predicate
from runtime.records.predicates.manual import manual
from tests.runtime.records.predicates.installation import USER, types_of

PAGE = Path(__file__).parents[4] / "docs" / "feel-in-lists.md"
FIELDS = {
    "amount": "money",
    "budget": "money",
    "opened_on": "date",
    "valid_from": "date",
    "valid_to": "date",
    "seen_at": "datetime",
    "urgent": "boolean",
    "size": "choice",
    "name": "text",
    "tags": "multi_choice",
}


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "python -m runtime.records.predicates.manual > docs/feel-in-lists.md"


def test_the_examples_of_the_page_compile() -> None:
    blocks = re.findall(r"```\n(.*?)```", manual(), re.DOTALL)
    examples = [line.partition("?where=")[2] or line for block in blocks for line in block.splitlines()]
    types = types_of(FIELDS)
    assert len(examples) > 7
    for example in examples:
        compile_predicate(example, types, types["thing"], now=datetime(2026, 3, 1, tzinfo=UTC), parameters={"user": USER})
