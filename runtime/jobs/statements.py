"""Every statement on the job table, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from runtime.jobs.tables import job
from runtime.observe import tracing
from runtime.store.prepared import Prepared
from runtime.store.types import Row
from runtime.store.upsert import insert_once
from runtime.store.work import Work

INSIDE, OUTSIDE, TIMERS, EXTERNAL = "inside", "outside", "timers", "external"
"""Lanes. Timers of instances have their own, so that many that are due stand in nobody's way. What is in the last waits for
programs elsewhere."""

LANES = (INSIDE, TIMERS, OUTSIDE)
"""Those whose jobs are run here."""

_IS_OPEN = job.c.status == literal_column("'open'")
"""A literal, not a parameter: only so can SQLite see that the partial index serves."""

_HEADS = select(job.c.id, job.c.kind, job.c.instance_id, job.c.type).where(_IS_OPEN, job.c.due <= bindparam("now"))
_IS_OUTSIDE = job.c.lane == literal_column("'outside'")
_DUE = _HEADS.where(job.c.lane == bindparam("lane")).order_by(job.c.due, job.c.id).limit(bindparam("limit"))
_DUE_OUTSIDE = _HEADS.where(_IS_OUTSIDE).order_by(job.c.priority.desc(), job.c.due, job.c.id).limit(bindparam("limit"))
_INSERT = Prepared(insert(job))
_DELETE = Prepared(delete(job).where(job.c.id == bindparam("the_id")))
_DELETE_OF_INSTANCE = Prepared(delete(job).where(job.c.instance_id == bindparam("the_instance")))
_UPDATE = Prepared(update(job).where(job.c.id == bindparam("the_id")))
_NEXT_DUE = Prepared(select(job.c.due).where(_IS_OPEN, job.c.lane == bindparam("lane")).order_by(job.c.due).limit(1))
"""Of one lane: for the least of all lanes at once every open job would be read."""
_STILL_DUE = select(job).where(job.c.id == bindparam("id"), _IS_OPEN, job.c.due <= bindparam("now"))
_LOCK_DUE = Prepared(_STILL_DUE.with_for_update(skip_locked=True))
_LOCK_LEASED = Prepared(select(job).where(job.c.id == bindparam("id"), job.c.lease == bindparam("lease")).with_for_update())
_RENEW = (
    update(job).where(job.c.id == bindparam("the_id"), job.c.lease == bindparam("the_lease")).values(due=bindparam("until"))
)
_GIVE_BACK = (
    update(job)
    .where(job.c.id == bindparam("the_id"), job.c.lease == bindparam("the_lease"))
    .values(due=bindparam("now"), lease=None, attempts=job.c.attempts - 1)
)
_LEASE = (
    update(job)
    .where(job.c.id == bindparam("the_id"), _IS_OPEN, job.c.due <= bindparam("now"))
    .values(lease=bindparam("the_lease"), due=bindparam("until"), attempts=job.c.attempts + 1)
    .returning(*job.c)
)


def select_due(connection: Connection, lane: str, now: datetime, limit: int, but: Collection[str] = ()) -> Sequence[RowMapping]:
    """Ids, kinds, instances and types of the open jobs of a lane that are due, the one that is due longest first.

    Outside, those of a higher priority go before that, and those of the types `but` are left out.
    """
    values = {"now": now, "limit": limit}
    if lane == OUTSIDE:
        return connection.execute(_DUE_OUTSIDE.where(_not_of(but)) if but else _DUE_OUTSIDE, values).mappings().all()
    return connection.execute(_DUE, {"lane": lane, **values}).mappings().all()


def select_next_due(connection: Connection, lane: str, but: Collection[str] = ()) -> datetime | None:
    """When the next open job of a lane is due, overdue ones included, those of the types `but` not."""
    if but:
        statement = select(func.min(job.c.due)).where(_IS_OPEN, job.c.lane == lane, _not_of(but))
        due: datetime | None = connection.scalar(statement)
        return due
    found = _NEXT_DUE.first(connection, {"lane": lane})
    return None if found is None else found["due"]


def _not_of(types: Collection[str]) -> ColumnElement[bool]:
    return or_(job.c.type.is_(None), job.c.type.not_in(types))


def lock_due(connection: Connection, job_id: str, now: datetime) -> Row | None:
    """Lock the job for this transaction; None when it is gone, not due any more, or in other hands."""
    return _LOCK_DUE.first(connection, {"id": job_id, "now": now})


def lock_leased(connection: Connection, job_id: str, lease: str) -> Row | None:
    """Lock the job when it is still held under this lease."""
    return _LOCK_LEASED.first(connection, {"id": job_id, "lease": lease})


def lease(connection: Connection, job_id: str, now: datetime, lease: str, until: datetime) -> RowMapping | None:
    """Take the job under a lease and spend an attempt, in one statement; None when somebody else was first."""
    values = {"the_id": job_id, "now": now, "the_lease": lease, "until": until}
    return connection.execute(_LEASE, values).mappings().first()


def renew(connection: Connection, held: Sequence[tuple[str, str]], until: datetime) -> None:
    """Put off the end of leases, given with their jobs; those that are lost meanwhile stay lost."""
    if held:
        connection.execute(_RENEW, [{"the_id": job_id, "the_lease": lease, "until": until} for job_id, lease in held])


def give_back(connection: Connection, held: Sequence[tuple[str, str]], now: datetime) -> None:
    """End leases, given with their jobs, as if they had never been taken; those that are lost meanwhile stay lost."""
    if held:
        connection.execute(_GIVE_BACK, [{"the_id": job_id, "the_lease": lease, "now": now} for job_id, lease in held])


def insert_jobs(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows made by `new_row`."""
    _INSERT.run_all(connection, rows)


