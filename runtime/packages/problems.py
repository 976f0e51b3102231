"""Complaints about packages, with the way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from engine.api import Problem, Severity


def problem(
    code: str,
    message: str,
    resource: str,
    *,
    line: int | None = None,
    field: str | None = None,
    fix: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """A finding in a file of a package. Codes are ``PKG-1xxx``."""
    return Problem(code=code, message=message, resource=resource, line=line, field=field, fix=fix, severity=severity)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice for a misspelt word: the nearest known one, or the list of them."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known are: {', '.join(choices)}." if choices else "Nothing is known under such a name."
