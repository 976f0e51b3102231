"""What a list asks for, as SQL over a type's own columns: filters, search, order, and where the page before ended.

Field names and operators are looked up, never pasted; values are read by the field they are compared with.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field as MarshmallowField
from sqlalchemy import ColumnElement, Connection, Float, RowMapping, Table, and_, bindparam, cast, false, or_, true, tuple_

from runtime.declarations import near
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records.columns import ExactNumber
from runtime.records.field_table import field_for
from runtime.records.model import CATEGORIES, NUMBER_TYPES, SYSTEM_FIELDS, Field, RecordType
from runtime.records.registry import RecordTypes
from runtime.records.text import search_phrases
from runtime.store.pages import from_cursor

Condition = ColumnElement[bool]

_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
MOST_VALUES = 1_000
OPERATORS = ("eq", "ne", *_COMPARISONS, "empty")
_WITHOUT_ORDER = frozenset({"json", "multi_choice"})
_OWN_SPELLING = frozenset({"email", "phone", "url"})
"""Types whose texts may be unusable; then no record can have them, and asking for one is no mistake."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Reads filters and orders for one record type on one database. `region` is for telephone numbers."""

    types: RecordTypes
    record_type: RecordType
    table: Table
    region: str

    def where(self, connection: Connection, where: Mapping[str, Any]) -> Condition:
        """All of these: field to value, to a list of values, or to operators (``{"gte": 5, "lt": 10}``, ``{"empty": True}``).

        `stage_category` stands for all stages of a category. Raises Invalid naming the field.
        """
        return and_(true(), *(self._one(connection, name, wanted) for name, wanted in where.items()))

    def search(self, query: str | None) -> Condition:
        """Records in whose searchable fields every word occurs; a query without any letter or digit finds nothing."""
        if query is None or not query.strip():
            return true()
        phrases = search_phrases(query[:200])
        return and_(*(self.table.c.search_text.contains(p, autoescape=True) for p in phrases)) if phrases else false()

    def order(self, connection: Connection, order: Sequence[str]) -> Order:
        """Field names, ``-`` in front for descending; the newest first when empty. Empty values come last. Raises Invalid."""
        names = [name for name in order if name.lstrip("-") != "id"]
        last = next((name for name in order if name.lstrip("-") == "id"), "id" if names else "-id")
        terms = [self._term(connection, name) for name in [*names, last]]
        return Order(tuple(terms))

    def _term(self, connection: Connection, name: str) -> Term:
        bare = name.removeprefix("-")
        kind = self.record_type.type_of(bare)
        if kind is None or kind in _WITHOUT_ORDER:
            raise _unknown(bare, self._names(), "order")
        sorted_by = sortable(connection, self.table.c[bare], kind)
        return Term(bare, self.table.c[bare], sorted_by, name.startswith("-"), self._reader(bare, kind), kind)

    def _one(self, connection: Connection, name: str, wanted: Any) -> Condition:
        if name == "stage_category":
            return self._category(wanted)
        kind = self.record_type.type_of(name)
        if kind is None or kind in _WITHOUT_ORDER:
            raise _unknown(name, self._names(), "where")
        if isinstance(wanted, Mapping) and "id" not in wanted:
            return and_(true(), *(self._operator(connection, name, kind, op, value) for op, value in wanted.items()))
        return self._equals(name, kind, wanted)

    def _operator(self, connection: Connection, name: str, kind: str, op: str, value: Any) -> Condition:
        column = self.table.c[name]
        if op in {"eq", "ne"}:
            same = self._equals(name, kind, value)
            return same if op == "eq" else or_(~same, column.is_(None)) if value not in (None, "") else ~same
        if op == "empty":
            return column.is_(None) if value in (True, "true") else column.is_not(None)
        if op not in _COMPARISONS:
            raise _unknown(op, OPERATORS, f"where.{name}")
        read = self._read(name, kind, value)
        compared: Condition = _COMPARISONS[op](
            sortable(connection, column, kind), sortable_value(connection, column, kind, read)
        )
        return compared

    def _equals(self, name: str, kind: str, wanted: Any) -> Condition:
        values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
        if len(values) > MOST_VALUES:
            said = _("At most %(n)s values can be asked for at once.", n=MOST_VALUES)
            raise Invalid("REC-1012", said, fields={f"where.{name}": [said]})
        found: list[Any] = []
        for value in values:
            try:
                found.append(self._read(name, kind, value))
            except Invalid:
                if kind not in _OWN_SPELLING:
                    raise
        column = self.table.c[name]
        empty = column.is_(None) if None in found else false()
        return or_(empty, column.in_([value for value in found if value is not None]))

    def _category(self, wanted: Any) -> Condition:
        pairs: list[tuple[str, str]] = []
        for category in wanted if isinstance(wanted, list | tuple) else [wanted]:
            if category not in CATEGORIES:
                raise _unknown(str(category), CATEGORIES, "where.stage_category")
            pairs += self.types.stages_in(self.record_type.name, category)
        return tuple_(self.table.c.pipeline, self.table.c.stage).in_(pairs) if pairs else false()

    def _read(self, name: str, kind: str, value: Any) -> Any:
        try:
            return self._reader(name, kind).deserialize(value)
        except ValidationError as error:
            said = str(error.messages[0])
            raise Invalid("REC-1012", f"{name}: {said}", fields={f"where.{name}": [said]}) from error

    def _reader(self, name: str, kind: str) -> MarshmallowField[Any]:
        declared = self.record_type.fields.get(name) or Field(name=name, type=kind, label={"en": name})
        return field_for(declared, region=self.region, required=False)

    def _names(self) -> list[str]:
        usable = [name for name, one in self.record_type.columns.items() if one.type not in _WITHOUT_ORDER]
        return [*usable, *SYSTEM_FIELDS, "stage_category"]


