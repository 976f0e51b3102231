"""The plain part of ``${…}``: what the expression languages of other engines mean, said in FEEL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.vocabulary import words
from engine.feel import FeelSyntaxError, compile_expression

_WHOLE: Final = re.compile(r"\s*[$#]\{([^{}]*)\}\s*")
_TOKENS: Final = re.compile(
    r"(?P<text>'[^'\\\"]*'|\"[^\"\\]*\")|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>()!])|\s+|(?P<other>.)",
    re.DOTALL,
)
_SIGNS: Final = {"==": "=", "&&": "and", "||": "or"}
_WORDS: Final = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "and", "or": "or", "not": "not"}
_LITERALS: Final = ("true", "false", "null")
_NOT_HERE: Final = words("empty div mod instanceof loopCounter execution task caseExecution authenticatedUserId")
"""Operators that FEEL lacks or spells otherwise, a counter that begins elsewhere, and objects of the engine."""
_COERCED: Final = re.compile(r"\s*(?:[-+]?[\d.]+|true|false)\s*")

Renames = Mapping[str, str]


def feel_for(text: str, renames: Renames | None = None) -> str | None:
    """The same in FEEL with its leading ``=``; None when it is not plain, or may mean something else there.

    Plain are variables, their properties, literals, comparisons, calculations with numbers, and, or, not. `renames` are names
    that the engines give to the same thing.
    """
    whole = _WHOLE.fullmatch(text)
    tokens = list(_TOKENS.finditer(whole[1])) if whole is not None else []
    parts = [token for token in tokens if token.lastgroup is not None]
    if not parts or not _is_plain(parts):
        return None
    feel = " ".join(_spelled(parts, renames or {})).replace("( ", "(").replace(" )", ")")
    names = {part[0].partition(".")[0] for part in parts if _is_variable(part)}
    wanted = {(renames or {}).get(name, name) for name in names}
    try:
        return f"={feel}" if compile_expression(feel).names == wanted else None
    except FeelSyntaxError:
        return None


def _is_plain(parts: list[re.Match[str]]) -> bool:
    """No call, index or choice; and nothing whose type the other language would change first."""
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        named = part.lastgroup == "name"
        if part.lastgroup == "other" or (named and part[0].partition(".")[0] in _NOT_HERE):
            return False
        if named and part[0] not in _WORDS and after is not None and after[0] == "(":
            return False
        if part.lastgroup == "text" and _COERCED.fullmatch(part[0][1:-1]):
            return False
    kinds = {part.lastgroup for part in parts}
    adds = any(part[0] == "+" for part in parts)
    return not adds or ("number" in kinds and "text" not in kinds)


def _is_variable(part: re.Match[str]) -> bool:
    return part.lastgroup == "name" and part[0] not in _WORDS and part[0] not in _LITERALS


def _spelled(parts: list[re.Match[str]], renames: Renames) -> Iterator[str]:
    negated = False
    for part in parts:
        word = part[0]
        if word in ("!", "not"):
            negated = not negated
            continue
        spelled = _word(part, word, renames)
        if negated:
            spelled = "not(" if word == "(" else f"not({spelled})"
            negated = False
        yield spelled


def _word(part: re.Match[str], word: str, renames: Renames) -> str:
    if part.lastgroup == "text":
        return f'"{word[1:-1]}"'
    if part.lastgroup == "name":
        return _WORDS.get(word) or renames.get(word, word)
    return _SIGNS.get(word, word)
