"""Hand jobs out to external workers, and take over what came of them.

A job is handed out under a lock that ends by itself. While it is out, its row lies in the lane of what is run here, due at the
end of the lock: so the clock that does everything else also notices a worker that never answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.api import Command, Value, commands, load
from runtime.access.policy import Policy
from runtime.errors import Conflict, NotFound
from runtime.execute import Executor
from runtime.jobs import statements as jobs
from runtime.jobs.limits import Limits
from runtime.jobs.queue import Queue
from runtime.jobs.statements import EXTERNAL, INSIDE
from runtime.jobs.work import Failed, checked
from runtime.processes import statements as process_statements
from runtime.store.ids import new_id
from runtime.store.types import Row
from runtime.store.work import Work
from runtime.workers import statements
from runtime.workers.views import ExternalJob

ASK_EVERY = timedelta(minutes=1)
"""How often it is written down that a worker asks for a job type."""


class ExternalWorkers:
    """Every function takes the Work of an open transaction, and asks the policy whether the actor may do jobs of the type."""

    def __init__(self, executor: Executor, policy: Policy, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._executor = executor
        self._policy = policy
        self._queue: Queue = executor.parts.queue

    def heard_of(self, work: Work, types: Collection[str]) -> bool:
        """Whether it is written down that workers ask for these types these days."""
        asks = statements.select_asks(work.connection, types)
        return all(type in asks and work.now - asks[type] < ASK_EVERY for type in types)

    def hear(self, work: Work, types: Collection[str], worker: str) -> None:
        """Write down that a worker asks for these types. Raises Forbidden for one that is not for the actor."""
        for type in sorted(types):
            self._policy.require_job_type(work.actor, type)
            statements.save_ask(work.connection, type, worker, work.now)

    def offered(self, work: Work, types: Collection[str]) -> bool:
        """Whether there is something to fetch. Raises Forbidden for a job type that is not for the actor."""
        for type in types:
            self._policy.require_job_type(work.actor, type)
        full = self._limits.full(work)
        return any(statements.is_offered(work.connection, type, work.now) for type in types if type not in full)

    def fetch(
        self,
        work: Work,
        types: Sequence[str],
        *,
        worker: str,
        most: int,
        lock: timedelta,
        variables: Collection[str] | None = None,
    ) -> tuple[ExternalJob, ...]:
        """Lock up to `most` jobs of these types for the worker, the most urgent first. Spends one attempt of each.

        `variables` names those that are wanted; None means all. Raises Forbidden for a job type that is not for the actor.
        """
        for type in types:
            self._policy.require_job_type(work.actor, type)
        room = self._limits.room(work, types, most)
        found = [row for type in types for row in statements.lock_offered(work.connection, type, work.now, room[type])]
        taken = sorted(found, key=lambda row: (-row["priority"], row["due"], row["id"]))[:most]
        until = work.now + lock
        locks = {row["id"]: new_id() for row in taken}
        held = {"lane": INSIDE, "due": until, "worker": worker}
        changes = [{"the_id": row["id"], "lease": locks[row["id"]], "attempts": row["attempts"] + 1, **held} for row in taken]
        statements.change_jobs(work.connection, changes)
        process_statements.delete_incidents(work.connection, [f"job:{row['id']}" for row in taken])
        for type in types:
            self._limits.spend(work, type, sum(row["type"] == type for row in taken))
        if taken:
            self._queue.ring_at(work, until)
        about = statements.select_about(work.connection, {row["instance_id"] for row in taken})
        return tuple(_shown(row, about[row["instance_id"]], locks[row["id"]], until, variables) for row in taken)

    def complete(self, work: Work, job_id: str, lock: str, command: commands.CompleteJob) -> None:
        """The work is done. Raises NotFound, Conflict when the lock is not the job's any more, or Invalid for the result."""
        self._finish(work, job_id, lock, command)

    def throw(self, work: Work, job_id: str, lock: str, command: commands.ThrowError) -> None:
        """The work ended in a BPMN error. Raises as `complete`."""
        self._finish(work, job_id, lock, command)

    def fail(self, work: Work, job_id: str, lock: str, failed: Failed) -> None:
        """The work was done in vain: it is tried again, or is an incident. Raises NotFound or Conflict."""
        instance, job = self._held(work, job_id, lock)
        work.why = f"job {job['type']}: worker {job['worker']}"
        self._executor.finish_call(work, instance, job, failed)
        self._queue.offer(work, job["type"])

    def extend(self, work: Work, job_id: str, lock: str, length: timedelta) -> datetime:
        """Hold the job for this long from now; until when. Raises NotFound or Conflict."""
        _, job = self._held(work, job_id, lock)
        until = work.now + length
        jobs.update_job(work.connection, job["id"], {"due": until})
        self._queue.ring_at(work, until)
        return until

    def lapse(self, work: Work, job: Row, instance: Row) -> None:
        """A lock ended without an answer: offer the job again, or raise its incident when that was the last attempt."""
        message = f"The worker {job['worker']!r} did not answer before its lock ended."
        work.why = f"job {job['type']}: the lock of a worker ended"
        if job["attempts"] >= job["retries"]:
            self._executor.finish_call(work, instance, job, Failed(message=message, hopeless=True))
            return
        values = {"lane": EXTERNAL, "due": work.now, "lease": None, "worker": None, "last_error": message}
        jobs.update_job(work.connection, job["id"], values)
        self._queue.offer(work, job["type"])

    def _finish(self, work: Work, job_id: str, lock: str, command: Command) -> None:
        instance, job = self._held(work, job_id, lock)
        work.why = f"job {job['type']}: worker {job['worker']}"
        self._executor.execute_locked(work, instance, command)

    def _held(self, work: Work, job_id: str, lock: str) -> tuple[Row, Row]:
        """The locked rows of instance and job, the instance first as everywhere."""
        known = jobs.select_job(work.connection, job_id)
        if known is None or known["kind"] != EXTERNAL:
            raise _gone(job_id)
        self._policy.require_job_type(work.actor, known["type"])
        instance = process_statements.lock_instance(work.connection, known["instance_id"])
        job = jobs.lock_leased(work.connection, job_id, lock)
        if instance is None or (job is None and jobs.select_job(work.connection, job_id) is None):
            raise _gone(job_id)
        if job is None:
            detail = (
                f"The job {job_id} is not held under this lock any more: it ended, or the job was given to another. Drop it."
            )
            raise Conflict("JOB-1002", detail)
        return instance, job


