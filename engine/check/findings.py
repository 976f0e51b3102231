"""How the checks tell what they find, and how they help with misspelt names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from engine.check.codes import CODES, Code
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity


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


def near(name: str, known: Iterable[str]) -> str | None:
    """“Did you mean …?”, or None when nothing known is similar."""
    names = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in names}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean “{folded[found[0]]}”?" if found else None


def advice(name: str, known: Collection[str], code: Code) -> str:
    """The way out for a name that does not exist: the similar one first."""
    similar = near(name, known)
    return f"{similar} {CODES[code][1]}" if similar else CODES[code][1]
