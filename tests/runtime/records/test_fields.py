"""Field values: whatever comes in, it is kept and comes back the same, or is refused with a reason."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from engine.api import dump, load
from runtime.i18n import set_time_zone, speaking
from runtime.records.contacts import phone_tokens
from runtime.records.field_table import field_for
from runtime.records.model import FIELD_TYPES, Field

CHOICES = {"a": {"en": "A"}, "b-1": {"en": "B"}, "名": {"en": "C"}}
KINDS = sorted(FIELD_TYPES - {"children"})


def field(kind: str, **more: Any):
    choices = CHOICES if kind in {"choice", "multi_choice"} else {}
    return field_for(Field(name="f", type=kind, label={"en": "F"}, choices=choices, **more), region="JP", required=False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)
ANYTHING = (
    JSON | st.decimals() | st.dates() | st.datetimes() | st.binary(max_size=5) | st.sampled_from(["a", "2026-01-01", "1e5"])
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=120, deadline=None)
@given(value=ANYTHING)
def test_any_value_is_kept_or_refused_and_kept_values_stay(kind: str, value: Any) -> None:
    one = field(kind)
    try:
        kept = one.deserialize(value)
    except ValidationError:
        return
    assert one.deserialize(kept) == kept
    assert load(dump(kept)) == kept, "it is a FEEL value that can be stored"
    shown = one._serialize(kept, "f", {})
    if kind != "json" and kept is not None:
        assert one.deserialize(shown) == kept
    if isinstance(kept, str):
        kept.encode("utf-8")
        assert "\0" not in kept


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**15), max_value=10**15))
def test_numbers_are_exact(number: Decimal) -> None:
    kept = field("number").deserialize(number)
    assert kept == number
    assert field("number").deserialize(str(kept)) == number
    assert field("number")._serialize(kept, "f", {}) == format(kept, "f")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (0.1, Decimal("0.1")),
        ("１２３", Decimal(123)),
        ("+5.", Decimal(5)),
        (".5", Decimal("0.5")),
        (Decimal("-0.00"), Decimal(0)),
        (Decimal("1E+3"), Decimal(1000)),
        ("", None),
        ("1,5", ValidationError),
        ("1e5", Decimal(100000)),
        ("1E-8", Decimal("0.00000001")),
        ("1e99", ValidationError),
        ("1e999", ValidationError),
        (math.inf, ValidationError),
        (Decimal("1E+999999"), ValidationError),
        (Decimal("1E-999999"), ValidationError),
        (10**500, ValidationError),
        (True, ValidationError),
        ("9" * 5000, ValidationError),
    ],
)
def test_numbers(value, kept) -> None:
    if kept is ValidationError:
        with pytest.raises(ValidationError):
            field("number").deserialize(value)
    else:
        assert field("number").deserialize(value) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2026-11-21T09:30", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),
        ("2026-11-21 09:30:15.5Z", datetime(2026, 11, 21, 9, 30, 15, 500000, tzinfo=UTC)),
        (datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=3))), datetime(2026, 11, 21, 6, 30, tzinfo=UTC)),
        (datetime(2026, 11, 21, 9, 30), datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),  # noqa: DTZ001  # a local time
    ],
)
def test_times_are_kept_in_utc_and_typed_in_the_users_zone(value, kept) -> None:
    set_time_zone("Asia/Tokyo")
    try:
        assert field("datetime").deserialize(value) == kept
    finally:
        set_time_zone("UTC")


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+14:00", "2026-11-21", "2026-13-01T00:00", 5, date(2026, 1, 1)])
def test_what_is_no_time_is_refused(value) -> None:
    with pytest.raises(ValidationError):
        field("datetime").deserialize(value)


def test_texts_lose_what_cannot_be_seen() -> None:
    assert field("text").deserialize(" a\u202eb\u200bc\x00\ud800\r\nd ") == "abc d"
    assert field("long_text").deserialize("a \r\n b\u2028c\x07\td") == "a\nb\nc\td"
    assert field("text").deserialize("e\u0301") == "é"
    assert field("text").deserialize("👩\u200d💻") == "👩\u200d💻", "a joiner inside an emoji is seen"


@pytest.mark.parametrize("kind", KINDS)
def test_blank_is_no_value_and_missing_where_one_is_required(kind) -> None:
    for blank in ("", " ", "\u200b", None):
        assert field(kind).deserialize(blank) is None
        with pytest.raises(ValidationError, match="filled in"):
            field_for(Field(name="f", type=kind, label={"en": "F"}, required=True, choices=CHOICES), region="JP").deserialize(
                blank
            )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("example.com", "https://example.com"),
        ("HTTP://example.com/a?b=c#d", "HTTP://example.com/a?b=c#d"),
        ("例え.jp", "https://例え.jp"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://user:pw@example.com", None),
        ("https://example.com/<script>", None),
        ("https://[::1", None),
        ("https://example.com:99999", None),
        ("localhost", None),
        ("https://" + "a" * 2000 + ".com", None),
    ],
)
def test_web_addresses(text, kept) -> None:
    if kept is None:
        with pytest.raises(ValidationError):
            field("url").deserialize(text)
    else:
        assert field("url").deserialize(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("03-1234-5678", "+81312345678"),
        ("０９０（１２３４）５６７８", "+819012345678"),
        ("+7 (495) 123-45-67", "+74951234567"),
        ("tel:+442079460100", "+442079460100"),
        ("+81 3 1234 5678 ext. 9", None),
        ("+999 12345678", None),
        ("1234567890123456789", None),
    ],
)
def test_telephone_numbers(text, kept) -> None:
    if kept is None:
        with pytest.raises(ValidationError):
            field("phone").deserialize(text)
    else:
        assert field("phone").deserialize(text) == kept


def test_a_number_is_found_with_and_without_country_code() -> None:
    assert phone_tokens("+81312345678") == "+81312345678 0312345678"
    assert phone_tokens("rubbish") == "rubbish"


@pytest.mark.parametrize("value", ["taro@example.jp", "Taro@Example.JP", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"])
def test_addresses_have_one_spelling(value) -> None:
    assert field("email").deserialize(value) == "taro@example.jp"


def test_json_has_limits() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    for value in (deep, list(range(20_000)), {"a": math.nan}, object()):
        with pytest.raises(ValidationError):
            field("json").deserialize(value)
    assert field("json").deserialize({"a\x00": ["b\ud800", 1.50]}) == {"a": ["b", Decimal("1.5")]}


def test_messages_are_in_the_language_that_holds() -> None:
    said = set()
    for language in ("en", "ja", "ru"):
        with speaking(language), pytest.raises(ValidationError) as refused:
            field("number").deserialize("x")
        said.add(str(refused.value.messages[0]))
    assert len(said) == 3
