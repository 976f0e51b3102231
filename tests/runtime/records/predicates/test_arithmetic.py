"""Calculation in the database has FEEL's 34 digits, rounded half to even, and exact numbers sort by their size."""

from __future__ import annotations

import os
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.api import DECIMAL
from runtime.records.fields import canonical
from tests.runtime.records.predicates.conditions import NUMBERS
from tests.runtime.records.predicates.installation import place

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "25"))
HALVES = st.builds(
    lambda whole, fraction: canonical(Decimal(f"{whole}.{fraction:010}")),
    st.integers(10**22, 10**24 - 1),
    st.sampled_from([5, 15, 25, 50, 500_000_000, 5_000_000_000, 1, 9_999_999_999, 0]),
)
LARGEST = Decimal("999999999999999999999999.9999999999")
SMALLEST = Decimal("0.0000000001")
HALF = Decimal(500000000000000000000000)
OPERATIONS = {"+": DECIMAL.add, "-": DECIMAL.subtract, "*": DECIMAL.multiply}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(NUMBERS | HALVES, NUMBERS | HALVES), min_size=1, max_size=4))
@example(rows=[(LARGEST, LARGEST), (LARGEST, SMALLEST), (-SMALLEST, SMALLEST)])
@example(rows=[(Decimal(f"{HALF}.0000000005"), HALF), (Decimal(f"{HALF}.0000000015"), HALF)])
@example(rows=[(Decimal(f"{HALF}.0000000015"), Decimal("-0.5")), (Decimal(f"{HALF}.0000000025"), HALF)])
def test_every_digit_is_feels(empty_database, rows) -> None:
    kinds = {"a": "number", "b": "number"}
    with place(empty_database, kinds, [{"a": a, "b": b} for a, b in rows]) as there:
        for sign, operation in OPERATIONS.items():
            results = [operation(a, b) for a, b in rows]
            for result in dict.fromkeys(results[:2]):
                same = there.compile(f"(a {sign} b) = ({result:f})")
                assert there.by_sql(same) == [f"r{n}" for n, other in enumerate(results) if other == result]
                larger = there.compile(f"(a {sign} b) - ({result:f}) > 0 or a > ({result:f}) or ({result:f}) >= b")
                assert there.by_sql(larger) == there.in_memory(larger)
