"""Statements of the projection, by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, func, insert, or_, select, text, update

from runtime.history.tables import (
    history_activity,
    history_audit,
    history_decision,
    history_position,
    history_progress,
)
from runtime.processes.tables import journal, process_instance
from runtime.store.types import Row

PROJECTED = (history_activity, history_decision, history_audit)
"""The read models: what a projection writes, and writes again when it is rebuilt."""

_ONE_AT_A_TIME = 7_240_013
"""Key of the PostgreSQL advisory lock under which history is projected and removed."""

_OLDEST_WRITER = text(
    "SELECT min(xact_start) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_IN_ONE_QUESTION = 500
_THIS_ACTIVITY = and_(
    history_activity.c.instance_id == bindparam("the_instance"), history_activity.c.key == bindparam("the_key")
)


def alone(connection: Connection) -> None:
    """Wait until nobody else projects or removes history, and keep it so until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})


def oldest_writer(connection: Connection) -> datetime | None:
    """When the oldest transaction began that may still commit; None when there is none.

    SQLite has one writer at a time, which holds its lock from the start: whoever reads sees all that have ended.
    """
    if connection.dialect.name == "sqlite":
        return None
    found: datetime | None = connection.scalar(_OLDEST_WRITER)
    return found


def select_progress(connection: Connection, name: str) -> RowMapping | None:
    """How far a part of the projection is."""
    return connection.execute(select(history_progress).where(history_progress.c.name == name)).mappings().first()


def save_progress(connection: Connection, name: str, *, number: int = 0, at: datetime | None = None, place: str = "") -> None:
    """Note how far a part of the projection is."""
    values: dict[str, Any] = {"number": number, "at": at, "place": place}
    changed = connection.execute(update(history_progress).where(history_progress.c.name == name).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(history_progress).values(name=name, **values))


def select_heads(connection: Connection, at: datetime, instance_id: str, seq: int, limit: int) -> Sequence[RowMapping]:
    """Keys of journal rows behind a place in time, in order."""
    j = journal.c
    later = or_(j.instance_id > instance_id, and_(j.instance_id == instance_id, j.seq > seq))
    statement = select(j.at, j.instance_id, j.seq).where(or_(j.at > at, and_(j.at == at, later)))
    return connection.execute(statement.order_by(j.at, j.instance_id, j.seq).limit(limit)).mappings().all()


def select_versions(connection: Connection, after: str, limit: int) -> Sequence[RowMapping]:
    """Instances behind an id: the last row of the journal, and the last one that is projected, with its generation."""
    i, p = process_instance.c, history_position.c
    joined = process_instance.outerjoin(history_position, i.id == p.instance_id)
    statement = select(i.id, i.version, func.coalesce(p.seq, 0).label("seq"), p.generation).select_from(joined)
    return connection.execute(statement.where(i.id > after).order_by(i.id).limit(limit)).mappings().all()


def count_instances(connection: Connection, after: str = "") -> int:
    """How many instances there are behind an id."""
    return connection.execute(select(func.count()).where(process_instance.c.id > after)).scalar_one()


def select_versions_of(connection: Connection, instance_ids: Collection[str]) -> dict[str, RowMapping]:
    """As `select_versions`, of these instances."""
    i, p = process_instance.c, history_position.c
    joined = process_instance.outerjoin(history_position, i.id == p.instance_id)
    statement = select(i.id, i.version, func.coalesce(p.seq, 0).label("seq"), p.generation).select_from(joined)
    found: dict[str, RowMapping] = {}
    for part in _parts(sorted(instance_ids)):
        found |= {row["id"]: row for row in connection.execute(statement.where(i.id.in_(part))).mappings()}
    return found


def select_rows(connection: Connection, instance_id: str, after: int, limit: int) -> Sequence[RowMapping]:
    """Rows of an instance's journal behind `after`."""
    statement = select(journal).where(journal.c.instance_id == instance_id, journal.c.seq > after)
    return connection.execute(statement.order_by(journal.c.seq).limit(limit)).mappings().all()


def select_stored(connection: Connection, instance_id: str, keys: set[int], tasks: set[int]) -> dict[int, dict[str, Any]]:
    """Activities of an instance with these keys, or of these tasks."""
    found: dict[int, dict[str, Any]] = {}
    own = select(history_activity).where(history_activity.c.instance_id == instance_id)
    for column, wanted in ((history_activity.c.key, keys), (history_activity.c.task, tasks)):
        for part in _parts(sorted(wanted)):
            for row in connection.execute(own.where(column.in_(part))).mappings():
                found[row["key"]] = {name: value for name, value in row.items() if name != "instance_id"}
    return found


def forget(connection: Connection, instance_id: str) -> None:
    """Remove what is projected of an instance, to project it again."""
    for table in PROJECTED:
        connection.execute(delete(table).where(table.c.instance_id == instance_id))


def write_activities(connection: Connection, instance_id: str, new: Sequence[Row], changed: Sequence[Row]) -> None:
    """Add activities, and change others."""
    if new:
        connection.execute(insert(history_activity), [{"instance_id": instance_id, **row} for row in new])
    if changed:
        names = [name for name in changed[0] if name not in {"key", "activated_at"}]
        statement = update(history_activity).where(_THIS_ACTIVITY).values({name: bindparam(f"new_{name}") for name in names})
        rows = [
            {"the_instance": instance_id, "the_key": row["key"], **{f"new_{name}": row[name] for name in names}}
            for row in changed
        ]
        connection.execute(statement, rows)


def write_lines(connection: Connection, instance_id: str, decisions: Sequence[Row], audit: Sequence[Row]) -> None:
    """Add decisions and lines of the audit."""
    for table, rows in ((history_decision, decisions), (history_audit, audit)):
        if rows:
            connection.execute(insert(table), [{"instance_id": instance_id, **row} for row in rows])


def save_position(connection: Connection, instance_id: str, seq: int, generation: int) -> None:
    """Note which row of an instance's journal is the last that is projected."""
    values = {"seq": seq, "generation": generation}
    own = history_position.c.instance_id == instance_id
    if connection.execute(update(history_position).where(own).values(values)).rowcount == 0:
        connection.execute(insert(history_position).values(instance_id=instance_id, **values))


def _parts(wanted: Sequence[Any]) -> list[Sequence[Any]]:
    return [wanted[n : n + _IN_ONE_QUESTION] for n in range(0, len(wanted), _IN_ONE_QUESTION)]
