"""Storage keeps every value exactly; the plain form is what other systems expect."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, Range, YearMonthDuration, compile_expression, dump, from_plain, load, to_plain
from engine.feel.temporal import read_any

ZONES = st.sampled_from(
    [None, UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30)), ZoneInfo("Asia/Tokyo")]
)
KEYS = st.one_of(st.sampled_from(["$", "v", "", "a b", "名"]), st.text(max_size=4))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times(timezones=ZONES),
    st.datetimes(timezones=ZONES),
    st.timedeltas(),
    st.integers(-(10**6), 10**6).map(YearMonthDuration),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        st.builds(Range, inner, inner, st.booleans(), st.booleans()),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_stored_comes_back_exactly(value: object) -> None:
    again = load(json.loads(json.dumps(dump(value))))
    assert again == value
    assert repr(again) == repr(value)


@pytest.mark.parametrize("text", ["-0044-03-15", "10:00:00.123456789Z", "12345-01-01T10:00:00.000000001@Asia/Tokyo"])
def test_dates_beyond_pythons_own_are_kept_too(text: str) -> None:
    value = read_any(text)
    assert value is not None
    assert load(dump(value)) == value


def test_the_second_of_two_equal_hours_in_autumn_is_kept() -> None:
    later = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)
    assert load(dump(later)).utcoffset() == timedelta(hours=1)


def test_whole_numbers_are_plain_json() -> None:
    assert dump({"count": Decimal(3), "list": [Decimal(1)]}) == {"count": 3, "list": [1]}


def test_a_function_is_not_kept() -> None:
    function = compile_expression("function(x) x").evaluate({}, now=datetime(2026, 1, 1, tzinfo=UTC)).value
    with pytest.raises(FeelError, match="FEEL-2004"):
        dump([function])


@pytest.mark.parametrize("data", [{"$": "n"}, {"$": "unknown", "v": 1}, {"$": "date", "v": "2026-02-30"}, 1.5])
def test_data_that_was_never_stored_is_refused(data: object) -> None:
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        load(data)


def test_plain_data_becomes_values() -> None:
    assert from_plain({"a": 1, "b": [1.1, True, None], "c": "2026-03-01"}) == {
        "a": Decimal(1),
        "b": [Decimal("1.1"), True, None],
        "c": "2026-03-01",
    }
    assert from_plain(float("nan")) is None
    assert type(from_plain(7)) is Decimal
    with pytest.raises(TypeError):
        from_plain(object())


def test_values_become_plain_data() -> None:
    value = {
        "n": Decimal("12.00"),
        "half": Decimal("0.5"),
        "d": date(2026, 3, 1),
        "t": time(9, 30),
        "dt": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "dur": timedelta(hours=26),
        "ym": YearMonthDuration(14),
    }
    assert to_plain(value) == {
        "n": 12,
        "half": 0.5,
        "d": "2026-03-01",
        "t": "09:30:00",
        "dt": "2026-03-01T09:30:00Z",
        "dur": "P1DT2H",
        "ym": "P1Y2M",
    }
    assert type(to_plain(Decimal("12.00"))) is int
