"""Every statement on timers of instances that are due, by name. They are jobs of a lane of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, literal_column, select

from runtime.jobs.statements import TIMERS
from runtime.jobs.tables import job
from runtime.processes.tables import process_instance
from runtime.store.prepared import Prepared
from runtime.store.types import Row

_IS_OPEN = job.c.status == literal_column("'open'")
_DUE = (_IS_OPEN, job.c.lane == TIMERS, job.c.due <= bindparam("until"))
_TAKE = Prepared(
    select(process_instance)
    .join(job, job.c.instance_id == process_instance.c.id)
    .where(*_DUE, job.c.due > bindparam("after"))
    .order_by(job.c.due, job.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=process_instance, key_share=True, skip_locked=True)
)
_OF_INSTANCES = (
    select(job).where(*_DUE, job.c.instance_id.in_(bindparam("instances", expanding=True))).order_by(job.c.due, job.c.id)
)


def lock_instances(connection: Connection, after: datetime, until: datetime, limit: int) -> dict[str, Row]:
    """Lock instances with a timer that is due between the two times, by id, those that wait longest first.

    Nobody is waited for: what others hold is theirs to do.
    """
    rows = _TAKE.all(connection, {"after": after, "until": until, "limit": limit})
    return {row["id"]: row for row in rows}


def select_due(connection: Connection, instances: Collection[str], until: datetime) -> Sequence[Row]:
    """The timers of locked instances that are due, the one that is due longest first."""
    if not instances:
        return []
    found = connection.execute(_OF_INSTANCES, {"instances": list(instances), "until": until})
    return list(found.mappings().all())
