"""A part of a condition on its way to SQL: what kind of value it has, and how it is written for a database.

The SQL of an operand is NULL exactly where FEEL's value is null; FEEL's true, false and null are SQL's TRUE, FALSE and NULL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement

from engine.api import Kind, Position, Value

if TYPE_CHECKING:
    from runtime.records.predicates.dialect import Sql

Render = Callable[["Sql"], ColumnElement[Any]]
"""Writes the SQL of an operand for one database."""


class _Varies:
    """Stands for the value of what depends on the record."""


VARIES: Final = _Varies()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """`kind` is None for a JSON field, whose values are of any kind. `value` is that of a constant, else VARIES.

    `column` is the name of a bare field, which is cheap to write twice, else "". `counted` dates are day numbers and counted
    dates and times are microseconds, moved by at most `days`. `digits` bounds a number: digits before and after the point.
    """

    kind: Kind | None
    write: Render
    at: Position
    value: Value = VARIES
    column: str = ""
    counted: bool = False
    days: int = 0
    digits: tuple[int, int] = (0, 0)

    @property
    def is_constant(self) -> bool:
        """Whether the value is known before any record is."""
        return self.value is not VARIES

    @property
    def is_null(self) -> bool:
        """Whether it is null for every record."""
        return self.kind is Kind.NULL

    @property
    def is_repeatable(self) -> bool:
        """Whether its SQL may be written more than once without growing."""
        return self.is_constant or bool(self.column)

    def render(self, sql: Sql) -> ColumnElement[Any]:
        """Its SQL. Raises NotCompilable when the whole has become too large."""
        sql.spend(self.at)
        return self.write(sql)

    def moved(self, at: Position) -> Operand:
        """The same at another place of the text."""
        return replace(self, at=at)


def truth(write: Render, at: Position) -> Operand:
    """An operand that is true, false or null."""
    return Operand(kind=Kind.BOOLEAN, write=write, at=at)
