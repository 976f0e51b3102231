"""Sets of characters as patterns name them (XML Schema 1.1 part 2 §G.4.2, XPath functions 3.1 §5.6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

Span = tuple[int, int]
Test = Callable[[str], bool]

BLOCKS: dict[str, Span] = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "CyrillicSupplement": (0x0500, 0x052F),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "KatakanaPhoneticExtensions": (0x31F0, 0x31FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
    "Emoticons": (0x1F600, 0x1F64F),
}
CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)
_SPACES: tuple[Span, ...] = ((9, 10), (13, 13), (32, 32))
_NAME_START: tuple[Span, ...] = (
    (0x3A, 0x3A),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
)
_NAME_PART = (*_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))


@dataclass(eq=False)
class CharSet:
    """`spans` and `tests` are what is in it, unless `negated`; `minus` is taken away from the whole."""

    spans: tuple[Span, ...] = ()
    tests: tuple[Test, ...] = ()
    negated: bool = False
    minus: CharSet | None = None
    any_case: bool = False
    _known: dict[str, bool] = field(default_factory=dict, repr=False)

    def has(self, char: str) -> bool:
        """Whether the character is in the set; remembered, since texts repeat their characters."""
        found = self._known.get(char)
        if found is None:
            if len(self._known) > 2048:
                self._known.clear()
            found = self._known[char] = self._has(char)
        return found

    def _has(self, char: str) -> bool:
        variants = {char, char.lower(), char.upper()} if self.any_case else {char}
        inside = any(self._covers(v) for v in variants if len(v) == 1)
        return inside is not self.negated and not (self.minus is not None and self.minus.has(char))

    def _covers(self, char: str) -> bool:
        code = ord(char)
        return any(low <= code <= high for low, high in self.spans) or any(test(char) for test in self.tests)

    def python(self) -> str | None:
        """The set as Python's `re` writes it; None when it has no short form there."""
        if self.tests or self.minus is not None:
            return None
        inner = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in self.spans)
        return f"[{'^' if self.negated else ''}{inner}]" if inner else None


def category_test(name: str) -> Test:
    """Whether a character is of a Unicode category such as `Lu`, or of a group of them such as `L`."""
    return lambda char: unicodedata.category(char).startswith(name)


def _outside(names: str) -> Test:
    return lambda char: unicodedata.category(char)[0] not in names


def escape_set(letter: str) -> CharSet | None:
    """`\\s \\d \\w \\i \\c` and their capitals (§G.4.2.5)."""
    sets = {
        "s": CharSet(_SPACES),
        "d": CharSet(tests=(category_test("Nd"),)),
        "w": CharSet(tests=(_outside("PZC"),)),
        "i": CharSet(_NAME_START),
        "c": CharSet(_NAME_PART),
    }
    found = sets.get(letter.lower())
    if found is not None and letter.isupper():
        found.negated = True
    return found
