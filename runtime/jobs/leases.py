"""The leases that this process holds. They are short, so that the jobs of a process that died go on soon, and are renewed
while their work goes on, so that long work keeps them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from runtime.access.actor import SYSTEM
from runtime.jobs import statements
from runtime.jobs.limits import Limits
from runtime.store.database import Database
from runtime.store.ids import new_id
from runtime.store.types import Row

_log = logging.getLogger(__name__)

LONGEST = timedelta(hours=1)
"""Work that takes longer hangs, most likely: its lease runs out, and the job is tried again."""

_RENEWALS = 4
"""How often a lease is renewed before it could run out."""


class Leases:
    """Takes leases on jobs and keeps them; one thread renews all, and ends when nothing is held."""

    def __init__(self, database: Database, length: timedelta, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._database = database
        self._length = length
        self._guard = threading.Lock()
        self._held: dict[str, tuple[str, float]] = {}
        self._keeping = False

    def take(self, job_id: str, type: str | None = None) -> tuple[str, Row] | None:
        """Spend an attempt on the job: the lease and the row, with ``now``, its begin.

        None when somebody else was first, or as many of its type run as may.
        """
        lease = new_id()
        with self._database.write(SYSTEM, "lease a job") as work:
            if type is not None and not self._limits.room(work, [type], 1)[type]:
                return None
            row = statements.lease(work.connection, job_id, work.now, lease, work.now + self._length)
            if row is not None:
                self._limits.spend(work, type, 1)
        return None if row is None else (lease, {**row, "now": work.now})

    @contextmanager
    def kept(self, job_id: str, lease: str) -> Iterator[None]:
        """Renew the lease until the end of the block, for `LONGEST` at most."""
        with self._guard:
            self._held[lease] = (job_id, time.monotonic())
            if not self._keeping:
                self._keeping = True
                threading.Thread(target=self._keep, name="ringi-leases", daemon=True).start()
        try:
            yield
        finally:
            with self._guard:
                del self._held[lease]

    def give_back(self) -> int:
        """Let others take at once what is held here, and count no attempt; how many leases that were.

        What their work comes to afterwards is dropped.
        """
        with self._guard:
            held = [(job_id, lease) for lease, (job_id, _since) in self._held.items()]
        if held:
            with self._database.write(SYSTEM, "give leases back") as work:
                statements.give_back(work.connection, held, work.now)
        return len(held)

    def _keep(self) -> None:
        while True:
            time.sleep(self._length.total_seconds() / _RENEWALS)
            with self._guard:
                if not self._held:
                    self._keeping = False
                    return
                begun = time.monotonic() - LONGEST.total_seconds()
                held = [(job_id, lease) for lease, (job_id, since) in self._held.items() if since > begun]
            self._renew(held)

    def _renew(self, held: list[tuple[str, str]]) -> None:
        try:
            with self._database.write(SYSTEM, "renew leases") as work:
                statements.renew(work.connection, held, work.now + self._length)
        except Exception:  # the database may be busy or gone: the thread must live on; what runs out meanwhile is done again
            _log.exception("leases could not be renewed")
