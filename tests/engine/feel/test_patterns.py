"""XPath patterns: what they match, and that the two matchers agree."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.feel.patterns import PatternError, compile_pattern, replacement_parts
from engine.feel.run import Budget, Run

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def found(pattern: str, text: str, flags: str = "") -> bool:
    return compile_pattern(pattern, flags).search(text, 0, Run(NOW, Budget())) is not None


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        ("^fo*b", "foobar", "", True),
        ("a.c", "a\nc", "", False),
        ("a.c", "a\nc", "s", True),
        ("^b$", "a\nb\nc", "", False),
        ("^b$", "a\nb\nc", "m", True),
        ("A", "a", "i", True),
        ("[^Q]", "q", "i", False),
        ("a b", "ab", "x", True),
        ("[a b]", " ", "x", True),
        ("a.b", "a.b", "q", True),
        ("a.b", "axb", "q", False),
        (r"\d{3}-\d{4}", "tel 555-1234", "", True),
        (r"^\w+$", "käse", "", True),
        (r"^\w+$", "a_b", "", False),
        (r"\p{Lu}", "aBc", "", True),
        (r"\P{L}", "abc", "", False),
        (r"^\p{IsKatakana}+$", "カタカナ", "", True),
        ("[a-z-[aeiou]]", "e", "", False),
        ("[a-z-[aeiou]]", "x", "", True),
        (r"(a)(b)\2\1", "abba", "", True),
        (r"(?:ab)+c", "ababc", "", True),
        (r"^(a|ab)(c|bcd)$", "abcd", "", True),
        (r"x{2,3}?y", "xxxy", "", True),
        ("", "anything", "", True),
        (r"^[\s\d]+$", "1 2", "", True),
    ],
)
def test_the_pattern_occurs(pattern: str, text: str, flags: str, expected: bool) -> None:
    assert found(pattern, text, flags) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "[a",
        "a**",
        "*",
        "a{2",
        "a{3,2}",
        "a{9999}",
        r"\1",
        r"(a\1)",
        r"\p{Xx}",
        r"\y",
        "[z-a]",
        "]",
        "a|*",
        r"\p",
        "x" * 3000,
    ],
)
def test_what_is_no_pattern_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"\w"):
        compile_pattern(pattern, "")


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(PatternError, match="flag"):
        compile_pattern("a", "z")


PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "a|b", "ab"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counted = st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}", "*?", "+?", "{2}"]))
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        inner.map("({})".format),
        counted.map(lambda p: f"(?:{p[0]}){p[1]}"),
        st.tuples(inner, inner).map("|".join),
    )


PATTERNS = st.recursive(PIECES, _grown, max_leaves=5)


def _repeats_what_may_be_nothing(tree: Any) -> bool:
    """A repetition of something that may match no character: engines differ there, and XPath leaves it open."""
    for operator, arguments in tree:
        if str(operator) in {"MAX_REPEAT", "MIN_REPEAT"} and arguments[2].getwidth()[0] == 0:
            return True
        parts = arguments[1] if str(operator) == "BRANCH" else arguments if isinstance(arguments, tuple) else ()
        if any(_repeats_what_may_be_nothing(part) for part in parts if hasattr(part, "getwidth")):
            return True
    return False


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.text(alphabet="ab", max_size=8))
def test_the_machine_finds_what_the_standard_library_finds(pattern: str, text: str) -> None:
    assume(not _repeats_what_may_be_nothing(re._parser.parse(pattern)))
    compiled = compile_pattern(pattern, "")
    ours = compiled._machine.search(text, 0, Run(NOW, Budget()))
    theirs = re.search(pattern.replace(".", "[^\n\r]"), text)
    assert (ours and ours[0]) == (theirs and theirs.span())
    quick = compiled.search(text, 0, Run(NOW, Budget()))
    assert (quick and quick[0]) == (theirs and theirs.span())


def test_the_replacement_names_groups() -> None:
    assert replacement_parts(r"[$1-$0]\$", 1) == ["[", 1, "-", 0, "]", "$"]
    assert replacement_parts("$12", 1) == [1, "2"]
    with pytest.raises(PatternError):
        replacement_parts("$", 1)
