"""Reading a request: choices by key or label, amounts as people write them, counted links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

import yaml

from crm_package.identity import folded

LARGEST = Decimal(10) ** 12
_CURRENCY = re.compile(r"(?i)usd|eur|jpy|rub|gbp|円|руб\.?|р\.|[$€¥₽£]")
_UNITS = {"k": 1_000, "тыс": 1_000, "千": 1_000, "万": 10_000, "m": 1_000_000, "млн": 1_000_000, "百万": 1_000_000}


@cache
def _choices() -> Mapping[str, Mapping[str, str]]:
    """For each choice field of a lead: spelling to key. The keys themselves and the labels of all languages are spellings."""
    text = (resources.files("crm_package") / "record_types" / "lead.yaml").read_text(encoding="utf-8")
    fields: dict[str, Any] = yaml.safe_load(text)["fields"]
    return {
        name: {folded(word): key for key, labels in field["choices"].items() for word in (*labels.values(), key)}
        for name, field in fields.items()
        if "choices" in field
    }


def choice(field: str, text: Any) -> str | None:
    """The key of a choice field of a lead, given by key or by label in any language; None when it is not one."""
    return _choices()[field].get(folded(text)) if isinstance(text, str) else None


def amount(value: Any) -> Decimal | None:
    """A number not below zero, also from texts such as ``12,500``, ``1.500,50 EUR``, ``30万円``, ``10k``; else None."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        number: Decimal | None = Decimal(value)
    elif isinstance(value, str):
        number = _written(value)
    else:
        number = None
    return round(number, 2).normalize() + 0 if number is not None and 0 <= number <= LARGEST else None


def _written(text: str) -> Decimal | None:
    plain = _CURRENCY.sub("", unicodedata.normalize("NFKC", text).casefold())
    found = re.fullmatch(r"\s*([\d.,'\s]+?)\s*(k|m|тыс|млн|千|万|百万)?\.?\s*", plain)
    if not found:
        return None
    digits = re.sub(r"[\s']", "", found[1])
    whole, mark, decimals = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]  # matches any text
    try:
        number = Decimal(re.sub(r"[.,]", "", whole) + ("." + decimals if mark else ""))
    except InvalidOperation:
        return None
    return number * _UNITS.get(found[2] or "", 1)


def links_in(text: str | None) -> int:
    """How many web addresses the text holds."""
    return len(re.findall(r"(?i)https?://|(?<![/.\w])www\.", text or ""))


def first_line(text: str | None, longest: int = 80) -> str | None:
    """The first line that says something, cut at a word."""
    line = next((line.strip() for line in (text or "").splitlines() if line.strip()), "")
    if len(line) > longest:
        line = (line[:longest].rpartition(" ")[0] or line[:longest]) + "…"
    return line or None
