"""Timers of instances that are due: punctual ones at once, those of a time when nobody was there at a bounded rate.

Several fire in one transaction, as they wait for nothing but the time and each is little work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from runtime.jobs import statements as job_statements
from runtime.jobs.service import Jobs
from runtime.jobs.statements import TIMERS
from runtime.jobs.together import Together
from runtime.observe import meters
from runtime.processes import statements as process_statements
from runtime.store.database import Database
from runtime.store.types import Row
from runtime.store.work import Work
from runtime.timers import statements

OVERDUE: Final = timedelta(minutes=1)
"""Later than this, a timer was missed: it waits for its turn, while punctual ones fire."""

TOGETHER: Final = 50
OVERDUE_TOGETHER: Final = 5
"""Few, so that what else goes on hardly notices."""

IN_OTHER_HANDS: Final = 0.02
"""Seconds after which to look again for timers that others hold."""

LONGEST_PAUSE: Final = 1.0
"""So that a timer which falls due meanwhile is punctual, however few overdue ones may fire."""

_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


class DueTimers:
    """Fires timers. `rate` is how many overdue ones may fire in a second, in this process; `now` counts seconds."""

    def __init__(self, database: Database, jobs: Jobs, *, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._jobs = jobs
        self._together = Together(database, now=now)
        self._allowance = _Allowance(rate, now)

    def fire(self) -> int:
        """Fire some that are due, if there are; how many. Zero tells that there are none, or that the rest must wait."""
        late = self._latest()
        if late is None or late < timedelta(0):
            return 0
        punctual = self._fire(_punctual)
        overdue = self._fire(_overdue) if late >= OVERDUE and self._allowance.left() else 0
        self._allowance.spend(overdue)
        return punctual + overdue

    def pause(self) -> float | None:
        """Seconds after which `fire` may do more than it just did; None when no timer is due."""
        late = self._latest()
        return None if late is None or late < timedelta(0) else min(self._allowance.wait() or IN_OTHER_HANDS, LONGEST_PAUSE)

    def _latest(self) -> timedelta | None:
        """How late the timer is that waits longest; None when there is none."""
        with self._database.read() as work:
            due = job_statements.select_next_due(work.connection, TIMERS)
            return None if due is None else work.now - due

    def _fire(self, lock: Callable[[Work], Mapping[str, Row]]) -> int:
        """Fire the due timers of the instances that `lock` gives; how many.

        All those of an instance, however late, for it must see them in the order in which they were due.
        """
        instances: dict[str, Row] = {}

        def take(work: Work) -> Iterator[Row]:
            instances.update(lock(work))
            seen = set[str]()
            for job in statements.select_due(work.connection, instances, work.now):
                if job["instance_id"] in seen:
                    yield from self._again(work, job, instances)
                else:
                    seen.add(job["instance_id"])
                    yield job

        def do(work: Work, job: Row) -> bool:
            with meters.job_run(job["kind"]):
                self._jobs.do(work, job, instances[job["instance_id"]])
            return True

        return self._together.run(take, do, self._jobs.run)

    @staticmethod
    def _again(work: Work, job: Row, instances: dict[str, Row]) -> Iterator[Row]:
        """A further timer of an instance: what fired before it changed the instance, and may have cancelled it."""
        still = job_statements.lock_due(work.connection, job["id"], work.now)
        instance = process_statements.select_instance(work.connection, job["instance_id"])
        if still is not None and instance is not None:
            instances[job["instance_id"]] = instance
            yield still


def _punctual(work: Work) -> Mapping[str, Row]:
    return statements.lock_instances(work.connection, work.now - OVERDUE, work.now, TOGETHER)


def _overdue(work: Work) -> Mapping[str, Row]:
    return statements.lock_instances(work.connection, _LONG_AGO, work.now - OVERDUE, OVERDUE_TOGETHER)


class _Allowance:
    """So many in a second, evenly: what was not used is not saved up."""

    def __init__(self, rate: int, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._next = now()

    def left(self) -> bool:
        return self._now() >= self._next

    def spend(self, number: int) -> None:
        if number:
            self._next = max(self._next, self._now()) + number / self._rate

    def wait(self) -> float:
        return max(0.0, self._next - self._now())
