"""Telephone numbers and web addresses in the one spelling they are kept in, so that equal ones are found to be equal."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from runtime.i18n import _

LONGEST_URL = 2_000


class Unusable(ValueError):
    """The text is not what it should be; the message says why and how to write it."""


def phone(text: str, region: str) -> str:
    """The number in E.164 (ITU-T), such as ``+81312345678``; without a country code it is from `region` (ISO 3166).

    Raises Unusable. The length is checked, not whether the number is given out: ranges open faster than tables are renewed.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text)[:100], region)
    except NumberParseException as error:
        raise Unusable(_("This is not a telephone number. Write it like +81 3 1234 5678.")) from error
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise Unusable(_("This telephone number is too short or too long. Write it with + and the country code."))
    if number.extension:
        raise Unusable(_("Write the extension of the telephone number into another field."))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def phone_tokens(e164: str) -> str:
    """A kept number as people may search for it: with the country code, and as it is dialled inside the country."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return f"{e164} {re.sub(r'[^0-9]', '', national)}"


def url(text: str) -> str:
    """A web address; ``https://`` is put in front of a bare host. Raises Unusable for anything but http and https."""
    whole = text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else f"https://{text}"
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError as error:
        raise Unusable(_("This is not a web address. Write it like https://www.example.com.")) from error
    usable = parts.scheme.lower() in {"http", "https"} and "." in host and not re.search(r"[\s<>\"\\^`{|}]", whole)
    if not usable or len(whole) > LONGEST_URL or parts.username is not None:
        raise Unusable(_("This is not a web address. Write it like https://www.example.com."))
    return whole
