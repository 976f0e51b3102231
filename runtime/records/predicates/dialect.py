"""What SQLite and PostgreSQL say differently. Everything here has the same value on both, which is FEEL's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    false,
    not_,
    null,
    true,
)
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import TypeEngine

from engine.api import Kind, Position, Value
from runtime.records.columns import ExactNumber
from runtime.records.predicates.operands import Operand
from runtime.records.predicates.refusals import TOO_LARGE, NotCompilable
from runtime.store.types import UtcDateTime

Sql_ = ColumnElement[Any]
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
"""Microseconds of a day."""
_FAR = 4_000_000_000_000_000_000
"""Added before a division that truncates, so that it rounds down; whole seconds, beyond all counted times."""

TYPES: Mapping[Kind, type[TypeEngine[Any]]] = {
    Kind.STRING: Text,
    Kind.NUMBER: ExactNumber,
    Kind.DATE: Date,
    Kind.DATE_TIME: UtcDateTime,
    Kind.BOOLEAN: Boolean,
    Kind.DAYS_TIME: BigInteger,
}
"""How values of a kind are bound; durations as microseconds."""


_GROUP = 50


def joined(join: Callable[..., Sql_], parts: Sequence[Sql_]) -> Sql_:
    """All parts under `and_` or `or_`, in groups of groups: SQLite nests a chain, and allows only so much nesting.

    The cast keeps SQLAlchemy from making one chain of them again.
    """
    level: list[Sql_] = list(parts)
    while len(level) > _GROUP:
        level = [cast(join(*level[i : i + _GROUP]), Boolean) for i in range(0, len(level), _GROUP)]
    return join(true() if join is and_ else false(), *level)


def opposite(condition: Sql_) -> Sql_:
    """NOT. In brackets, because SQLite's NOT of a value is written `= 0`, which means something else behind IS."""
    return Grouping(not_(condition))


def nothing(kind: Kind | None) -> Sql_:
    """NULL of a kind."""
    return cast(null(), TYPES.get(kind, Text)() if kind else Text())


def literal(kind: Kind, value: Value) -> Sql_:
    """A constant as a bound parameter, never as text of the statement."""
    if value is None:
        return nothing(kind)
    if kind is Kind.BOOLEAN:
        return true() if value else false()
    if kind is Kind.DAYS_TIME:
        return count(value // MICROSECOND)
    return bindparam(None, value, type_=TYPES[kind](), unique=True)


def count(number: int) -> Sql_:
    """A number of days or microseconds as a bound parameter."""
    return bindparam(None, number, type_=BigInteger(), unique=True)


def days_of(value: date) -> int:
    """Days since 1 January of the year 1."""
    return value.toordinal() - 1


def microseconds_of(value: datetime) -> int:
    """Microseconds since the year 1 began in UTC. Takes a date and time with a zone."""
    return (value.replace(tzinfo=None) - (value.utcoffset() or timedelta(0)) - datetime(1, 1, 1)) // MICROSECOND  # noqa: DTZ001


def whole_seconds(moment: Sql_) -> Sql_:
    """Microseconds as seconds, rounded down (and moved: only for comparing with its like)."""
    return (moment + count(_FAR)) // 1_000_000


class Sql(ABC):
    """Writes expressions over columns for one kind of database; with `most`, no more than so many operands."""

    def __init__(self, columns: Mapping[str, Sql_], *, most: int | None = None) -> None:
        self._columns = columns
        self._left = most

    def column(self, name: str) -> Sql_:
        """A field of the record."""
        return self._columns[name]

    def spend(self, at: Position) -> None:
        """Count an operand that is written. Raises NotCompilable when there are more than allowed."""
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            raise NotCompilable(TOO_LARGE, "The condition becomes too large for one query.", at, "Make it shorter.")

    @abstractmethod
    def number(self, whole: Sql_) -> Sql_:
        """An integer of the database as an exact number."""

    @abstractmethod
    def compare_numbers(self, operator: str, left: Operand, right: Operand) -> Sql_:
        """One of < <= > >=, by size and to the last digit."""

    @abstractmethod
    def calculate(self, operator: str, left: Sql_, right: Sql_, digits: tuple[int, int]) -> Sql_:
        """One of + - *, rounded to 34 digits, half to even. `digits` bounds the exact result."""

    @abstractmethod
    def alone(self, function: str, number: Sql_) -> Sql_:
        """`abs`, `floor`, `ceiling` or `-` of a number."""

    @abstractmethod
    def by_code_points(self, text: Sql_) -> Sql_:
        """A text that sorts by code points."""

    @abstractmethod
    def contains(self, text: Sql_, part: Sql_) -> Sql_:
        """Whether a text has the other in it."""

    @abstractmethod
    def starts_with(self, text: Sql_, part: Sql_) -> Sql_:
        """Whether a text begins so."""

    @abstractmethod
    def ends_with(self, text: Sql_, part: Sql_) -> Sql_:
        """Whether a text ends so."""

    @abstractmethod
    def days(self, day: Sql_) -> Sql_:
        """A date as days since 1 January of the year 1."""

    @abstractmethod
    def microseconds(self, moment: Sql_) -> Sql_:
        """A date and time as microseconds since the year 1 began in UTC."""

    @abstractmethod
    def second(self, moment: Sql_) -> Sql_:
        """A date and time without the fraction of its second."""

    @abstractmethod
    def date(self, moment: Sql_) -> Sql_:
        """The date of a date and time in UTC."""

    @abstractmethod
    def part(self, name: str, moment: Sql_, *, has_time: bool) -> Sql_:
        """`year`, `month`, `day`, `weekday` (Monday is 1), `hour`, `minute` or `second`, as an integer."""

    @abstractmethod
    def items(self, values: Sql_) -> TableValuedAlias:
        """A list of texts as rows with the one column `value`."""

    @abstractmethod
    def length(self, values: Sql_) -> Sql_:
        """The number of items of a list, as an integer."""

    @abstractmethod
    def item(self, values: Sql_, index: int) -> Sql_:
        """The text at an index from 0, NULL when there is none."""


def exact(value: int) -> Sql_:
    """A whole number as a bound parameter."""
    return literal(Kind.NUMBER, Decimal(value))
