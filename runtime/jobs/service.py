"""Run what is due. Who calls this, how often and from how many processes, changes only how soon work is done, never what."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import NotFound, RingiError, Unavailable
from runtime.jobs import statements
from runtime.jobs.backoff import Backoff
from runtime.jobs.kinds import Inside, Kinds, Leased, Outside, Owned, Unfinished, WriteDown, actor_of
from runtime.jobs.leases import Leases
from runtime.jobs.limits import Limits
from runtime.jobs.queue import Queue
from runtime.jobs.statements import INSIDE, LANES, OUTSIDE
from runtime.observe import logs, meters, tracing
from runtime.processes import statements as process_statements
from runtime.store.database import Database
from runtime.store.trouble import may_try_again
from runtime.store.types import Row
from runtime.store.work import Work

_log = logging.getLogger(__name__)

SOON = timedelta(milliseconds=250)


class Jobs:
    """The job table's one runner and registry of kinds. A kind nobody registered fails its job with a clear incident."""

    def __init__(
        self,
        database: Database,
        queue: Queue,
        *,
        backoff: Backoff | None = None,
        lease: timedelta = timedelta(seconds=20),
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._database = database
        self._queue = queue
        self._backoff = backoff or Backoff()
        self._leases = Leases(database, lease, self._limits)
        self._kinds = Kinds()

    def register(self, kind: str, function: Inside) -> None:
        """Let `function(work, payload)` do the jobs of a kind, each in one transaction: exactly once."""
        self._kinds.check_new(kind)
        self._kinds.inside[kind] = function

    def register_outside(self, kind: str, function: Outside) -> None:
        """Let `function(database, payload)` do the jobs of a kind in transactions of its own: at least once. See `Outside`."""
        self._kinds.check_new(kind)
        self._kinds.outside[kind] = function
        self._queue.runs_in(OUTSIDE, kind)

    def register_owned(self, kind: str, function: Owned, *, lane: str = INSIDE) -> None:
        """Let `function(work, job, instance)` do the jobs that belong to a process instance. See `Owned`."""
        self._kinds.check_new(kind)
        self._kinds.owned[kind] = function
        self._queue.runs_in(lane, kind)

    def register_leased(self, kind: str, function: Leased) -> None:
        """Let `function(job)` do the jobs whose work is outside of the platform. See `Leased`."""
        self._kinds.check_new(kind)
        self._kinds.leased[kind] = function
        self._queue.runs_in(OUTSIDE, kind)

    def enqueue(
        self, work: Work, kind: str, payload: Mapping[str, Any], *, due: datetime | None = None, key: str | None = None
    ) -> str:
        """Have a job of a registered kind run at `due` (now when None) after this transaction; its id.

        A `key` names the job: while a job with that key is there, another adds nothing.
        """
        return self._queue.enqueue(work, kind, payload, due=due, key=key)

    def run_due(self, limit: int = 1000) -> int:
        """Run what is due, one after the other in this thread, at most `limit`; how many were run."""
        done, seen = 0, set[str]()
        while done < limit:
            size = 100 + len(seen)  # what was put off or is in other hands must not hide what is behind it
            heads = [head for lane in LANES for head in self.due(lane, size) if head["id"] not in seen]
            if not heads:
                return done
            for head in heads[: limit - done]:
                seen.add(head["id"])
                done += self.run(head)
        return done

    def due(self, lane: str, limit: int) -> Sequence[RowMapping]:
        """Ids, kinds, instances and types of what is due in a lane now and may run, longest due first."""
        with self._database.read() as work:
            full = self._limits.full(work) if lane == OUTSIDE else ()
            return statements.select_due(work.connection, lane, work.now, limit, full)

    def next_due(self, lanes: Sequence[str] = LANES) -> datetime | None:
        """When the next job of some lanes is due, overdue ones included; None when there is none.

        Those of a type of which none may run now count when there may be a place for them.
        """
        with self._database.read() as work:
            full = self._limits.full(work)
            found = [statements.select_next_due(work.connection, lane, full if lane == OUTSIDE else ()) for lane in lanes]
            found += [work.now + wait for wait in full.values()]
            return min((due for due in found if due is not None), default=None)

    def run(self, head: Row) -> bool:
        """Run one job of `due`; False when somebody else has it or it is gone. Never raises because of the job itself."""
        kind, instance = head["kind"], head["instance_id"]
        with (
            logs.about(job=head["id"], kind=kind, instance=instance),
            tracing.inside(f"job {kind}", job=head["id"], instance=instance),
            meters.job_run(kind) as ended,
        ):
            return self._run(head, ended)

    def _run(self, head: Row, ended: list[str]) -> bool:
        try:
            outside = self._queue.lane(head["kind"]) == OUTSIDE
            return self._run_outside(head) if outside else self._run_inside(head)
        except Unavailable as error:
            if not may_try_again(error.__cause__):
                raise  # the database is the trouble, not the job
            self._put_off(head)
            ended.append("put off")
            return False
        except Exception as error:  # whatever is wrong with one job must not stop the others
            _log.exception("job %s (%s) failed", head["id"], head["kind"])
            self._note_failure(head, error)
            ended.append("failed")
            return True

    def retry(self, work: Work, job_id: str) -> None:
        """Let a failed job run again, at once. Raises NotFound."""
        values = {"status": "open", "due": work.now, "attempts": 0, "lease": None}
        if not statements.update_job(work.connection, job_id, values):
            raise NotFound("JOB-1001", f"There is no job {job_id!r}.")
        process_statements.delete_incidents(work.connection, [_incident_id(job_id)])
        self._queue.ring_at(work, work.now)

    def give_back(self) -> int:
        """Let others do at once what is in hand here; how many jobs that were. See `Leases.give_back`."""
        return self._leases.give_back()

    def _run_inside(self, head: Row) -> bool:
        with self._database.write(SYSTEM) as work:
            instance = None
            if head["instance_id"] is not None:
                # The instance is locked before its job row, as everywhere; whoever holds it goes first.
                instance = process_statements.try_lock_instance(work.connection, head["instance_id"])
                if instance is None:
                    self._queue.ring_at(work, work.now + SOON)
                    return False
            job = statements.lock_due(work.connection, head["id"], work.now)
            if job is None:
                return False
            tracing.came_from(job["actor"].get("trace"))
            self.do(work, job, instance)
            return True

    def do(self, work: Work, job: Row, instance: Row | None) -> None:
        """Do the work of a job inside this transaction, which has its row and that of its instance locked."""
        work.actor = _doer(job)
        owned = self._kinds.owned.get(job["kind"])
        if owned is not None and instance is not None:
            if instance["status"] == "active":
                owned(work, job, instance)
            elif instance["status"] == "suspended":
                statements.update_job(work.connection, job["id"], {"status": "held"})
            else:
                statements.delete_jobs(work.connection, [job["id"]])
            return
        function = self._kinds.inside.get(job["kind"])
        if function is None:
            raise NotFound("JOB-2001", f"Nothing that is installed runs jobs of the kind {job['kind']!r}.")
        work.why = f"job {job['kind']}"
        statements.delete_jobs(work.connection, [job["id"]])
        function(work, job["payload"])

    def _run_outside(self, head: Row) -> bool:
        taken = self._leases.take(head["id"], head.get("type"))
        if taken is None:
            return False
        lease, job = taken
        tracing.came_from(job["actor"].get("trace"))
        with self._leases.kept(job["id"], lease):
            self._finish(job, lease, self._do_outside(job))
        return True

    def _finish(self, job: Row, lease: str, write_down: WriteDown) -> None:
        def finish(work: Work) -> None:
            instance = None
            if job["instance_id"] is not None:
                instance = process_statements.lock_instance(work.connection, job["instance_id"])
            if statements.lock_leased(work.connection, job["id"], lease) is None:
                _log.warning("job %s lost its lease, or was cancelled; its result is dropped", job["id"])
            else:
                write_down(work, instance)

        self._database.run(_doer(job), f"job {job['kind']}", finish)

    def _do_outside(self, job: Row) -> WriteDown:
        leased = self._kinds.leased.get(job["kind"])
        if leased is not None:
            return leased(job)
        if job["attempts"] > job["retries"]:
            raise Unfinished
        again = self._kinds.outside[job["kind"]](self._database, job["payload"])

        def write_down(work: Work, instance: Row | None) -> None:
            if again is None:
                statements.delete_jobs(work.connection, [job["id"]])
                return
            statements.update_job(work.connection, job["id"], {"due": work.now + again, "lease": None, "attempts": 0})
            self._queue.ring_at(work, work.now + again)

        return write_down

    def _put_off(self, head: Row) -> None:
        """Others were in the way: come back soon, at no cost."""
        with self._database.write(SYSTEM) as work:
            statements.update_job(work.connection, head["id"], {"due": work.now + SOON, "lease": None})
            self._queue.ring_at(work, work.now + SOON)

    def _note_failure(self, head: Row, error: Exception) -> None:
        """Try later, and at the end park the job with an incident: it must neither head the queue nor vanish."""
        message = f"{error.code}: {error.detail}" if isinstance(error, RingiError) else f"{type(error).__name__}: {error}"
        with self._database.write(SYSTEM) as work:
            job = statements.select_job(work.connection, head["id"])
            if job is None:
                return
            attempts = job["attempts"] + (0 if job["lease"] else 1)
            values = {"attempts": attempts, "lease": None, "last_error": message[:2000]}
            if attempts >= job["retries"]:
                process_statements.insert_incidents(work.connection, [_incident(work, job, message[:2000])])
                statements.update_job(work.connection, job["id"], values | {"status": "failed"})
                return
            due = work.now + self._backoff.after(attempts)
            statements.update_job(work.connection, job["id"], values | {"due": due})
            self._queue.ring_at(work, due)


def _doer(job: Row) -> Actor:
    """The platform itself moves an instance on, in the language of who started it; other work is for who asked for it."""
    asked = actor_of(job)
    return asked if job["instance_id"] is None else replace(SYSTEM, language=asked.language)


def _incident_id(job_id: str) -> str:
    return f"job:{job_id}"


def _incident(work: Work, job: Row, message: str) -> dict[str, Any]:
    row = {"id": _incident_id(job["id"]), "instance_id": job["instance_id"], "key": None, "element": job["element"]}
    return row | {"code": "JOB-2002", "message": message, "job_id": job["id"], "raised_at": work.now}
