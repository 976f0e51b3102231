"""Text as it is kept, and as it is searched.

Kept: Unicode NFC, without characters that cannot be seen and change what follows (controls, bidirectional overrides, half
surrogates). Searched: one spelling for wide and narrow, great and small, accented and plain letters; Chinese, Japanese and
Korean in overlapping pairs, because they have no spaces (Unicode UAX #15, UAX #29 §4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile("[ \t]*(?:\r\n|[\n\r\u2028\u2029])[ \t]*")
_BLANKS = re.compile("[\t \u00a0]+")
_KANA_MARKS = "\u3099\u309a"
_BREVE = "\u0306"
_CJK = (
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_SHORTEST_PHONE = 5


def clean_line(text: str) -> str:
    """One line of text as it is kept; line breaks become spaces."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", _BREAKS.sub(" ", text)))).strip()


def clean_lines(text: str) -> str:
    """Text of several lines as it is kept; line breaks are ``\\n``."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", _BREAKS.sub("\n", text))).strip()


def clean_json(value: object) -> object:
    """Texts and keys inside lists and dicts, freed of what no database can keep; their other content stays."""
    if isinstance(value, str):
        return re.sub("[\x00\ud800-\udfff]", "", value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {str(clean_json(key)): clean_json(item) for key, item in value.items()}
    return value


def search_text(parts: Iterable[str | None]) -> str:
    """What is kept for searching: tokens of all parts between spaces, with one at either end; parts do not run together."""
    tokens = " | ".join(" ".join(_tokens(part)) for part in parts if part)
    return f" {tokens} " if tokens else ""


def search_phrases(query: str) -> list[str]:
    """What must all occur in a `search_text`: one phrase for each word of the query; empty when there is nothing to look for.

    A phrase begins at a token's start (so typing goes on matching) unless it may lie inside one: a single CJK character, and
    digits that look like a telephone number, which people write with gaps.
    """
    digits = re.sub(r"[\s()./+-]", "", unicodedata.normalize("NFKC", query))
    if digits.isdigit() and len(digits) >= _SHORTEST_PHONE:
        return [digits]
    words = [list(_tokens(word)) for word in query.split()]
    return [_phrase(tokens) for tokens in words if tokens]


def _phrase(tokens: list[str]) -> str:
    joined = " ".join(tokens)
    return joined if len(joined) == 1 and _is_cjk(joined) else f" {joined}"


def _tokens(text: str) -> Iterator[str]:
    for run in re.findall(r"[^\W_]+", _folded(text)):
        for cjk, part in _by_script(run):
            if cjk and len(part) > 1:
                yield from (part[i : i + 2] for i in range(len(part) - 1))
            else:
                yield part


def _by_script(run: str) -> Iterator[tuple[bool, str]]:
    start = 0
    for i in range(1, len(run) + 1):
        if i == len(run) or _is_cjk(run[i]) != _is_cjk(run[start]):
            yield _is_cjk(run[start]), run[start:i]
            start = i


def _is_cjk(character: str) -> bool:
    code = ord(character)
    return any(low <= code <= high for low, high in _CJK)


def _folded(text: str) -> str:
    """NFKC, casefold, and no accents; marks that make another letter (voiced kana, Cyrillic й) stay."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        if unicodedata.category(character) == "Mn":
            stays = character in _KANA_MARKS or (character == _BREVE and kept and kept[-1] == "и")
            if not stays:
                continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
