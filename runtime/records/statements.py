"""Every SQL statement about records, their history and their numbers, in one place.

Conditions come in as SQLAlchemy expressions made of the tables' own columns (see `filters`); nothing is put together from text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from runtime.records.exact_sum import exact_sum
from runtime.records.tables import checklist_mark, record_number, record_schema, stage_history, timeline_entry

Values = Mapping[str, Any]
Condition = ColumnElement[bool]

_MIGRATION_LOCK = 7_461_001
"""Any number of our own for PostgreSQL's advisory lock."""


def insert_record(connection: Connection, table: Table, values: Values) -> None:
    """A new record."""
    connection.execute(insert(table), dict(values))


def update_record(connection: Connection, table: Table, record_id: str, version: int, values: Values) -> bool:
    """Change a record that still has this version; False when it has not."""
    same = (table.c.id == record_id) & (table.c.version == version)
    return connection.execute(update(table).where(same).values(**values)).rowcount == 1


def select_record(connection: Connection, table: Table, condition: Condition, *, lock: bool) -> RowMapping | None:
    """The one row that fulfils the condition; locked until the transaction ends when asked (SQLite has one writer anyway)."""
    query = select(table).where(condition)
    return connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()


def select_records(
    connection: Connection, table: Table, condition: Condition, order: Sequence[ColumnElement[Any]], limit: int
) -> Sequence[RowMapping]:
    """Rows that fulfil the condition, in order."""
    return connection.execute(select(table).where(condition).order_by(*order).limit(limit)).mappings().all()


def count_records(connection: Connection, table: Table, condition: Condition, most: int | None) -> int:
    """How many rows fulfil the condition; counting stops at `most`."""
    query: Select[Any] = select(literal_column("1")).select_from(table).where(condition).limit(most)
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def select_values(
    connection: Connection, table: Table, column: Column[Any], ids: Iterable[str], condition: Condition
) -> dict[str, Any]:
    """One column of some records by id, of those that fulfil the condition."""
    query = select(table.c.id, column.label("value")).where(table.c.id.in_(set(ids)), condition)
    return {row.id: row.value for row in connection.execute(query)}


def exists(connection: Connection, table: Table, condition: Condition) -> bool:
    """Whether any row fulfils the condition."""
    return connection.execute(select(literal_column("1")).select_from(table).where(condition).limit(1)).first() is not None


def totals_by_stage(
    connection: Connection, table: Table, condition: Condition, amount: Column[Any] | None
) -> dict[str | None, tuple[int, Any]]:
    """Stage to number of records and exact sum of a column (None without one)."""
    total = literal_column("NULL") if amount is None else exact_sum(connection, amount)
    query = select(table.c.stage, func.count(), total).where(condition).group_by(table.c.stage)
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def first_of_each_stage(
    connection: Connection, table: Table, condition: Condition, order: Sequence[ColumnElement[Any]], limit: int
) -> Sequence[RowMapping]:
    """At most `limit` rows of each stage, in order."""
    place = func.row_number().over(partition_by=table.c.stage, order_by=list(order)).label("place")
    ranked = select(table, place).where(condition).subquery()
    query = select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.stage, ranked.c.place)
    return connection.execute(query).mappings().all()


def next_number(connection: Connection, record_type: str) -> int:
    """The next number of a type. The counter's row is locked until the transaction ends; a rollback gives the number back."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(record_number).values(record_type=record_type, last=1)
    query = first.on_conflict_do_update(index_elements=["record_type"], set_={"last": record_number.c.last + 1})
    return int(connection.execute(query.returning(record_number.c.last)).scalar_one())


def insert_entry(connection: Connection, values: Values) -> None:
    """A line of a record's timeline."""
    connection.execute(insert(timeline_entry), dict(values))


def select_entries(
    connection: Connection, record_type: str, record_id: str, before: Condition, limit: int
) -> Sequence[RowMapping]:
    """Lines of a timeline, the latest first."""
    of_record = (timeline_entry.c.record_type == record_type) & (timeline_entry.c.record_id == record_id)
    query = select(timeline_entry).where(of_record, before)
    return (
        connection.execute(query.order_by(timeline_entry.c.at.desc(), timeline_entry.c.id.desc()).limit(limit)).mappings().all()
    )


def insert_stage_history(connection: Connection, values: Values) -> None:
    """A stage move, or the entry into a pipeline."""
    connection.execute(insert(stage_history), dict(values))


def select_stage_history(connection: Connection, record_type: str, record_id: str) -> Sequence[RowMapping]:
    """The stage moves of a record, the first one first."""
    of_record = (stage_history.c.record_type == record_type) & (stage_history.c.record_id == record_id)
    return (
        connection.execute(select(stage_history).where(of_record).order_by(stage_history.c.at, stage_history.c.id))
        .mappings()
        .all()
    )


def select_marks(connection: Connection, keys: Values) -> frozenset[str]:
    """The done checklist items of a record in a stage."""
    query = select(checklist_mark.c.item).filter_by(**keys)
    return frozenset(connection.execute(query).scalars())


def set_mark(connection: Connection, keys: Values, done: Values | None) -> bool:
    """Mark an item as done, or no longer done; False when it was so already."""
    if done is None:
        matching = [checklist_mark.c[name] == value for name, value in keys.items()]
        return connection.execute(delete(checklist_mark).where(*matching)).rowcount == 1
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    query = dialect.insert(checklist_mark).values(**keys, **done).on_conflict_do_nothing().returning(checklist_mark.c.item)
    return connection.execute(query).first() is not None


def lock_schema(connection: Connection) -> None:
    """Two processes that start together must not both change the tables; and making an index may take its time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def select_fingerprint(connection: Connection) -> str | None:
    """The fingerprint of the record tables as they were made last."""
    return connection.execute(select(record_schema.c.fingerprint).where(record_schema.c.name == "records")).scalar_one_or_none()


def save_fingerprint(connection: Connection, fingerprint: str, now: datetime) -> None:
    """Keep the fingerprint of what was made."""
    connection.execute(delete(record_schema).where(record_schema.c.name == "records"))
    connection.execute(insert(record_schema).values(name="records", fingerprint=fingerprint, updated_at=now))
