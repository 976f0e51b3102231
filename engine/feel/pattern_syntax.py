"""Reading XPath patterns (XML Schema 1.1 part 2 appendix G, XPath functions 3.1 §5.6): what `matches`, `replace` and `split`
take."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.pattern_chars import BLOCKS, CATEGORIES, CharSet, category_test, escape_set

MAX_PATTERN = 2_000
"""Characters in a pattern."""
MAX_COUNT = 1_000
"""The largest number in `{n,m}`."""
MAX_NESTING = 40


class PatternError(ValueError):
    """The text is no pattern; the message says why."""


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Choice:
    options: tuple[Part, ...]


@dataclass(frozen=True)
class Repeat:
    """`most` None is without end."""

    part: Part
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True)
class Group:
    """`number` 0 does not capture."""

    number: int
    part: Part


@dataclass(frozen=True)
class Back:
    """What the group has matched, once more."""

    number: int


@dataclass(frozen=True)
class Edge:
    """`^` or `$`; of each line when `lines`."""

    sign: str
    lines: bool


Part = CharSet | Sequence | Choice | Repeat | Group | Back | Edge
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPABLE = frozenset("\\|.?*+(){}-[]^$")
_SPECIAL = frozenset("?*+)|]{}")


class PatternReader:
    """One pattern being read."""

    def __init__(self, text: str, flags: str) -> None:
        if len(text) > MAX_PATTERN:
            raise PatternError(f"it has more than {MAX_PATTERN} characters")
        if unknown := set(flags) - set("smixq"):
            raise PatternError(f"the flag “{sorted(unknown)[0]}” does not exist; there are s, m, i, x and q")
        self.flags = flags
        self.text = _without_spaces(text) if "x" in flags and "q" not in flags else text
        self.at = 0
        self.groups = 0
        self._closed: set[int] = set()
        self._depth = 0

    def read(self) -> Part:
        """The whole pattern."""
        if "q" in self.flags:
            return Sequence(tuple(self._char(c) for c in self.text))
        part = self._choice()
        if self.at < len(self.text):
            raise PatternError(f"there is a “{self.text[self.at]}” too many")
        return part

    def _char(self, char: str) -> CharSet:
        return CharSet(((ord(char), ord(char)),), any_case="i" in self.flags)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _choice(self) -> Part:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise PatternError(f"its groups are nested more than {MAX_NESTING} deep")
        options = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return Sequence(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        sign = self._peek()
        if sign not in ("?", "*", "+", "{"):
            return part
        if isinstance(part, Edge):
            raise PatternError(f"“{sign}” has nothing to repeat")
        least, most = self._counts(sign)
        greedy = self._peek() != "?"
        self.at += 0 if greedy else 1
        if self._peek() in ("?", "*", "+", "{") and self._peek():
            raise PatternError("a repetition is repeated; use a group")
        return Repeat(part, least, most, greedy)

    def _counts(self, sign: str) -> tuple[int, int | None]:
        self.at += 1
        if sign != "{":
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : max(end, self.at)].partition(",")
        self.at = end + 1
        if end < 0 or not (low.isascii() and low.isdigit()) or (high and not (high.isascii() and high.isdigit())):
            raise PatternError("“{” begins a count such as {2}, {2,} or {2,5}; write \\{ for the sign")
        least, most = int(low[:6]), int(high[:6]) if high else None if comma else int(low[:6])
        if max(least, most or 0) > MAX_COUNT or (most is not None and most < least):
            raise PatternError(f"a count goes from a lower to a higher number up to {MAX_COUNT}")
        return least, most

    def _atom(self) -> Part:
        char = self._peek()
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == ".":
            return CharSet(() if "s" in self.flags else ((10, 10), (13, 13)), negated=True)
        if char in ("^", "$"):
            return Edge(char, "m" in self.flags)
        if char == "\\":
            return self._escape()
        if char in _SPECIAL:
            raise PatternError(f"“{char}” has nothing to do here; write \\{char} for the sign")
        return self._char(char)

    def _group(self) -> Part:
        capturing = not self.text.startswith("?:", self.at)
        number = 0
        if capturing:
            self.groups += 1
            number = self.groups
        else:
            self.at += 2
        part = self._choice()
        if self._peek() != ")":
            raise PatternError("a group is not closed by “)”")
        self.at += 1
        self._closed.add(number)
        return Group(number, part)

    def _escape(self) -> Part:
        char = self._peek()
        if char.isascii() and char.isdigit():
            return self._back_reference()
        found = self._escaped_set()
        return found if found is not None else self._char(self._escaped_char())

    def _back_reference(self) -> Back:
        start = self.at
        self.at += 1
        while self._peek().isdigit() and int(self.text[start : self.at + 1]) <= self.groups:
            self.at += 1
        number = int(self.text[start : self.at])
        if number == 0 or number not in self._closed:
            raise PatternError(f"there is no closed group {number} before it")
        return Back(number)

    def _escaped_char(self) -> str:
        char = self._peek()
        self.at += 1
        if char in _PLAIN:
            return _PLAIN[char]
        if char and char in _ESCAPABLE:
            return char
        raise PatternError(f"“\\{char}” means nothing")

    def _escaped_set(self) -> CharSet | None:
        char = self._peek()
        if char not in ("p", "P"):
            found = escape_set(char) if char else None
            self.at += 1 if found else 0
            return found
        end = self.text.find("}", self.at)
        if self.text[self.at + 1 : self.at + 2] != "{" or end < 0:
            raise PatternError("\\p needs a category such as \\p{L}")
        name = self.text[self.at + 2 : end]
        self.at = end + 1
        if name in CATEGORIES:
            return CharSet(tests=(category_test(name),), negated=char == "P")
        if name.startswith("Is") and name[2:] in BLOCKS:
            return CharSet((BLOCKS[name[2:]],), negated=char == "P")
        raise PatternError(f"there is no category or block “{name}”")

    def _class(self) -> CharSet:
        made = CharSet(any_case="i" in self.flags)
        if self._peek() == "^":
            self.at += 1
            made.negated = True
        first = True
        while first or self._peek() != "]":
            if self.text.startswith("-[", self.at) and not first:
                self.at += 2
                made.minus = self._class()
                if self._peek() != "]":
                    raise PatternError("after “-[…]” the class must be closed by “]”")
                break
            self._class_member(made, first)
            first = False
        self.at += 1
        return made

    def _class_member(self, made: CharSet, first: bool) -> None:
        start = self._class_char(first)
        if isinstance(start, CharSet):
            made.tests = (*made.tests, start.has)
            return
        low = high = ord(start)
        if self._peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
            self.at += 1
            end = self._class_char(False)
            if isinstance(end, CharSet) or ord(end) < low:
                raise PatternError("a range in “[…]” goes from a lower to a higher character")
            high = ord(end)
        made.spans = (*made.spans, (low, high))

    def _class_char(self, first: bool) -> str | CharSet:
        char = self._peek()
        self.at += 1
        if char == "":
            raise PatternError("a “[” is not closed by “]”")
        if char == "\\":
            found = self._escaped_set()
            return found if found is not None else self._escaped_char()
        if char == "[" or (char == "]" and first):
            raise PatternError(f"write \\{char} for the sign “{char}” in “[…]”")
        return char


def _without_spaces(text: str) -> str:
    """The flag x: white space outside classes means nothing."""
    kept: list[str] = []
    depth = 0
    for index, char in enumerate(text):
        escaped = index > 0 and text[index - 1] == "\\"
        depth += (char == "[" and not escaped) - (char == "]" and not escaped and depth > 0)
        if depth or char not in " \t\n\r":
            kept.append(char)
    return "".join(kept)