def delete_jobs(connection: Connection, ids: Collection[str]) -> None:
    """Delete jobs; those that are gone already are no matter."""
    _DELETE.run_all(connection, [{"the_id": job_id} for job_id in ids])


def delete_of_instance(connection: Connection, instance_id: str) -> None:
    """Delete whatever is left to do for an instance that ended."""
    _DELETE_OF_INSTANCE.run(connection, {"the_instance": instance_id})


def hold_of_instance(connection: Connection, instance_id: str) -> None:
    """Run nothing of an instance for now; what is under a lease may still come to its end."""
    statement = update(job).where(job.c.instance_id == instance_id, job.c.status == "open")
    connection.execute(statement.values(status="held"))


def release_of_instance(connection: Connection, instance_id: str) -> None:
    """Whatever is held of an instance may run again when it is due."""
    statement = update(job).where(job.c.instance_id == instance_id, job.c.status == "held")
    connection.execute(statement.values(status="open"))


def update_job(connection: Connection, job_id: str, values: Mapping[str, Any]) -> bool:
    """Change columns of a job; False when it is gone."""
    return _UPDATE.run(connection, {"the_id": job_id, **values}) == 1


def insert_job_once(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add a row unless its id is there already; whether it was added."""
    return insert_once(connection, job, row, job.c.id)


def select_job(connection: Connection, job_id: str) -> RowMapping | None:
    """One job."""
    return connection.execute(select(job).where(job.c.id == job_id)).mappings().first()


def delete_kind_with_prefix(connection: Connection, kind: str, prefix: str) -> None:
    """Delete jobs of a kind whose id begins so."""
    connection.execute(delete(job).where(and_(job.c.kind == kind, job.c.id.startswith(prefix, autoescape=True))))


def new_row(work: Work, job_id: str, kind: str, *, lane: str, due: datetime, **values: Any) -> dict[str, Any]:
    """All columns of a job that is not yet tried."""
    who = work.actor
    actor = {"id": who.id, "name": who.name, "roles": sorted(who.roles), "via": who.via, "language": who.language}
    if trace := tracing.carried():
        actor["trace"] = trace
    row: dict[str, Any] = {"id": job_id, "kind": kind, "lane": lane, "due": due, "created_at": work.now, "actor": actor}
    row |= {"instance_id": None, "key": None, "element": None, "type": None, "payload": {}, "retries": 5, "attempts": 0}
    row |= {"status": "open", "lease": None, "worker": None, "priority": 0, "last_error": None}
    return row | values
