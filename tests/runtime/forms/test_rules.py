"""The rules of each field, as form-js has them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runtime.forms import HtmlSource, submit_page
from runtime.i18n import set_language, set_time_zone


@pytest.fixture
def answer(form, now):
    """What the form of one field says to one input."""

    def submit(component, *sent):
        made = form({"key": "x", **component})
        return submit_page(made, {}, HtmlSource([*(("x", one) for one in sent), ("~seen", "x")]), now=now)

    return submit


@pytest.fixture
def value(answer):
    def submit(component, *sent):
        given = answer(component, *sent)
        assert given.ok, given.errors
        return given.values["x"]

    return submit


@pytest.fixture
def message(answer):
    def submit(component, *sent):
        given = answer(component, *sent)
        assert not given.ok
        (text,) = given.errors["x"]
        return text

    return submit


def test_text_is_trimmed_and_stripped_of_control_characters(value):
    assert value({"type": "textfield"}, "  Anna\u202e\x00 \r\n") == "Anna"
    assert value({"type": "textarea"}, "one\r\ntwo\n\n") == "one\ntwo"
    assert value({"type": "textfield"}, "   ") is None


def test_required_counts_blank_text_as_empty(message):
    assert message({"type": "textfield", "validate": {"required": True}}, "  ") == "Fill in this field."


def test_lengths_count_the_trimmed_text(value, message):
    rules = {"type": "textfield", "validate": {"minLength": 3, "maxLength": 5}}
    assert value(rules, " abc ") == "abc"
    assert message(rules, " ab ") == "Write at least 3 characters."
    assert message(rules, "abcdefg") == "The text is 2 characters too long."
    assert value(rules, "") is None


def test_a_pattern_is_searched_as_in_javascript(value, message):
    rules = {"type": "textfield", "validate": {"pattern": r"\d{3}"}}
    assert value(rules, "a123b") == "a123b"
    assert message(rules, "12") == "This does not have the expected form."
    rules["validate"]["patternErrorMessage"] = "Three digits"
    rules["properties"] = {"patternErrorMessage.ru": "Три цифры"}
    assert message(rules, "12") == "Three digits"
    set_language("ru")
    assert message(rules, "12") == "Три цифры"


@pytest.mark.parametrize("address", ["anna@example.com", "имя@example.com", "a.b+c@sub.example.org"])
def test_takes_e_mail_addresses(value, address):
    assert value({"type": "textfield", "validate": {"validationType": "email"}}, address) == address


@pytest.mark.parametrize("address", ["anna", "anna@", "anna@@example.com", "a b@example.com", "anna@example"])
def test_refuses_what_is_no_e_mail_address(message, address):
    assert "e-mail" in message({"type": "textfield", "validate": {"validationType": "email"}}, address)


def test_phone_numbers_have_six_to_fifteen_digits(value, message):
    rules = {"type": "textfield", "validate": {"validationType": "phone"}}
    assert value(rules, "+81 (3) 1234-5678") == "+81 (3) 1234-5678"
    assert "phone" in message(rules, "12345")
    assert "phone" in message(rules, "+1 555 CALL ME")


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("ru", "1,5", "1.5"),
        ("ru", "1 234,5", "1234.5"),
        ("ru", "1\u00a0234.5", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", "-3", "-3"),
        ("en", "−3", "-3"),
        ("ja", "１，２３４．５", "1234.5"),
        ("ja", "1234", "1234"),
    ],
)
def test_numbers_are_typed_as_the_language_writes_them(value, language, typed, number):
    set_language(language)
    assert value({"type": "number"}, typed) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "1,5"), ("en", "abc"), ("en", "1e9"), ("ru", "1,2,3"), ("en", "NaN"), ("en", "1" * 60)]
)
def test_what_is_no_number_is_refused_with_an_example(message, language, typed):
    set_language(language)
    assert "1" in message({"type": "number"}, typed)


def test_number_limits_places_and_steps(value, message):
    rules = {"type": "number", "validate": {"min": 1, "max": 10}, "decimalDigits": 1, "increment": "0.5"}
    assert value(rules, "1.5") == Decimal("1.5")
    assert message(rules, "0") == "The number must be at least 1."
    assert message(rules, "11") == "The number must be at most 10."
    assert message(rules, "1.25") == "At most 1 decimal place is allowed."
    assert message(rules, "1.2") == "The number must go in steps of 0.5."
    assert message({"type": "number", "decimalDigits": 0}, "1.5") == "Write a whole number."


def test_a_number_can_be_submitted_as_text(value):
    assert value({"type": "number", "serializeToString": True}, "1.50") == "1.50"


def test_limits_may_be_feel(form, now):
    made = form({"type": "number", "key": "low"}, {"type": "number", "key": "high", "validate": {"min": "=low"}})
    source = HtmlSource([("low", "5"), ("high", "3"), ("~seen", "low high")])
    assert submit_page(made, {}, source, now=now).errors == {"high": ["The number must be at least 5."]}


def test_a_checkbox_is_true_or_false_and_must_be_ticked_when_required(value, message):
    assert value({"type": "checkbox"}, "true") is True
    assert value({"type": "checkbox"}) is False
    assert message({"type": "checkbox", "validate": {"required": True}}) == "Tick this box to go on."


OPTIONS = [{"value": "a", "label": "A"}, {"value": 2, "label": "Two"}]


@pytest.mark.parametrize("kind", ["select", "radio"])
def test_one_option_keeps_the_type_of_its_value(value, message, kind):
    assert value({"type": kind, "values": OPTIONS}, "a") == "a"
    assert value({"type": kind, "values": OPTIONS}, "2") == Decimal(2)
    assert value({"type": kind, "values": OPTIONS}) is None
    assert message({"type": kind, "values": OPTIONS}, "b") == "This is not one of the options."
    assert message({"type": kind, "values": OPTIONS, "validate": {"required": True}}) == "Choose an option."


@pytest.mark.parametrize("kind", ["checklist", "taglist"])
def test_many_options_are_a_list(value, message, kind):
    assert value({"type": kind, "values": OPTIONS}, "2", "a") == [Decimal(2), "a"]
    assert value({"type": kind, "values": OPTIONS}) == []
    assert message({"type": kind, "values": OPTIONS}, "a", "zzz") == "This is not one of the options."
    assert message({"type": kind, "values": OPTIONS, "validate": {"required": True}}) == "Choose at least one option."


def test_options_from_a_variable_and_from_feel(form, now):
    made = form(
        {"type": "select", "key": "a", "valuesKey": "people"},
        {"type": "select", "key": "b", "valuesExpression": "=for p in people return p.value"},
    )
    people = {"people": [{"value": "u1", "label": {"en": "One", "ru": "Первый"}}, {"value": "u2"}]}
    given = submit_page(made, people, HtmlSource([("a", "u1"), ("b", "u2"), ("~seen", "a b")]), now=now)
    assert given.values == {"a": "u1", "b": "u2"}
    assert [choice.label for choice in given.nodes[0].choices] == ["One", "u2"]
    set_language("ru")
    assert submit_page(made, people, HtmlSource([]), now=now).nodes[0].choices[0].label == "Первый"


def test_a_day_is_an_iso_date(value, message):
    assert value({"type": "datetime", "subtype": "date"}, "2026-03-05") == "2026-03-05"
    assert message({"type": "datetime", "subtype": "date"}, "31.02.2026") == "Choose a date."
    past = {"type": "datetime", "subtype": "date", "disallowPassedDates": True}
    assert message(past, "2026-03-04") == "Choose a date that is not before Mar 5, 2026."


def test_today_is_that_of_the_user(value):
    set_time_zone("Asia/Tokyo")
    past = {"type": "datetime", "subtype": "date", "disallowPassedDates": True}
    assert value(past, "2026-03-06") == "2026-03-06"


@pytest.mark.parametrize(
    ("serializing", "expected"),
    [("utc_offset", "2026-07-01T10:00+09:00"), ("utc_normalized", "2026-07-01T01:00Z"), ("no_timezone", "2026-07-01T10:00")],
)
def test_a_moment_is_typed_in_the_zone_of_the_user(value, serializing, expected):
    set_time_zone("Asia/Tokyo")
    component = {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": serializing}
    assert value(component, "2026-07-01T10:00") == expected


@pytest.mark.parametrize(
    ("serializing", "expected"), [("utc_offset", "10:00+09:00"), ("utc_normalized", "01:00Z"), ("no_timezone", "10:00")]
)
def test_a_time_of_day_carries_the_offset_of_today(value, serializing, expected):
    set_time_zone("Asia/Tokyo")
    component = {"type": "datetime", "subtype": "time", "timeSerializingFormat": serializing}
    assert value(component, "10:00") == expected


def test_a_moment_may_have_to_be_in_the_future(message):
    component = {"type": "datetime", "subtype": "datetime", "disallowPassedDates": True}
    assert "past" in message(component, "2026-03-05T22:29")
