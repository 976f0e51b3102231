"""Statements that remove an ended instance with everything that belongs to it, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from runtime.history.tables import history_removal, history_retention
from runtime.processes.tables import instance_record, journal, process_definition, process_instance
from runtime.records.tables import timeline_entry
from runtime.store.schema import platform_metadata
from runtime.store.types import Row

_HAS_ENDED = process_instance.c.ended_at.is_not(None) & process_instance.c.status.not_in(["active", "suspended"])


def select_definitions(connection: Connection) -> Sequence[RowMapping]:
    """All versions of all processes, with what their diagrams say about keeping."""
    d = process_definition.c
    statement = select(d.key, d.process_id, d.version, d.name, d.time_to_live).order_by(d.process_id, d.version)
    return connection.execute(statement).mappings().all()


def select_overrides(connection: Connection) -> Mapping[str, RowMapping]:
    """What the operator says, by process id."""
    rows = connection.execute(select(history_retention).order_by(history_retention.c.process_id)).mappings()
    return {row["process_id"]: row for row in rows}


def save_override(connection: Connection, row: Row) -> None:
    """Set what the operator says of a process."""
    drop_override(connection, row["process_id"])
    connection.execute(insert(history_retention).values(**row))


def drop_override(connection: Connection, process_id: str) -> bool:
    """The operator says nothing of a process any more; False when that was so."""
    gone = delete(history_retention).where(history_retention.c.process_id == process_id)
    return connection.execute(gone).rowcount > 0


def count_doomed(connection: Connection, definition_key: str, ended_before: datetime) -> tuple[int, int]:
    """Instances of a definition that ended before, and rows of their journals."""
    ids = select(process_instance.c.id).where(*_doomed(definition_key, ended_before))
    rows = select(func.count()).select_from(journal).where(journal.c.instance_id.in_(ids))
    instances = connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
    return instances, connection.execute(rows).scalar_one()


def lock_doomed(connection: Connection, definition_key: str, ended_before: datetime, limit: int) -> Sequence[str]:
    """Instances of a definition that ended before, those that ended first at the front, locked. Those in use are left out."""
    statement = select(process_instance.c.id).where(*_doomed(definition_key, ended_before))
    ordered = statement.order_by(process_instance.c.ended_at, process_instance.c.id).limit(limit)
    return connection.execute(ordered.with_for_update(skip_locked=True)).scalars().all()


def _doomed(definition_key: str, ended_before: datetime) -> tuple[ColumnElement[bool], ...]:
    c = process_instance.c
    return (c.definition_key == definition_key, c.ended_at < ended_before, _HAS_ENDED)


@cache
def belongings() -> tuple[Table, ...]:
    """The tables whose rows go with their instance: those that refer to it, or to such a table; what refers comes first."""
    metadata = platform_metadata()
    found = {process_instance}
    for table in metadata.sorted_tables:
        if any(key.column.table in found for key in table.foreign_keys):
            found.add(table)
    return tuple(table for table in reversed(metadata.sorted_tables) if table in found)


def remove_rows(connection: Connection, instance_id: str, limit: int, *, timeline: bool) -> tuple[int, bool]:
    """Remove up to `limit` rows of an instance; how many, and whether nothing of it is left.

    Its own row goes last, so that what was begun is found again. `timeline` has its lines on records go, too.
    """
    done = 0
    for statement in _removals(instance_id, timeline):
        done += connection.execute(statement, {"most": limit - done}).rowcount
        if done >= limit:
            break
    left = connection.scalar(select(process_instance.c.id).where(process_instance.c.id == instance_id))
    return done, left is None


def _removals(instance_id: str, timeline: bool) -> Iterator[Any]:
    if timeline:
        yield _limited(timeline_entry, _its_lines(instance_id))
    for table in belongings():
        yield _limited(table, _of(table, instance_id))


def _limited(table: Table, where: ColumnElement[bool]) -> Any:
    keys = tuple(table.primary_key.columns)
    return delete(table).where(tuple_(*keys).in_(select(*keys).where(where).limit(bindparam("most"))))


def _of(table: Table, instance_id: str) -> ColumnElement[bool]:
    """Rows of a table that belong to an instance, by whatever way it refers to it."""
    if table is process_instance:
        return process_instance.c.id == instance_id
    key = next(key for key in table.foreign_keys if key.column.table in belongings())
    if key.column.table is process_instance:
        return key.parent == instance_id
    return key.parent.in_(select(key.column).where(_of(key.column.table, instance_id)))


def _its_lines(instance_id: str) -> ColumnElement[bool]:
    link = instance_record.c
    records = select(link.record_type, link.record_id).where(link.instance_id == instance_id)
    own = timeline_entry.c.data["instance"].as_string() == literal(instance_id)
    return and_(tuple_(timeline_entry.c.record_type, timeline_entry.c.record_id).in_(records), own)


def note_removal(connection: Connection, row: Row, instances: int, rows: int) -> None:
    """Add to what a run has removed of a definition."""
    c = history_removal.c
    own = (c.run == row["run"]) & (c.definition_key == row["definition_key"])
    more = {"instances": c.instances + instances, "rows": c.rows + rows}
    if connection.execute(update(history_removal).where(own).values(more)).rowcount == 0:
        connection.execute(insert(history_removal).values(**row, instances=instances, rows=rows))


def select_removals(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """What was removed, the last first."""
    c = history_removal.c
    return connection.execute(select(history_removal).order_by(c.at.desc(), c.process_id).limit(limit)).mappings().all()