def key_of(job_id: str) -> int:
    """The kernel's key of a job of an instance. Raises NotFound for what is no such id."""
    key = job_id.rpartition(".")[2]
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise _gone(job_id)
    return int(key)


def completion(
    job_id: str,
    variables: Mapping[str, Value],
    *,
    denied: bool = False,
    reason: str = "",
    corrections: Mapping[str, Value] | None = None,
) -> commands.CompleteJob:
    """The command for a job that was done. Raises Invalid for values that cannot be stored."""
    return commands.CompleteJob(
        job=key_of(job_id),
        variables=checked(variables),
        denied=denied,
        reason=reason,
        corrections=checked(corrections or {}),
    )


def _gone(job_id: str) -> NotFound:
    return NotFound("JOB-1001", f"There is no job {job_id!r} for a worker: it was done or cancelled, or never existed.")


def _shown(row: Row, about: Row, lock: str, until: datetime, wanted: Collection[str] | None) -> ExternalJob:
    payload: dict[str, Any] = row["payload"]
    variables: dict[str, Value] = load(payload["variables"])
    return ExternalJob(
        id=row["id"],
        lock=lock,
        locked_until=until,
        type=row["type"],
        instance_id=row["instance_id"],
        process_id=about["process_id"],
        business_key=about["business_key"],
        element=row["element"],
        headers=payload["headers"],
        variables=variables if wanted is None else {name: variables[name] for name in wanted if name in variables},
        listener=payload.get("listener", ""),
        attempt=row["attempts"] + 1,
        retries=max(row["retries"] - row["attempts"] - 1, 0),
        priority=row["priority"],
        created_at=row["created_at"],
    )