@dataclass(frozen=True, slots=True)
class Term:
    """One part of an order: how rows sort by it, and how its value travels in a cursor."""

    name: str
    column: ColumnElement[Any]
    sorted_by: ColumnElement[Any]
    descending: bool
    reader: MarshmallowField[Any]
    kind: str

    def expressions(self) -> Iterator[ColumnElement[Any]]:
        """Empty values last on both databases, then the value."""
        if self.name != "id":
            yield self.column.is_(None)
        yield self.sorted_by.desc() if self.descending else self.sorted_by.asc()

    def beyond(self, connection: Connection, value: Any) -> Condition:
        """Rows that sort behind the value in this term."""
        if value is None:
            return false()
        bound = sortable_value(connection, self.column, self.kind, value)
        further = self.sorted_by < bound if self.descending else self.sorted_by > bound
        return further if self.name == "id" else or_(further, self.column.is_(None))

    def same(self, value: Any) -> Condition:
        """Rows with the same value."""
        return self.column.is_(None) if value is None else self.column == value


@dataclass(frozen=True, slots=True)
class Order:
    """A total order: the last term is the id."""

    terms: tuple[Term, ...]

    def expressions(self) -> list[ColumnElement[Any]]:
        """For ORDER BY."""
        return [expression for term in self.terms for expression in term.expressions()]

    def position(self, row: RowMapping) -> list[Any]:
        """A row's place in the order, for a cursor."""
        return [term.reader._serialize(row[term.name], term.name, row) for term in self.terms]

    def after(self, connection: Connection, cursor: str | None) -> Condition:
        """Rows behind the place in the cursor. Raises Invalid for a cursor that is not ours."""
        if cursor is None:
            return true()
        raw = from_cursor(cursor, len(self.terms))
        try:
            values = [term.reader.deserialize(value) for term, value in zip(self.terms, raw, strict=True)]
        except ValidationError as error:
            raise Invalid(
                "PAGE-1001", _("The page position is not valid. Start again without it."), fields={"after": ["?"]}
            ) from error
        conditions: list[Condition] = []
        for index, term in enumerate(self.terms):
            before = [other.same(value) for other, value in zip(self.terms[:index], values, strict=False)]
            conditions.append(and_(*before, term.beyond(connection, values[index])))
        return or_(*conditions)


def sortable(connection: Connection, column: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    """What a column is compared and sorted by: SQLite keeps exact numbers as text, which sorts by letters."""
    return cast(column, Float) if kind in NUMBER_TYPES and _keeps_text(connection, column) else column


def sortable_value(connection: Connection, column: ColumnElement[Any], kind: str, value: Any) -> Any:
    """A value to compare a sortable column with; the database converts it just as it converts the column."""
    if kind in NUMBER_TYPES and _keeps_text(connection, column):
        return cast(bindparam(None, value, type_=column.type), Float)
    return value


def _keeps_text(connection: Connection, column: ColumnElement[Any]) -> bool:
    return connection.dialect.name == "sqlite" and isinstance(column.type, ExactNumber)


def _unknown(name: str, known: Sequence[str], where: str) -> Invalid:
    said = _("%(name)s cannot be used here.", name=repr(name))
    hint = near(name, known) or ""
    return Invalid("REC-1011", f"{said} {hint}".strip(), fields={where: [said]})
