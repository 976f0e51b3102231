"""Every statement about jobs that external workers do, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, exists, insert, literal_column, select, update

from runtime.jobs.statements import EXTERNAL
from runtime.jobs.tables import job, worker_ask
from runtime.processes.tables import incident, process_instance
from runtime.store.types import Row
from runtime.store.upsert import insert_once

NOBODY_ASKED = "JOB-2003"
"""The code of the incident of a job that no worker asks for."""

# Literals, not parameters: only so can SQLite see that the partial index serves.
_OFFERED = (job.c.status == literal_column("'open'")) & (job.c.lane == literal_column("'external'"))
_WAITING = _OFFERED & (job.c.type == bindparam("type")) & (job.c.due <= bindparam("now"))
_TAKE_FROM = (
    select(job)
    .where(_WAITING)
    .order_by(job.c.priority.desc(), job.c.due, job.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_IS_WAITING = select(job.c.id).where(_WAITING).limit(1)
_CHANGE = update(job).where(job.c.id == bindparam("the_id"))


def is_offered(connection: Connection, type: str, now: datetime) -> bool:
    """Whether a job of this type waits for a worker now."""
    return connection.execute(_IS_WAITING, {"type": type, "now": now}).first() is not None


def lock_offered(connection: Connection, type: str, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Jobs of a type that wait for a worker, the most urgent first; those in other hands are passed over."""
    return connection.execute(_TAKE_FROM, {"type": type, "now": now, "limit": limit}).mappings().all()


def change_jobs(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of jobs; each row has the same columns and ``the_id``."""
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "the_id"}
        connection.execute(_CHANGE.values(**values), list(rows))


def select_about(connection: Connection, ids: Collection[str]) -> dict[str, Row]:
    """Process, version and business key of instances, by id."""
    columns = (process_instance.c.id, process_instance.c.process_id, process_instance.c.business_key)
    rows = connection.execute(select(*columns).where(process_instance.c.id.in_(ids))).mappings()
    return {row["id"]: row for row in rows}


def select_asks(connection: Connection, types: Collection[str]) -> dict[str, datetime]:
    """When workers last asked for these types."""
    rows = connection.execute(select(worker_ask.c.type, worker_ask.c.asked_at).where(worker_ask.c.type.in_(types)))
    return {row.type: row.asked_at for row in rows}


def save_ask(connection: Connection, type: str, worker: str, now: datetime) -> None:
    """A worker asked for jobs of this type."""
    row = {"type": type, "worker": worker, "asked_at": now}
    if not insert_once(connection, worker_ask, row, worker_ask.c.type):
        connection.execute(update(worker_ask).where(worker_ask.c.type == type).values(worker=worker, asked_at=now))


def select_forgotten(connection: Connection, since: datetime, limit: int) -> Sequence[RowMapping]:
    """Jobs that wait since then for a worker, whose type nobody asked for since, and that have no incident yet."""
    asked = exists().where(worker_ask.c.type == job.c.type, worker_ask.c.asked_at >= since)
    told = exists().where(incident.c.job_id == job.c.id)
    statement = select(job).where(_OFFERED, job.c.due <= since, ~asked, ~told).limit(limit)
    return connection.execute(statement).mappings().all()


def delete_answered(connection: Connection) -> None:
    """Close the incidents of jobs that somebody has taken meanwhile, or that are gone."""
    waits = exists().where(job.c.id == incident.c.job_id, _OFFERED)
    connection.execute(delete(incident).where(incident.c.code == NOBODY_ASKED, ~waits))


def insert_incidents(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add open incidents."""
    if rows:
        connection.execute(insert(incident), list(rows))


def adopt(connection: Connection, type: str, kind: str, lane: str) -> int:
    """Let a handler that is installed now do the jobs of this type that wait for a worker; how many."""
    statement = update(job).where(job.c.lane == EXTERNAL, job.c.type == type)
    return connection.execute(statement.values(kind=kind, lane=lane)).rowcount
