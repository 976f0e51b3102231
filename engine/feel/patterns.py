"""Running patterns so that none can hang the machine: the standard library's matcher where it is provably quick, else a
matcher that
remembers where it failed (time grows with text × pattern) and pays the budget for each step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod

from engine.feel.pattern_chars import CharSet
from engine.feel.pattern_machine import Machine
from engine.feel.pattern_syntax import Back, Choice, Edge, Group, Part, PatternError, PatternReader, Repeat, Sequence
from engine.feel.run import Run

__all__ = ["Pattern", "PatternError", "compile_pattern", "replacement_parts"]

Spans = list[tuple[int, int] | None]
"""Where the whole match and each group begin and end; None for a group that took no part."""

_QUICK_WAYS = 200_000
"""So many ways to match may be tried by backtracking; it takes some milliseconds."""


class Pattern:
    """A compiled pattern; `groups` is the number of capturing groups."""

    def __init__(self, root: Part, groups: int, any_case: bool) -> None:
        self.groups = groups
        self._machine = Machine(root, groups, any_case)
        self._ways = _ways(root)
        text = _python(root) if self._ways is not None else None
        self._quick = re.compile(text, re.IGNORECASE if any_case else 0) if text is not None else None

    def search(self, text: str, start: int, run: Run) -> Spans | None:
        """The first match at or after `start`; raises FeelError when the search needs more steps than the budget has."""
        length = len(text)
        run.charge(1 + length // 64)
        if (
            self._quick is not None
            and self._ways is not None
            and prod(min(w, length) + 1 for w in self._ways) * length <= _QUICK_WAYS
        ):
            found = self._quick.search(text, start)
            return None if found is None else [found.span(n) if found.start(n) >= 0 else None for n in range(self.groups + 1)]
        return self._machine.search(text, start, run)

    def all_matches(self, text: str, run: Run) -> Iterator[Spans]:
        """All matches from left to right that do not overlap."""
        at = 0
        while at <= len(text):
            spans = self.search(text, at, run)
            if spans is None or spans[0] is None:
                return
            yield spans
            start, end = spans[0]
            at = end if end > start else end + 1


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Read a pattern with the flags s, m, i, x, q; raises PatternError."""
    reader = PatternReader(pattern, flags)
    return Pattern(reader.read(), reader.groups, "i" in flags)


def _ways(part: Part) -> list[int] | None:
    """How often backtracking can choose, as factors; None when choices nest, so that they could multiply without bound."""
    match part:
        case CharSet():
            return []
        case Edge(_, lines):
            return None if lines else []
        case Sequence(parts):
            return _joined(parts)
        case Choice(options):
            inner = _joined(options)
            return None if inner is None else [*inner, len(options)]
        case Group(_, inner_part):
            return _ways(inner_part)
        case Repeat(inner_part, least, most):
            if _ways(inner_part) != []:
                return None
            return [] if least == most else [1_000_000 if most is None else most - least]
        case Back():
            return None


def _joined(parts: tuple[Part, ...]) -> list[int] | None:
    found: list[int] = []
    for part in parts:
        inner = _ways(part)
        if inner is None:
            return None
        found += inner
    return found


def _python(part: Part) -> str | None:
    """The same pattern for Python's `re`, or None when it cannot say it."""
    match part:
        case CharSet():
            return part.python()
        case Edge(sign):
            return r"\A" if sign == "^" else r"\Z"
        case Sequence(parts):
            texts = [_python(p) for p in parts]
            return None if None in texts else "".join(t or "" for t in texts)
        case Choice(options):
            texts = [_python(p) for p in options]
            return None if None in texts else f"(?:{'|'.join(t or '' for t in texts)})"
        case Group(number, inner):
            text = _python(inner)
            return None if text is None else f"({text})" if number else f"(?:{text})"
        case Repeat(inner, least, most, greedy):
            text = _python(inner)
            count = f"{{{least},{'' if most is None else most}}}{'' if greedy else '?'}"
            return None if text is None else f"(?:{text}){count}"
        case Back():
            return None


def replacement_parts(replacement: str, groups: int) -> list[str | int]:
    """The replacement of `replace` as texts and group numbers (XPath functions 3.1 §5.6.4); raises PatternError."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, after = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if after not in ("\\", "$"):
                raise PatternError("a backslash stands before “\\” or “$” only")
            parts.append(after)
            at += 2
        elif char == "$":
            number, at = _group_number(replacement, at + 1, groups)
            parts.append(number if number <= groups else "")
        else:
            parts.append(char)
            at += 1
    return parts


def _group_number(replacement: str, at: int, groups: int) -> tuple[int, int]:
    digits = re.match(r"[0-9]+", replacement[at : at + 6])
    if digits is None:
        raise PatternError("“$” needs the number of a group; write \\$ for the sign")
    length = len(digits[0])
    while length > 1 and int(digits[0][:length]) > groups:
        length -= 1
    return int(digits[0][:length]), at + length
