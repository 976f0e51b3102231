from decimal import Decimal

import pytest

from crm_package.reading import amount, choice, first_line, links_in


@pytest.mark.parametrize(
    ("field", "text", "key"),
    [
        ("industry", "manufacturing", "manufacturing"),
        ("industry", "Wholesale and retail", "trade"),
        ("industry", "運輸・物流", "logistics"),
        ("industry", "Торговля", "trade"),
        ("company_size", "250名以上", "large"),
        ("channel", "import", "import"),
        ("industry", "alchemy", None),
        ("industry", None, None),
    ],
)
def test_a_choice_is_given_by_key_or_by_label_in_any_language(field: str, text: str | None, key: str | None) -> None:
    assert choice(field, text) == key


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("1500"), Decimal("1500")),
        ("12,500", Decimal("12500")),
        ("1.500,50 EUR", Decimal("1500.50")),
        ("1,234,567.89", Decimal("1234567.89")),
        ("¥5,000", Decimal("5000")),
        ("30万円", Decimal("300000")),
        ("10k", Decimal("10000")),
        ("1 200 000 руб.", Decimal("1200000")),
        ("12 тыс. руб.", Decimal("12000")),
        ("0", Decimal("0")),
        ("-5", None),
        (Decimal("-5"), None),
        ("a lot", None),
        ("", None),
        (True, None),
        (None, None),
    ],
)
def test_an_amount_is_read_as_people_write_it(value: object, number: Decimal | None) -> None:
    assert amount(value) == number


def test_web_addresses_are_counted_once_each() -> None:
    assert links_in("see https://www.example.com/a and http://example.org, or www.example.net") == 3
    assert links_in(None) == 0


def test_the_first_line_that_says_something_is_cut_at_a_word() -> None:
    assert first_line("\n  \n We need twenty scanners.\nBy May.") == "We need twenty scanners."
    assert first_line("word " * 40, longest=20) == "word word word word…"
    assert first_line("  ") is None
