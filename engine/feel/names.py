"""Names of several words or with signs in them, found in the text by the names in scope (DMN 1.5 §10.3.1.3, longest match
first)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import END, NAME, STRING, Token, tokens_of

_SIMPLE = re.compile(r"[^\W\d]\w*")
_Entry = tuple[tuple[str, ...], str]
Table = dict[str, list[_Entry]]
"""First word → the names that begin with it, as words and as written."""
_SIGNS = frozenset("./-'+*") | {"**"}


def is_simple(name: str) -> bool:
    """One word without signs, which the lexer finds by itself."""
    return _SIMPLE.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    try:
        tokens = tokens_of(name)
    except FeelSyntaxError:
        return ()  # such a name can only be written in backticks
    if any(t.kind == STRING for t in tokens):
        return ()
    return _spelled(tokens[:-1])


def _spelled(tokens: list[Token]) -> tuple[str, ...]:
    """The words and signs of a name. White space beside a sign counts: `a-b` is a name where `a - b` is a difference."""
    spelled = [t.value for t in tokens[:1]]
    for before, token in pairwise(tokens):
        if (before.value in _SIGNS or token.value in _SIGNS) and token.start > before.end:
            spelled.append(" ")
        spelled.append(token.value)
    return tuple(spelled)


def table_of(names: Iterable[str]) -> Table:
    """Names that every expression knows, prepared once."""
    table: Table = {}
    for name in names:
        _put(table, name)
    return table


def _put(table: Table, name: str) -> None:
    words = _words(name)
    if len(words) > 1:
        table.setdefault(words[0], []).append((words, name))


class Names:
    """The names that need more than one token. `mark` and `forget` bound the life of names bound inside an expression."""

    def __init__(self, names: Iterable[str], always: Table | None = None) -> None:
        self._always = always or {}
        self._bound: list[_Entry] = []
        self._given: Table = {}
        self._seen: Table = {}
        for name in names:
            _put(self._given, name)

    def bind(self, name: str) -> None:
        """Add a name bound by the expression itself: a context key, a loop variable, a parameter."""
        if is_simple(name):
            return
        words = _words(name)
        if len(words) > 1:
            self._bound.append((words, name))
            _put(self._seen, name)

    def mark(self) -> int:
        """To be given to `forget` when the scope ends."""
        return len(self._bound)

    def forget(self, mark: int) -> None:
        """End the scope that began at `mark`; its names stay known for paths."""
        del self._bound[mark:]

    def known(self) -> list[str]:
        """All names of more than one token that are in reach, for suggestions."""
        tables = (self._always, self._given, self._seen)
        return [name for table in tables for entries in table.values() for _, name in entries]

    def find(self, tokens: list[Token], index: int, *, path: bool = False) -> tuple[str, int] | None:
        """The longest known name that begins at the token, and how many tokens it takes."""
        first = tokens[index].value
        candidates = self._always.get(first, []) + self._given.get(first, [])
        if path:
            candidates = candidates + self._seen.get(first, [])
        elif self._bound:
            candidates = candidates + self._bound
        best: tuple[str, int] | None = None
        for words, name in candidates:
            length = len(words) - words.count(" ")
            if (best is None or length > best[1]) and _stands_at(tokens, index, length, words):
                best = (name, length)
        return best


def _stands_at(tokens: list[Token], index: int, length: int, words: tuple[str, ...]) -> bool:
    there = tokens[index : index + length]
    if len(there) < length or any(t.quoted or t.kind in (STRING, END) for t in there):
        return False
    return there[-1].value == words[-1] and _spelled(there) == words


def name_of(text: str, tokens: list[Token]) -> str:
    """The name that tokens spell: as written, with each run of white space as one space."""
    if len(tokens) == 1 and tokens[0].kind == NAME:
        return tokens[0].value
    return re.sub(r"\s+", " ", text[tokens[0].start : tokens[-1].end])
