"""What a condition is refused with: a code, the place in its text, the reason, and the way out."""

from __future__ import annotations

from engine.api import Position, Problem
from runtime.errors import Invalid

NOT_IN_LISTS = "REC-1021"
"""FEEL that no database can answer as it is answered in memory."""
NO_SUCH_NAME = "REC-1022"
"""A name that the record type does not have."""
TOO_LARGE = "REC-1023"
"""A condition that is too large for one query."""


class NotCompilable(Invalid):
    """A condition that cannot become SQL. `line` and `column` count from 1 in its text; FEEL's mistakes keep their codes."""

    def __init__(self, code: str, reason: str, at: Position, way_out: str = "") -> None:
        said = f"Line {at.line}, column {at.column}: {reason}" + (f" {way_out}" if way_out else "")
        place = Problem(code=code, message=reason, resource="where", line=at.line, column=at.column, fix=way_out or None)
        super().__init__(code, said, fields={"where": [said]}, problems=(place,))
        self.line, self.column, self.reason, self.way_out = at.line, at.column, reason, way_out


def refused(reason: str, at: Position, way_out: str = "") -> NotCompilable:
    """The refusal of what cannot be said in SQL with the same answer."""
    return NotCompilable(NOT_IN_LISTS, reason, at, way_out)
