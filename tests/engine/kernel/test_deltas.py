"""Changes between two documents say exactly what became different."""

from __future__ import annotations

import json
from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.deltas import changed, changes_between

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from([0.0, 1.0]) | st.sampled_from("abc"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=150)
@given(VALUES, VALUES)
def test_the_changes_lead_from_one_document_to_the_other(before, after):
    kept = deepcopy(before)
    changes = json.loads(json.dumps(changes_between(before, after)))
    assert json.dumps(changed(before, changes), sort_keys=True) == json.dumps(after, sort_keys=True)
    assert before == kept


def test_nothing_is_said_of_what_stayed_the_same():
    before = {"a": {"b": 1, "c": [1, 2]}, "d": None}
    assert changes_between(before, deepcopy(before)) == []
    assert changes_between(before, {"a": {"b": 2, "c": [1, 2]}}) == [[["d"]], [["a", "b"], 2]]


def test_true_is_not_one():
    assert changes_between({"a": True}, {"a": 1}) == [[["a"], 1]]
