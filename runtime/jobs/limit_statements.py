"""The statements on limits of job types, by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select, update

from runtime.jobs.tables import job, job_budget
from runtime.store.upsert import insert_once

_OF = select(job_budget)


def select_budget(connection: Connection, type: str) -> RowMapping | None:
    """The bucket of a type, if one of its jobs was ever taken."""
    return connection.execute(_OF.where(job_budget.c.type == type)).mappings().first()


def lock_budget(connection: Connection, type: str, tokens: float, now: datetime) -> RowMapping:
    """Lock the bucket of a type for this transaction; a new one is full."""
    insert_once(connection, job_budget, {"type": type, "tokens": tokens, "filled_at": now}, job_budget.c.type)
    return connection.execute(_OF.where(job_budget.c.type == type).with_for_update()).mappings().one()


def fill(connection: Connection, type: str, tokens: float, now: datetime) -> None:
    """The bucket holds so many tokens now."""
    connection.execute(update(job_budget).where(job_budget.c.type == type).values(tokens=tokens, filled_at=now))


def spend(connection: Connection, type: str, count: int) -> None:
    """Take tokens out of the bucket."""
    connection.execute(update(job_budget).where(job_budget.c.type == type).values(tokens=job_budget.c.tokens - count))


def count_leases(connection: Connection, type: str, now: datetime) -> int:
    """How many jobs of a type are under a lease that has not ended."""
    statement = select(func.count()).where(job.c.lease.is_not(None), job.c.type == type, job.c.due > now)
    return int(connection.scalar(statement) or 0)
