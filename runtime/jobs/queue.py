"""Put work into the job table and ring the bell once that is on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from runtime.jobs import statements
from runtime.jobs.offers import Offers
from runtime.jobs.statements import INSIDE
from runtime.store.ids import new_id
from runtime.store.work import Work

Ring = Callable[[datetime], None]
"""Called after a commit with the time at which something is due. It may be lost: a sweep finds the work all the same."""

RingOthers = Callable[[Work, datetime], None]
"""Called in the transaction that made the work: other processes hear of it when that is committed."""


def _silence(due: datetime) -> None:
    """No bell: whoever runs the jobs looks by himself."""


class Queue:
    """The way into the job table. Who runs the jobs in this process sets `ring`; `ring_others` tells other processes."""

    def __init__(self) -> None:
        self.ring: Ring = _silence
        self._lanes: dict[str, str] = {}
        self.ring_others: RingOthers | None = None
        self.offers = Offers()

    def runs_in(self, lane: str, kind: str) -> None:
        """Jobs of this kind run in that lane instead of `INSIDE`."""
        self._lanes[kind] = lane

    def lane(self, kind: str) -> str:
        """The lane of a kind."""
        return self._lanes.get(kind, INSIDE)

    def enqueue(
        self, work: Work, kind: str, payload: Mapping[str, Any], *, due: datetime | None = None, key: str | None = None
    ) -> str:
        """Have a job of a registered kind run at `due`, now when None; its id. A `key` that is there adds nothing."""
        row = self.row(work, key or new_id(), kind, due=due or work.now, payload=dict(payload))
        if key is None:
            statements.insert_jobs(work.connection, [row])
        else:
            statements.insert_job_once(work.connection, row)
        self.ring_at(work, row["due"])
        return str(row["id"])

    def row(self, work: Work, job_id: str, kind: str, *, due: datetime, **values: Any) -> dict[str, Any]:
        """A new row for `statements.insert_jobs`."""
        return statements.new_row(work, job_id, kind, lane=self.lane(kind), due=due, **values)

    def offer(self, work: Work, type: str) -> None:
        """Wake those who wait for jobs of this type, after the commit."""
        work.after_commit.append(lambda: self.offers.announce(type))

    def ring_at(self, work: Work, due: datetime) -> None:
        """Ring after the commit, here and where other processes do the work."""
        if self.ring_others is not None:
            self.ring_others(work, due)
        work.after_commit.append(lambda: self.ring(due))
