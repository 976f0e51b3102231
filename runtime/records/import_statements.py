"""Every SQL statement about imports, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, true, update

from runtime.records.tables import import_file, import_job, import_row

Values = Mapping[str, Any]


def insert_job(connection: Connection, values: Values, content: bytes) -> None:
    """A new import with its file."""
    connection.execute(insert(import_job), dict(values))
    connection.execute(insert(import_file).values(import_id=values["id"], content=content))


def select_job(connection: Connection, import_id: str, *, lock: bool = False) -> RowMapping | None:
    """One import; locked until the transaction ends when asked."""
    query = select(import_job).where(import_job.c.id == import_id)
    return connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()


def select_jobs(connection: Connection, before: tuple[datetime, str] | None, limit: int) -> Sequence[RowMapping]:
    """Imports, the latest first."""
    c = import_job.c
    older = true() if before is None else or_(c.created_at < before[0], and_(c.created_at == before[0], c.id < before[1]))
    query = select(import_job).where(older).order_by(c.created_at.desc(), c.id.desc()).limit(limit)
    return connection.execute(query).mappings().all()


def update_job(connection: Connection, import_id: str, values: Values) -> None:
    """Change an import."""
    connection.execute(update(import_job).where(import_job.c.id == import_id).values(**values))


def select_content(connection: Connection, import_id: str) -> bytes | None:
    """The file of an import while its rows are being staged."""
    return connection.execute(select(import_file.c.content).where(import_file.c.import_id == import_id)).scalar_one_or_none()


def delete_content(connection: Connection, import_id: str) -> None:
    """Forget the file."""
    connection.execute(delete(import_file).where(import_file.c.import_id == import_id))


def insert_rows(connection: Connection, rows: Sequence[Values]) -> None:
    """Staged rows."""
    if rows:
        connection.execute(insert(import_row), [dict(row) for row in rows])


def claim_row(connection: Connection, import_id: str) -> RowMapping | None:
    """The next row to be sent, locked; rows that another worker has in hand are passed over."""
    ready = (import_row.c.import_id == import_id) & (import_row.c.state == "ready")
    query = select(import_row).where(ready).order_by(import_row.c.row).limit(1).with_for_update(skip_locked=True)
    return connection.execute(query).mappings().one_or_none()


def update_row(connection: Connection, import_id: str, row: int, values: Values) -> None:
    """Write down what became of a row."""
    this = (import_row.c.import_id == import_id) & (import_row.c.row == row)
    connection.execute(update(import_row).where(this).values(**values))


def count_states(connection: Connection, import_id: str) -> dict[str, int]:
    """Number of rows by state."""
    query = select(import_row.c.state, func.count()).where(import_row.c.import_id == import_id).group_by(import_row.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def count_stored(connection: Connection, import_id: str) -> int:
    """Rows whose message found no process and waits."""
    waits = (import_row.c.import_id == import_id) & import_row.c.stored.is_(True)
    return connection.execute(select(func.count()).select_from(import_row).where(waits)).scalar_one()


def select_bad_rows(connection: Connection, import_id: str, after: int, limit: int) -> Sequence[RowMapping]:
    """Rows that are not imported, in the order of the file."""
    bad = (import_row.c.import_id == import_id) & import_row.c.state.in_(["invalid", "failed"]) & (import_row.c.row > after)
    return connection.execute(select(import_row).where(bad).order_by(import_row.c.row).limit(limit)).mappings().all()
