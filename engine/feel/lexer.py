"""From text to tokens with positions (DMN 1.5 §10.3.1.2, rules 27–38 and 60–64). Names of several words are the parser's
concern."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from engine.feel.errors import Code, FeelSyntaxError, Position

MAX_TEXT = 64 * 1024
"""Longer texts are no expressions a person wrote."""

NUMBER, STRING, NAME, OPERATOR, END = "number", "string", "name", "operator", "end"


class Token(NamedTuple):
    """`value` is the text itself, the unescaped string, or the name without its backticks."""

    kind: str
    value: str
    at: Position
    start: int
    end: int
    quoted: bool = False


_NAME_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<backtick>`[^`\n]+`)
    |(?P<name>[{_NAME_START}][{_NAME_PART}]*)
    |(?P<operator>\.\.|\*\*|<=|>=|!=|->|/(?!\*)|[-+*<>=()\[\]{{}},:.'@])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(["'\\nrt]))""")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokens_of(text: str) -> list[Token]:
    """All tokens and one END token; raises FeelSyntaxError at the first character that begins none."""
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError(Code.TOO_LONG, f"The expression has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    lines = [0, *(m.end() for m in re.finditer("\n", text))]
    tokens: list[Token] = []
    index, end = 0, len(text)
    while index < end:
        match = _TOKEN.match(text, index)
        if match is None:
            raise _no_token(text, index, _position(lines, index, 1))
        index = match.end()
        if match.lastgroup != "space":
            tokens.append(_token(match, _position(lines, match.start(), index - match.start())))
    tokens.append(Token(END, "", _position(lines, end, 0), end, end))
    return tokens


def _position(lines: list[int], index: int, length: int) -> Position:
    line = bisect_right(lines, index)
    return Position(line, index - lines[line - 1] + 1, length)


def _token(match: re.Match[str], at: Position) -> Token:
    kind, text = match.lastgroup or "", match.group()
    if kind == "string":
        return Token(STRING, _unescape(text[1:-1], at), at, match.start(), match.end())
    if kind == "backtick":
        return Token(NAME, text[1:-1], at, match.start(), match.end(), quoted=True)
    return Token(kind, text, at, match.start(), match.end())


def _unescape(text: str, at: Position) -> str:
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        if match[3]:
            return _PLAIN_ESCAPES[match[3]]
        number = int(match[1] or match[2], 16)
        if number > 0x10FFFF:
            raise FeelSyntaxError(Code.BAD_LITERAL, f"{match[0]} is no Unicode character.", *at)
        return chr(number)

    # Any other backslash stays, so that patterns such as "\d+" can be written as they are read elsewhere.
    joined = _ESCAPE.sub(plain, text)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _no_token(text: str, index: int, at: Position) -> FeelSyntaxError:
    if text[index] == '"':
        return FeelSyntaxError(Code.UNTERMINATED, 'The string that begins here has no closing ".', *at)
    if text.startswith("/*", index):
        return FeelSyntaxError(Code.UNTERMINATED, "The comment that begins here has no closing */.", *at)
    hints = {"&": "and", "|": "or", "!": "not(…)", "“": 'the plain quote "', "”": 'the plain quote "', ";": "a comma"}
    hint = f" Write {hints[text[index]]} instead." if text[index] in hints else ""
    return FeelSyntaxError(Code.BAD_CHARACTER, f"The character {text[index]!r} has no meaning here.{hint}", *at)
