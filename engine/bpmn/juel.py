"""The easy part of ``${…}``: what the expression languages of other engines mean, said in FEEL."""

from __future__ import annotations

import re

from engine.feel import FeelSyntaxError, compile_expression

_WHOLE = re.compile(r"\s*[$#]\{([^{}]*)\}\s*")
_TOKENS = re.compile(
    r"'[^'\\]*'|\"[^\"\\]*\"|==|!=|&&|\|\||\b(?:eq|ne|lt|le|gt|ge|and|or)\b|[A-Za-z_][\w.]*\(|\s+|.", re.DOTALL
)
_SPELLINGS = {"==": "=", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "&&": " and ", "||": " or "}


def feel_for(text: str) -> str | None:
    """The same in FEEL with its leading ``=``; None when it is not plain (calls, ``!``, indexes, text around the braces)."""
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        return None
    tokens = _TOKENS.findall(whole[1].strip())
    if any(word in ("!", "?", "[") or (word.endswith("(") and word != "(") for word in tokens):
        return None
    feel = re.sub(r" {2,}", " ", "".join(map(_spelled, tokens)))
    try:
        compile_expression(feel)
    except FeelSyntaxError:
        return None
    return f"={feel}"


def _spelled(word: str) -> str:
    if word.startswith("'"):
        return f'"{word[1:-1]}"'
    return _SPELLINGS.get(word, word)
