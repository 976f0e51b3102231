"""Mappings that are mostly empty or hold one entry read as any other, whatever was put in and dropped before."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.few import drop, nothing, of, put


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers()), max_size=12))
def test_holds_what_a_dict_holds_in_the_same_order(steps: list[tuple[bool, int, int]]) -> None:
    few: Mapping[int, int] = nothing()
    known: dict[int, int] = {}
    for puts, key, value in steps:
        if puts:
            few, known[key] = put(few, key, value), value
        elif key in known:
            few = drop(few, key)
            del known[key]
        assert few == known
        assert list(few.items()) == list(known.items())
        assert list(reversed(few)) == list(reversed(known))  # type: ignore[call-overload]
        assert list(of(few).items()) == list(known.items())


def test_what_is_not_there_cannot_be_dropped_or_read() -> None:
    empty: Mapping[int, int] = nothing()
    for few in (empty, put(empty, 1, 1), put(put(empty, 1, 1), 2, 2)):
        with pytest.raises(KeyError):
            drop(few, 9)
        with pytest.raises(KeyError):
            few[9]
        assert few.get(9) is None


def test_is_shown_as_what_it_holds() -> None:
    empty: Mapping[int, str] = nothing()
    assert (repr(empty), repr(put(empty, 1, "a"))) == ("{}", "{1: 'a'}")
