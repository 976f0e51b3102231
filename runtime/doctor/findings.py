"""What a check found: what it is, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is. Errors stop work, or soon will; warnings are worth a look."""

    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`check` names what was looked at; `what`, `where` and `fix` are plain sentences or places. Good ones have no fix."""

    check: str
    level: Level
    what: str
    where: str = ""
    fix: str = ""


def good(check: str, what: str, where: str = "") -> Finding:
    """All is well."""
    return Finding(check=check, level=Level.GOOD, what=what, where=where)


def warning(check: str, what: str, fix: str, where: str = "") -> Finding:
    """Worth a look."""
    return Finding(check=check, level=Level.WARNING, what=what, where=where, fix=fix)


def error(check: str, what: str, fix: str, where: str = "") -> Finding:
    """Has to be put right."""
    return Finding(check=check, level=Level.ERROR, what=what, where=where, fix=fix)
