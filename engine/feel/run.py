"""What one evaluation carries: the scope, the clock, the warnings, and the limits that no expression can pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.feel.errors import Code, FeelError, Position, Warning_

MAX_WARNINGS = 50
"""More say nothing new; the same place warns once."""

_NOWHERE = Position()
NO_TEXT = Position(0, 0)
"""For warnings about a value that stands in no text."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of one evaluation. The defaults stop any expression within about a second.

    `steps` is work: about one microsecond each. `depth` is nested calls of functions written in FEEL, and nested lists and
    contexts in
    the result; `size` is items in a list, characters in a string, and values in the result.
    """

    steps: int = 400_000
    depth: int = 80
    size: int = 400_000


DEFAULT_BUDGET = Budget()


class Run:
    """The changing part of one evaluation; `at` is where the innermost call stands, for warnings of built-ins.

    `text` tells the expressions apart that are evaluated together.
    """

    __slots__ = ("_seen", "at", "budget", "depth", "now", "steps", "text", "warnings")

    def __init__(self, now: datetime, budget: Budget) -> None:
        self.now = now
        self.budget = budget
        self.steps = budget.steps
        self.depth = 0
        self.at = _NOWHERE
        self.text = ""
        self.warnings: list[Warning_] = []
        self._seen: set[tuple[str, Position, str]] = set()

    def charge(self, steps: int) -> None:
        """Spend steps, or raise FeelError when they are spent."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelError(
                Code.STEPS_SPENT,
                f"The expression needs more than {self.budget.steps:,} steps; narrow its loops, lists or patterns.",
            )

    def check_size(self, size: int) -> None:
        """Raise FeelError when a list or string of `size` is too big; charge for making it."""
        if size > self.budget.size:
            raise FeelError(
                Code.TOO_BIG, f"A list or string of the expression has more than {self.budget.size:,} items or characters."
            )
        self.charge(size >> 5)

    def warn(self, code: str, at: Position, message: str) -> None:
        """Note a null that hides a mistake; returns None so that callers can return it as the value."""
        key = (code, at, self.text if at.line else message)
        if key in self._seen or len(self.warnings) >= MAX_WARNINGS:
            return
        self._seen.add(key)
        self.warnings.append(Warning_(code, message, at.line, at.column, self.text if at.line else ""))

    def wrong_arguments(self, message: str) -> None:
        """A function was called with arguments it does not take: null, to be returned as its value."""
        self.warn(Code.WRONG_ARGUMENTS, self.at, message)

    def bad_value(self, message: str) -> None:
        """A built-in cannot make its value of these arguments: null, to be returned as its value."""
        self.warn(Code.BAD_VALUE, self.at, message)

    def enter(self) -> None:
        """Begin a call of a function written in FEEL."""
        self.depth += 1
        if self.depth > self.budget.depth:
            raise FeelError(Code.CALLS_TOO_DEEP, f"Functions call each other more than {self.budget.depth} deep.")

    def leave(self) -> None:
        """End that call."""
        self.depth -= 1


class Frame:
    """Where names are looked up: the scope given to the evaluation, and numbered slots for names bound inside the
    expression."""

    __slots__ = ("run", "scope", "slots")

    def __init__(self, scope: Mapping[str, Any], slots: list[Any], run: Run) -> None:
        self.scope = scope
        self.slots = slots
        self.run = run
