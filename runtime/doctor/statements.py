"""Every statement that looks for what is wrong, by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, exists, func, literal_column, select, text

from runtime.jobs.statements import EXTERNAL
from runtime.jobs.tables import job
from runtime.messages.tables import message_subscription
from runtime.processes.tables import element_instance, incident, process_instance, user_task
from runtime.signals.tables import signal_subscription

STUCK = "DOC-1001"
"""The code of the incident of an instance that waits for nothing."""

_IS_OPEN: ColumnElement[str] = literal_column("'open'")
_active = select(process_instance.c.id, process_instance.c.process_id).where(
    process_instance.c.status == literal_column("'active'")
)
_page = (
    _active.where(process_instance.c.id > bindparam("after"))
    .order_by(process_instance.c.id)
    .limit(bindparam("limit"))
    .subquery()
)


def _silent(instance: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Nothing is waited for, as far as rows tell."""
    return (
        ~exists().where(user_task.c.instance_id == instance, user_task.c.status == _IS_OPEN),
        ~exists().where(job.c.instance_id == instance),
        ~exists().where(message_subscription.c.instance_id == instance),
        ~exists().where(signal_subscription.c.instance_id == instance),
        ~exists().where(incident.c.instance_id == instance, incident.c.code != STUCK),
    )


_SILENT = select(_page).where(*_silent(_page.c.id)).order_by(_page.c.id)
_SILENT_ONE = _active.where(process_instance.c.id == bindparam("id"), *_silent(process_instance.c.id))
_LAST = select(func.max(_page.c.id))


def silent_instances(connection: Connection, after: str, limit: int) -> tuple[Sequence[RowMapping], str]:
    """Among the next so many active instances those without a task, job, subscription or incident; and where they end.

    The place is empty at the end of all.
    """
    values = {"after": after, "limit": limit}
    last = connection.scalar(_LAST, values)
    return ([], "") if last is None else (connection.execute(_SILENT, values).mappings().all(), str(last))


def is_silent(connection: Connection, instance_id: str) -> bool:
    """Whether one active instance is like that."""
    return connection.execute(_SILENT_ONE, {"id": instance_id}).first() is not None


def elements_of(connection: Connection, instance_id: str) -> list[Any]:
    """The stored element instances of an instance."""
    return list(
        connection.execute(select(element_instance.c.data).where(element_instance.c.instance_id == instance_id)).scalars()
    )


def stuck_incidents(connection: Connection) -> dict[str, str]:
    """Open incidents of instances that waited for nothing: their ids by instance."""
    found = connection.execute(select(incident.c.instance_id, incident.c.id).where(incident.c.code == STUCK))
    return {row[0]: row[1] for row in found}


def delete_stuck_incidents(connection: Connection, ids: Sequence[str]) -> None:
    """Close them."""
    connection.execute(delete(incident).where(incident.c.id.in_(ids)))


def overdue_jobs(connection: Connection, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Jobs that nobody has begun although they were due before that, the oldest first. Those for others wait for them."""
    columns = (job.c.id, job.c.kind, job.c.lane, job.c.due, job.c.instance_id)
    ours = (job.c.status == _IS_OPEN, job.c.lane != EXTERNAL, job.c.lease.is_(None), job.c.due < before)
    statement = select(*columns).where(*ours)
    return connection.execute(statement.order_by(job.c.due).limit(limit)).mappings().all()


def lapsed_leases(connection: Connection, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Jobs whose lease ended before that, and which nobody has taken since."""
    columns = (job.c.id, job.c.kind, job.c.due, job.c.instance_id)
    statement = select(*columns).where(job.c.status == _IS_OPEN, job.c.lease.is_not(None), job.c.due < before)
    return connection.execute(statement.order_by(job.c.due).limit(limit)).mappings().all()


def failed_jobs(connection: Connection) -> dict[str, int]:
    """Jobs that were given up, by kind."""
    by = select(job.c.kind, func.count()).where(job.c.status == "failed").group_by(job.c.kind)
    return {row[0]: row[1] for row in connection.execute(by)}


def count_incidents(connection: Connection) -> int:
    """Incidents that are open."""
    return int(connection.scalar(select(func.count()).select_from(incident)) or 0)


def sqlite_damage(connection: Connection) -> str:
    """What SQLite's own check says; empty when all is well."""
    said = str(connection.scalar(text("PRAGMA quick_check(1)")))
    return "" if said == "ok" else said
