"""How the checks tell what they find, and how they help with misspelt names."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from engine.check.codes import CODES, Code
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity

MAX_NAME: Final = 100
MAX_KNOWN: Final = 2_000
MAX_SUGGESTIONS: Final = 10


def finding(
    code: Code,
    message: str,
    process: ProcessDefinition,
    element: Element | None = None,
    *,
    field: str | None = None,
    fix: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """A problem at an element of a process, or at the process itself."""
    place = element or process
    return Problem(
        code=code,
        message=message,
        resource=process.resource,
        severity=severity,
        element=place.id,
        field=field,
        line=place.line or None,
        fix=fix or CODES[code][1],
    )


def near(name: str, known: Collection[str]) -> str | None:
    """“Did you mean …?”, or None when nothing known is similar. Comparing is slow: long names and lists are passed over."""
    if len(name) > MAX_NAME or len(known) > MAX_KNOWN:
        return None
    folded = {candidate.casefold(): candidate for candidate in sorted(known)}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean “{folded[found[0]]}”?" if found else None


class Advisor:
    """Ways out for names that do not exist: the similar name first, for as many names as anybody will read."""

    def __init__(self) -> None:
        self._left = MAX_SUGGESTIONS

    def fix(self, name: str, known: Collection[str], code: Code) -> str:
        """The way out, with a suggestion where there is one."""
        self._left -= 1
        similar = near(name, known) if self._left >= 0 else None
        return f"{similar} {CODES[code][1]}" if similar else CODES[code][1]
