"""Several jobs in one transaction, which costs one commit; one that fails takes no other with it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from runtime.access.actor import SYSTEM
from runtime.store.database import Database
from runtime.store.types import Row
from runtime.store.work import Work

_log = logging.getLogger(__name__)

LONGEST: Final = 0.025
"""Seconds after which a transaction takes no further job, so that others need not wait long for what it holds."""


class Together:
    """Does jobs in one transaction each time. `now` counts seconds."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now = now

    def run(self, take: Callable[[Work], Iterable[Row]], do: Callable[[Work, Row], bool], alone: Callable[[Row], bool]) -> int:
        """Let `do` work on the jobs that `take` gives; how many were done. What there is no time for stays.

        When anything fails all of it is undone, and each job that was tried runs by `alone`, where its failure is its own.
        """
        tried: list[Row] = []
        try:
            with self._database.write(SYSTEM) as work:
                return self._each(work, take(work), do, tried)
        except Exception:
            if not tried:
                raise  # the database is the trouble, not a job
            # Whose fault it was shows when each runs alone.
            _log.info("%d jobs could not be done together; each runs alone now", len(tried), exc_info=True)
        return sum(alone(job) for job in tried)

    def _each(self, work: Work, jobs: Iterable[Row], do: Callable[[Work, Row], bool], tried: list[Row]) -> int:
        begun, done = self._now(), 0
        for job in jobs:
            tried.append(job)
            work.why = ""
            done += do(work, job)
            if self._now() - begun > LONGEST:
                break
        return done
