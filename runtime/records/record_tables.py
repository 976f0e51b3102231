"""SQLAlchemy tables from record types: one table for each type, one real column for each field."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from runtime.records.columns import ExactNumber, FeelValue
from runtime.records.model import NUMBER_TYPES, TEXT_TYPES, RecordType
from runtime.records.registry import RecordTypes
from runtime.store.types import UtcDateTime

PREFIX = "rec_"
LONGEST_NAME = 60
"""PostgreSQL cuts names at 63 bytes."""

_COLUMN_TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    **dict.fromkeys(TEXT_TYPES, Text),
    **dict.fromkeys(NUMBER_TYPES, ExactNumber),
    "date": Date,
    "datetime": UtcDateTime,
    "boolean": lambda: Boolean(create_constraint=False),
    "multi_choice": FeelValue,
    "json": FeelValue,
}

_INDEXED = frozenset({"reference", "email", "phone"})


def build_tables(types: RecordTypes) -> tuple[MetaData, dict[str, Table]]:
    """Tables by record type, in a MetaData of their own."""
    metadata = MetaData()
    return metadata, {one.name: _table(metadata, one) for one in types}


def fingerprint(metadata: MetaData) -> str:
    """A hash over every table, column and index, the same for the same declarations."""
    lines: list[str] = []
    for table in metadata.sorted_tables:
        lines += [f"{table.name}.{column.name} {column.type!r} {column.nullable}" for column in table.columns]
        lines += sorted(f"{table.name} {index.name} {index.unique}" for index in table.indexes)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _table(metadata: MetaData, declared: RecordType) -> Table:
    columns = [Column(one.name, _COLUMN_TYPES[one.type]()) for one in declared.columns.values()]
    table = Table(PREFIX + declared.name, metadata, *_system_columns(), *columns)
    for index in _indexes(table, declared):
        table.append_constraint(index)
    return table


def _system_columns() -> list[Column[Any]]:
    return [
        Column("id", Text, primary_key=True),
        Column("number", Text),
        Column("owner", Text),
        Column("pipeline", Text),
        Column("stage", Text),
        Column("stage_since", UtcDateTime),
        Column("created_at", UtcDateTime, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("updated_at", UtcDateTime, nullable=False),
        Column("updated_by", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("origin", Text, nullable=False),
        Column("search_text", Text, nullable=False),
        Column("deleted_at", UtcDateTime),
        Column("deleted_by", Text),
    ]


def _indexes(table: Table, declared: RecordType) -> Iterator[Index]:
    """Declared as objects, because a column's own ``index=True`` would be made twice when the column is added later."""
    yield Index(_name("ix", table, "owner"), table.c.owner)
    if declared.number:
        yield Index(_name("uq", table, "number"), table.c.number, unique=True)
    if declared.pipelines:
        yield Index(_name("ix", table, "stage"), table.c.pipeline, table.c.stage)
    for field in declared.columns.values():
        column = table.c[field.name]
        if field.unique:
            alive = table.c.deleted_at.is_(None)
            name = _name("uq", table, field.name)
            yield Index(name, column, unique=True, sqlite_where=alive, postgresql_where=alive)
        elif field.indexed or field.type in _INDEXED:
            yield Index(_name("ix", table, field.name), column)


def _name(kind: str, table: Table, what: str) -> str:
    whole = f"{kind}_{table.name}_{what}"
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
