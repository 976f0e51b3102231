"""A condition chooses the same records in the database as in memory, for any type, rows and condition."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, event, given, settings

from runtime.records.predicates import NotCompilable, Predicate
from tests.runtime.records.predicates.conditions import cases
from tests.runtime.records.predicates.installation import Place, place

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))


@pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(case=cases())
def test_sql_and_memory_choose_the_same_records(empty_database, case) -> None:
    kinds, rows, conditions = case
    with place(empty_database, kinds, rows) as there:
        for text in conditions:
            predicate = _compiled(there, text)
            if predicate is not None:
                assert there.by_sql(predicate) == there.in_memory(predicate), text


def _compiled(there: Place, text: str) -> Predicate | None:
    """None for what is refused, which has to be with a reason and never by any other exception."""
    try:
        made = there.compile(text)
    except NotCompilable as refusal:
        event(f"refused {refusal.code}")
        return None
    event("compiled")
    return made
