"""Who is who: the normal forms that make two spellings of one name, number, address or country equal."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email

LANGUAGES = ("en", "ja", "ru")
PUBLIC_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "yahoo.co.jp", "icloud.com", "me.com"}
    | {"mail.ru", "yandex.ru", "bk.ru", "inbox.ru", "list.ru", "rambler.ru", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp"}
)
"""Domains that say nothing about the firm of an address."""

_LEGAL_FORMS = (
    r"\b(ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|sa|sas|sarl|srl|bv|oy|ab)\b\.?"
    r"|\b(ооо|оао|зао|пао|ао|ип)\b|株式会社|有限会社|合同会社|\(株\)|\(有\)"
)
_TITLES = r"\b(mr|mrs|ms|dr|prof)\b\.?|様$|さん$|氏$|御中$"


def folded(text: str) -> str:
    """Compatibility forms joined (full-width letters, half-width kana), small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def person_key(name: str | None) -> str:
    """The words of a person's name in one order, without titles, so that *Demo Buyer* and *BUYER, Mr. Demo* are equal."""
    words = re.sub(r"[^\w\s]", " ", re.sub(_TITLES, " ", folded(name or "")))
    return " ".join(sorted(words.split()))


def firm_key(company: str | None) -> str:
    """The name of a firm without its legal form, quotation marks and remarks in brackets."""
    text = re.sub(_LEGAL_FORMS, " ", folded(company or ""))
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"\([^)]*\)", " ", text)).split())


def request_key(name: str | None, company: str | None) -> str | None:
    """Person and firm together; None unless both are known."""
    person, firm = person_key(name), firm_key(company)
    return f"{person} | {firm}" if person and firm else None


def phone_number(text: str | None, country: str | None) -> str | None:
    """The number in E.164 (ITU-T), read as dialled in `country` (ISO 3166) if it has no country code; None when it is none."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text)[:60], country)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_key(number: str | None) -> str | None:
    """The digits of a number."""
    return re.sub(r"\D", "", number) or None if number else None


def mail_address(text: str | None) -> str | None:
    """The address in small letters; None when it cannot be one. Nothing is looked up."""
    if not text:
        return None
    try:
        found = validate_email(unicodedata.normalize("NFKC", text).strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
    return found.normalized.casefold()


def firm_domain(address: str | None) -> str | None:
    """The domain of an address when it tells the firm."""
    domain = (address or "").rpartition("@")[2]
    return domain if domain and domain not in PUBLIC_MAIL else None


def country_code(text: str | None) -> str | None:
    """The ISO 3166 code of a country named by code or in English, Japanese or Russian; None when it is not known."""
    return _countries().get(folded(text)) if text else None


_USUAL_NAMES = {"usa": "US", "america": "US", "アメリカ": "US", "сша": "US", "рф": "RU"} | dict.fromkeys(
    ("uk", "england", "great britain"), "GB"
)
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ"})


@cache
def _countries() -> dict[str, str]:
    """Spelling to code: the names in all languages, the usual short ones, and the codes themselves."""
    names = {
        folded(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    }
    return names | _USUAL_NAMES | {code.casefold(): code for code in names.values()}


def language_of(*texts: str | None) -> str | None:
    """The language that the letters show: kana or Chinese characters mean Japanese, Cyrillic Russian, Latin English."""
    text = " ".join(part for part in texts if part)
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text):
        return "ja"
    if re.search(r"[\u0400-\u04ff]", text):
        return "ru"
    return "en" if re.search(r"[A-Za-z]{3}", text) else None
