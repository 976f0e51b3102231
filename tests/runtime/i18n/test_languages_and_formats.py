"""Languages, labels and formats."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from runtime.i18n import (
    current_language,
    format_date,
    format_datetime,
    format_decimal,
    format_duration,
    format_relative,
    format_time,
    label,
    set_time_zone,
    speaking,
    supported,
)

NOW = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def utc():
    set_time_zone("UTC")
    yield
    set_time_zone("UTC")


@pytest.mark.parametrize(
    ("tag", "language"), [("ja-JP", "ja"), ("ru", "ru"), ("EN_us", "en"), ("fr", None), ("", None), (None, None)]
)
def test_a_language_tag_means_one_of_ours_or_none(tag, language):
    assert supported(tag) == language


def test_speaking_holds_inside_the_block_only():
    with speaking("ru"):
        assert current_language() == "ru"
    assert current_language() == "en"


def test_a_label_falls_back_to_english_then_to_any_language():
    assert label({"en": "Lead", "ja": "リード"}, "ja") == "リード"
    assert label({"en": "Lead"}, "ru") == "Lead"
    assert label({"ja": "リード"}, "ru") == "リード"
    assert label("Plain") == "Plain"
    assert label(None) == ""


@pytest.mark.parametrize(("language", "text"), [("en", "1,234.5"), ("ru", "1\xa0234,5"), ("ja", "1,234.5")])
def test_numbers_follow_the_language(language, text):
    with speaking(language):
        assert format_decimal(Decimal("1234.5")) == text


def test_digits_fix_the_places():
    assert format_decimal(Decimal("1234.5"), 2) == "1,234.50"
    assert format_decimal(Decimal("1234.5"), 0) == "1,234"


def test_a_moment_is_shown_in_the_time_zone_of_the_user():
    set_time_zone("Asia/Tokyo")
    with speaking("ja"):
        assert format_datetime(NOW) == "2026/03/06 7:30"
        assert format_date(NOW) == "2026/03/06"
        assert format_time(NOW) == "7:30"
    assert format_date("2026-03-05T22:30:00+00:00") == "Mar 6, 2026"


def test_an_unknown_time_zone_means_utc():
    set_time_zone("../etc/passwd")
    assert format_time(NOW).startswith("10:30")


def test_days_and_times_of_day_have_no_zone():
    set_time_zone("Asia/Tokyo")
    with speaking("ru"):
        assert format_date(date(2026, 3, 5)) == "5 мар. 2026\u202fг."
        assert format_date("2026-03-05") == "5 мар. 2026\u202fг."
        assert format_time(time(9, 5)) == "09:05"


def test_distances_are_told_in_words():
    with speaking("ru"):
        assert format_relative(NOW + timedelta(hours=2), NOW) == "через 2 часа"
    assert format_relative(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert format_duration(timedelta(days=3)) == "3 days"
