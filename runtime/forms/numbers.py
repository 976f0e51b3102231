"""Numbers as people type them: "1,5" in Russian, "1,234.5" in English and Japanese, full-width digits from an input method."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from runtime.i18n import current_language

MAX_DIGITS = 34
"""FEEL counts with 34 digits (DMN 1.5 §10.3.2.3.1)."""
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
_COMMA_GROUPS = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+([.,]\d+)?")


def parse_number(text: str) -> Decimal | None:
    """The number that the text means in the language that holds, or None when it is none or has more than 34 digits."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    comma_is_decimal = current_language() == "ru"
    if len(plain) > MAX_DIGITS + 10 or not (_COMMA_DECIMAL if comma_is_decimal else _COMMA_GROUPS).fullmatch(plain):
        return None
    number = Decimal(plain.replace(",", "." if comma_is_decimal else ""))
    return number if len(number.as_tuple().digits) <= MAX_DIGITS else None


def typed_number(number: Decimal) -> str:
    """The number as one would type it: no grouping, the decimal mark of the language."""
    text = f"{number:f}"
    return text.replace(".", ",") if current_language() == "ru" else text


def places(number: Decimal) -> int:
    """How many places after the decimal mark the number needs; trailing zeros do not count."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
