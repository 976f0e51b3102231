"""Cells of files that people made, read generously where there is one meaning, and refused where there are two.

``1 200,50`` and ``¥12,000`` are numbers, ``1,5`` is one and a half; ``2026/11/21``, ``21.11.2026`` and ``2026年11月21日`` are
days. ``03/04/2026`` is refused, because half of the world reads it the other way round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from runtime.records.model import NUMBER_TYPES, Field

_YES = frozenset({"y", "x", "да", "はい", "有", "true", "yes", "1", "on"})
_NO = frozenset({"n", "нет", "いいえ", "無", "false", "no", "0", "off"})
_DAY = (
    re.compile(r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})(?P<rest>.*)", re.DOTALL),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?P<rest>.*)", re.DOTALL),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?P<rest>.*)", re.DOTALL),
)
_CLOCK = re.compile(r"\s*(?P<h>\d{1,2})[:時](?P<min>\d{2})(?:[:分](?P<s>\d{2})?)?分?秒?")


def cell_value(declared: Field, cell: str) -> Any:
    """The cell as the field's own check takes it; a cell without one clear meaning stays as it is and is refused there."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    if declared.type in NUMBER_TYPES:
        return _number(text)
    if declared.type in {"date", "datetime"}:
        return _moment(text, with_time=declared.type == "datetime")
    if declared.type == "boolean":
        word = text.casefold()
        return True if word in _YES else False if word in _NO else cell
    if declared.type == "choice":
        return _choice(declared.choices, text)
    if declared.type == "multi_choice":
        return [_choice(declared.choices, part.strip()) for part in re.split(r"[;,|、]", text) if part.strip()]
    return cell


def _number(text: str) -> str:
    bare = re.sub(r"^[^\d,.+-]{1,4}\s*|\s*[^\d,.]{1,4}\.?$|(?<=\d)[\s'](?=\d{3}\b)", "", text)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", bare) and not re.fullmatch(r"[+-]?0,\d{3}", bare):
        return bare.replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", bare) or re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", bare):
        return bare.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})", bare):
        return bare.replace(",", ".")
    return bare if re.fullmatch(r"[+-]?\d+(\.\d+)?", bare) else text


def _moment(text: str, *, with_time: bool) -> str:
    for pattern in _DAY:
        found = pattern.fullmatch(text)
        if found:
            day = f"{found['y']}-{int(found['m']):02d}-{int(found['d']):02d}"
            return _with_clock(day, found["rest"], text) if with_time else day + found["rest"]
    iso_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    return f"{text}T00:00" if iso_day and with_time else text


def _with_clock(day: str, rest: str, text: str) -> str:
    if not rest.strip():
        return f"{day}T00:00"
    clock = _CLOCK.fullmatch(rest)
    return f"{day}T{int(clock['h']):02d}:{clock['min']}:{clock['s'] or '00'}" if clock else text


def _choice(choices: Mapping[str, Mapping[str, str]], text: str) -> str:
    """The key of a choice by key or label, in any language, whatever the case."""
    wanted = text.casefold()
    for key, labels in choices.items():
        if wanted in {key.casefold(), *(unicodedata.normalize("NFKC", label).casefold() for label in labels.values())}:
            return key
    return text
