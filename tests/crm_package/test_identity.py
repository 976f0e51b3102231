import pytest

from crm_package.identity import (
    country_code,
    firm_domain,
    firm_key,
    language_of,
    mail_address,
    person_key,
    phone_key,
    phone_number,
    request_key,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Demo Buyer", "BUYER, Mr. Demo"),
        ("  Demo   Buyer ", "demo buyer"),
        ("デモ 花子 様", "花子 デモ"),
        ("Ｄｅｍｏ Ｂｕｙｅｒ", "Demo Buyer"),
        ("ﾃﾞﾓ 太郎", "デモ 太郎"),
    ],
)
def test_two_spellings_of_a_person_have_one_key(one: str, other: str) -> None:
    assert person_key(one) == person_key(other) != ""


@pytest.mark.parametrize(
    ("company", "key"),
    [
        ("Example Trading Ltd (demo)", "example trading"),
        ("EXAMPLE TRADING LIMITED", "example trading"),
        ("Demo Bau GmbH & Co. KG", "demo bau"),
        ("株式会社デモ製作所", "デモ製作所"),
        ("（株）デモ製作所", "デモ製作所"),
        ("ООО «Пример» (демо)", "пример"),
        ("Demo Foods", "demo foods"),
        (None, ""),
    ],
)
def test_the_legal_form_does_not_count_in_a_firm(company: str | None, key: str) -> None:
    assert firm_key(company) == key


def test_a_request_key_needs_person_and_firm() -> None:
    assert request_key("Demo Buyer", "Example Ltd") == "buyer demo | example"
    assert request_key("Demo Buyer", None) is None
    assert request_key(None, "Example Ltd") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("03-0123-4567", "JP", "+81301234567"),
        ("020 7946 0100", "GB", "+442079460100"),
        ("+44 20 7946 0100", None, "+442079460100"),
        ("8 (495) 012-34-56", "RU", "+74950123456"),
        ("０３－０１２３－４５６７", "JP", "+81301234567"),
        ("020 7946 0100", None, None),
        ("call me", "GB", None),
        ("12", "GB", None),
        ("", "GB", None),
        (None, "GB", None),
    ],
)
def test_a_number_is_read_as_dialled_in_its_country(text: str | None, country: str | None, number: str | None) -> None:
    assert phone_number(text, country) == number


def test_the_digits_of_a_number_are_its_key() -> None:
    assert phone_key("+442079460100") == "442079460100"
    assert phone_key(None) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Demo.Buyer@Trading.Example.com ", "demo.buyer@trading.example.com"),
        ("demo-at-example.com", None),
        ("demo@@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_written_small_or_is_none(text: str | None, address: str | None) -> None:
    assert mail_address(text) == address


def test_a_public_mail_service_tells_no_firm() -> None:
    assert firm_domain("demo@trading.example.com") == "trading.example.com"
    assert firm_domain("demo@gmail.com") is None
    assert firm_domain(None) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Japan", "JP"), ("日本", "JP"), ("Россия", "RU"), ("рф", "RU"), ("gb", "GB"), ("UK", "GB"), ("Atlantis", None)],
)
def test_a_country_is_known_in_three_languages(text: str | None, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "language"),
    [("見積をお願いします", "ja"), ("Прошу прислать цену", "ru"), ("Price please", "en"), ("12", None), (None, None)],
)
def test_the_letters_show_the_language(text: str | None, language: str | None) -> None:
    assert language_of(text) == language
