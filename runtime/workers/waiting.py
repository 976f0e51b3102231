"""Jobs that wait for workers: tell of those that nobody asks for, and hand those over that a handler here can do now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from runtime.jobs.queue import Queue
from runtime.processes.mirror import CALL, LOCAL
from runtime.sdk import Handler
from runtime.store.types import Row
from runtime.store.work import Work
from runtime.workers import statements

_BATCH = 500


def tell_of_forgotten(work: Work, patience: timedelta) -> int:
    """Raise an incident for jobs that waited longer than that for a worker while nobody asked for their type; how many.

    The job stays open: the first worker that asks gets it, and its incident is closed.
    """
    statements.delete_answered(work.connection)
    rows = statements.select_forgotten(work.connection, work.now - patience, _BATCH)
    statements.insert_incidents(work.connection, [_incident(work, row) for row in rows])
    return len(rows)


def hand_over(work: Work, queue: Queue, handlers: Iterable[Handler]) -> int:
    """Let handlers that are installed by now do what waited for a worker; how many jobs."""
    kinds = {"call": CALL, "local": LOCAL}
    count = 0
    for handler in handlers:
        kind = kinds[handler.kind]
        count += statements.adopt(work.connection, handler.type, kind, queue.lane(kind))
    if count:
        queue.ring_at(work, work.now)
    return count


def _incident(work: Work, job: Row) -> dict[str, Any]:
    message = f"No worker asks for jobs of the type {job['type']!r}, and no handler is installed."
    advice = "Start the worker, which then gets the job, or correct the type."
    row = {"id": f"job:{job['id']}", "instance_id": job["instance_id"], "key": None, "element": job["element"]}
    return row | {"code": statements.NOBODY_ASKED, "message": f"{message} {advice}", "job_id": job["id"], "raised_at": work.now}
