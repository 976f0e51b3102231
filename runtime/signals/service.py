"""Broadcast signals: to every instance that waits, and to every process that begins with one (BPMN 2.0 §10.5.1).

A signal is not kept: who begins to wait after it was sent has missed it. Each instance gets it in a transaction of its own, so
that one which fails holds up nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.api import Value, commands, load
from runtime.errors import Invalid
from runtime.execute import Executor
from runtime.jobs import statements as job_statements
from runtime.jobs.queue import Queue
from runtime.jobs.service import Jobs
from runtime.jobs.work import checked
from runtime.signals import statements
from runtime.signals.sending import BROADCAST, CATCH, broadcast_later
from runtime.store.ids import new_id
from runtime.store.texts import LONGEST_INDEXED
from runtime.store.types import Row
from runtime.store.work import Work

BATCH = 500
"""Instances found in one transaction."""


class Signals:
    """The one address for signals from outside and from processes."""

    def __init__(self, executor: Executor, queue: Queue) -> None:
        self._executor = executor
        self._queue = queue

    def register(self, jobs: Jobs) -> None:
        """Register the kinds of job that carry signals."""
        jobs.register(BROADCAST, self.deliver)
        jobs.register_owned(CATCH, self.hand_over)

    def broadcast(self, work: Work, signal: str, variables: Mapping[str, Value]) -> str:
        """Send a signal right after this transaction; its id. Raises Invalid for bad values (SIG-1001, VAR-…)."""
        if not signal or len(signal) > LONGEST_INDEXED or "\0" in signal:
            wrong = ["leave no name out, and keep it short"] if signal else ["a signal needs a name"]
            raise Invalid(
                "SIG-1001", "The name of the signal is missing, too long, or holds a null character.", fields={"name": wrong}
            )
        return broadcast_later(work, self._queue, signal, checked(variables))

    def deliver(self, work: Work, payload: Mapping[str, Any]) -> None:
        """Find the next instances that wait, or start those that begin with it: the work of jobs of the kind `BROADCAST`."""
        signal, at = payload["signal"], datetime.fromisoformat(payload["at"])
        found = statements.select_waiting(work.connection, signal, at, after=payload["after"], most=BATCH)
        told = {"signal": signal, "variables": payload["variables"]}
        rows = [
            self._queue.row(work, new_id(), CATCH, due=work.now, instance_id=instance, payload=told)
            for instance in found
            if instance != payload["sender"]
        ]
        job_statements.insert_jobs(work.connection, rows)
        if rows:
            self._queue.ring_at(work, work.now)
        if len(found) == BATCH:
            self._queue.enqueue(work, BROADCAST, {**payload, "after": found[-1]})
            return
        work.why = f"signal {signal}"
        for start in statements.select_starts(work.connection, signal):
            self._executor.start(work, start["definition_key"], load(payload["variables"]), start_event=start["element"])

    def hand_over(self, work: Work, job: Row, instance: Row) -> None:
        """Give the signal to one instance: the work of jobs of the kind `CATCH`."""
        signal = job["payload"]["signal"]
        work.why = f"signal {signal}"
        job_statements.delete_jobs(work.connection, [job["id"]])
        command = commands.BroadcastSignal(signal=signal, variables=load(job["payload"]["variables"]))
        self._executor.execute_locked(work, instance, command)
