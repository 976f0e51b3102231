"""The API does what its OpenAPI description says: no 5xx, no undocumented status, content type or shape, whatever is sent.

``RINGI_API_EXAMPLES=500 pytest tests/api`` (`make api`) tries longer than CI does.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.trying import undo_writes

EXAMPLES = int(os.environ.get("RINGI_API_EXAMPLES", "8"))
"""Requests for each operation; and as many sequences of operations."""
STEPS = 30
"""Requests in a sequence."""
BOUNDED = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
LONG = pytest.mark.timeout(120 + 30 * EXAMPLES)


@LONG
def test_every_operation_answers_as_it_is_described(described):
    undo_writes(described.shop)
    for operation in described.operations:
        try_out(described, operation)
    done = {label for label, _status in described.statuses}
    assert done == {operation.label for operation in described.operations}


def try_out(described, operation):
    @BOUNDED
    @given(data=st.data())
    def answers_as_described(data):
        described.call(data, operation)

    answers_as_described()


@LONG
def test_operations_in_any_order_answer_as_they_are_described(described):
    @BOUNDED
    @given(data=st.data())
    def go_on_from_what_is_there(data):
        for _ in range(STEPS):
            described.call(data, data.draw(st.sampled_from(described.operations)))
            if data.draw(st.integers(1, 5)) == 1:
                described.shop.jobs.run_due(limit=20)

    go_on_from_what_is_there()
    worked = {label for label, status in described.statuses if status < 300}
    assert len(worked) > len(described.operations) / 4, "too few operations were asked for what they can do"
