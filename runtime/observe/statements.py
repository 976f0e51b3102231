"""Every statement that watches an installation, by name. Each reads indexes, and few rows of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, literal_column, select, update

from runtime.jobs.tables import job
from runtime.observe.tables import heartbeat
from runtime.processes.tables import incident, process_instance, user_task

_IS_OPEN: ColumnElement[str] = literal_column("'open'")
"""No parameter: only so can SQLite see that a partial index serves."""

_OPEN = process_instance.c.status.in_(("active", "suspended"))


def count_open_instances(connection: Connection) -> Mapping[str, int]:
    """Instances that have not ended, by their process."""
    by = select(process_instance.c.process_id, func.count()).where(_OPEN).group_by(process_instance.c.process_id)
    return {row[0]: row[1] for row in connection.execute(by)}


def count_incidents(connection: Connection) -> int:
    """Incidents that nobody has resolved."""
    return int(connection.scalar(select(func.count()).select_from(incident)) or 0)


def count_open_tasks(connection: Connection) -> int:
    """User tasks that wait for people."""
    return int(connection.scalar(select(func.count()).select_from(user_task).where(user_task.c.status == _IS_OPEN)) or 0)


def jobs_by_lane(connection: Connection, now: datetime) -> Mapping[str, tuple[int, datetime | None]]:
    """Of the open jobs that are due, how many there are in each lane, and when the first of them was due."""
    due = (job.c.status == _IS_OPEN, job.c.due <= now, job.c.lease.is_(None))
    by = select(job.c.lane, func.count(), func.min(job.c.due)).where(*due).group_by(job.c.lane)
    return {row[0]: (row[1], row[2]) for row in connection.execute(by)}


def count_jobs_by_status(connection: Connection) -> Mapping[str, int]:
    """Jobs by status: open, held, failed."""
    return {row[0]: row[1] for row in connection.execute(select(job.c.status, func.count()).group_by(job.c.status))}


def old_leases(connection: Connection, before: datetime, limit: int) -> list[RowMapping]:
    """Jobs whose lease ended before that and which nobody has taken since, the oldest first."""
    columns = (job.c.id, job.c.kind, job.c.instance_id, job.c.due)
    statement = select(*columns).where(job.c.status == _IS_OPEN, job.c.lease.is_not(None), job.c.due < before)
    return list(connection.execute(statement.order_by(job.c.due).limit(limit)).mappings())


def heartbeats(connection: Connection) -> list[RowMapping]:
    """The processes that run jobs, as they said it last."""
    return list(connection.execute(select(heartbeat).order_by(heartbeat.c.seen_at.desc())).mappings())


def save_heartbeat(connection: Connection, id: str, now: datetime, who: Mapping[str, Any]) -> None:
    """A process lives now."""
    if not connection.execute(update(heartbeat).where(heartbeat.c.id == id).values(seen_at=now)).rowcount:
        connection.execute(insert(heartbeat).values(id=id, started_at=now, seen_at=now, **who))


def delete_heartbeat(connection: Connection, id: str) -> None:
    """A process ended in order."""
    connection.execute(delete(heartbeat).where(heartbeat.c.id == id))


def forget_heartbeats(connection: Connection, before: datetime) -> None:
    """Processes that were heard of last before that are no more."""
    connection.execute(delete(heartbeat).where(heartbeat.c.seen_at < before))
