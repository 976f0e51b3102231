"""What goes wrong in FEEL, as codes with positions: bad text, failed evaluation, nulls that hide a mistake (DMN 1.5
§10.3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple


class Code(StrEnum):
    """Stable codes: 1xxx the text is not FEEL, 2xxx the evaluation was stopped, 3xxx the value became null because of a
    mistake."""

    UNEXPECTED = "FEEL-1001"
    UNTERMINATED = "FEEL-1002"
    BAD_CHARACTER = "FEEL-1003"
    TOO_DEEP = "FEEL-1004"
    TOO_LONG = "FEEL-1005"
    BAD_LITERAL = "FEEL-1006"
    STEPS_SPENT = "FEEL-2001"
    CALLS_TOO_DEEP = "FEEL-2002"
    TOO_BIG = "FEEL-2003"
    NOT_STORABLE = "FEEL-2004"
    NO_VARIABLE = "FEEL-3001"
    NO_PROPERTY = "FEEL-3002"
    WRONG_TYPE = "FEEL-3003"
    NOT_COMPARABLE = "FEEL-3004"
    NO_FUNCTION = "FEEL-3005"
    WRONG_ARGUMENTS = "FEEL-3006"
    NOT_COMPUTABLE = "FEEL-3007"
    NO_SUCH_ITEM = "FEEL-3008"
    BAD_VALUE = "FEEL-3009"
    NOT_A_CONDITION = "FEEL-3010"
    BAD_RANGE = "FEEL-3011"
    BAD_PATTERN = "FEEL-3012"


class Position(NamedTuple):
    """Where something stands in the text: line and column count from 1, `length` in characters."""

    line: int = 1
    column: int = 1
    length: int = 0


class Warning_(NamedTuple):
    """A null that hides a mistake, or another thing the author should know.

    Line and column count from 1. Where several texts are evaluated together, as in a decision, `text` is the one with the
    mistake; a warning about a value that stands in no text has line and column 0.
    """

    code: str
    message: str
    line: int
    column: int
    text: str = ""


class FeelSyntaxError(Exception):
    """The text is not FEEL. `message` says what was expected and what stands there instead."""

    def __init__(self, code: str, message: str, line: int = 1, column: int = 1, length: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column, self.length = code, message, line, column, length

    def __str__(self) -> str:
        return f"{self.code} at line {self.line}, column {self.column}: {self.message}"


class FeelError(Exception):
    """An evaluation was stopped (a limit was reached), or a value cannot be stored. `code` is one of the 2xxx codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def near(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the likeliest meant name, or nothing."""
    candidates = [k for k in known if isinstance(k, str)][:500]
    found = get_close_matches(name, candidates, n=1, cutoff=0.7)
    return f" Did you mean {found[0]!r}?" if found else ""
