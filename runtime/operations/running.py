"""A batch is run: each item in a transaction of its own, which also writes down what came of it.

So an item is done once, whatever dies when: a worker that is killed leaves it waiting, and whoever goes on begins with it.
Several workers may go on with one batch at the same time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from runtime.access.actor import SYSTEM
from runtime.errors import RingiError, Unavailable
from runtime.jobs.kinds import actor_of
from runtime.operations import statements
from runtime.operations.kinds import NOT_APPLICABLE, OPERATIONS, Result, of_retry
from runtime.processes.service import Processes
from runtime.store.database import Database
from runtime.store.types import Row
from runtime.store.work import Work

KIND = "operations.batch"
_PIECE_SECONDS = 5.0
"""So long one piece of a batch takes, before other jobs get their turn."""
_LOOK_AGAIN = timedelta(seconds=5)
"""After so long it is looked again at what others still work on."""
_AT_ONCE = 100
"""So many items that others work on are looked at in one transaction."""


class Running:
    """The job kind `KIND`."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes

    def go_on(self, database: Database, payload: Mapping[str, Any], *, seconds: float = _PIECE_SECONDS) -> timedelta | None:
        """Go on with a batch for some seconds; after which time to go on, None when nothing is left or it was stopped."""
        batch_id, until = payload["batch"], time.monotonic() + seconds
        while time.monotonic() < until:
            with database.read() as work:
                row = statements.select_batch(work.connection, batch_id)
            if row is None or row["status"] != "running":
                return None
            if not self._do_next(database, row):
                return self._end(database, batch_id)
        return timedelta(0)

    def _do_next(self, database: Database, row: Row) -> bool:
        """Do one item in the name of who started the batch; False when no item is free."""
        return database.run(actor_of(row), f"{row['reason']} (batch {row['id']})", lambda work: self._do(work, row))

    def _do(self, work: Work, row: Row) -> bool:
        item = statements.claim_item(work.connection, row["id"], "waiting")
        if item is None:
            return False
        result = self._tried(work, row, item)
        statements.update_item(work.connection, item, {**asdict(result), "at": work.now})
        return True

    def _tried(self, work: Work, row: Row, item: Row) -> Result:
        try:
            with work.connection.begin_nested():
                return OPERATIONS[row["operation"]].do(self._processes, work, item, row["arguments"])
        except Unavailable:
            raise  # the database is the trouble, not the item
        except RingiError as refusal:
            state = "skipped" if refusal.code in NOT_APPLICABLE else "failed"
            return Result(state=state, code=refusal.code, message=refusal.detail)

    def _end(self, database: Database, batch_id: str) -> timedelta | None:
        """Mark the batch as finished, unless another worker has an item in hand, or others still work on what it began."""
        database.run(SYSTEM, "batch: look again", lambda work: self._look_again(work, batch_id))
        return database.run(SYSTEM, "batch: finish", lambda work: self._finish(work, batch_id))

    def _look_again(self, work: Work, batch_id: str) -> None:
        for item in statements.select_trying(work.connection, batch_id, _AT_ONCE, work.now):
            found = of_retry(self._processes.retrying.outcome(work, item["instance_id"], item["element"]))
            statements.update_item(work.connection, item, {**asdict(replace(found, made=item["made"])), "at": work.now})

    @staticmethod
    def _finish(work: Work, batch_id: str) -> timedelta | None:
        row = statements.lock_batch(work.connection, batch_id)
        counts = statements.count_states(work.connection, [batch_id])[batch_id]
        if row is None or row["status"] != "running":
            return None
        if counts.get("waiting") or counts.get("trying"):
            return _LOOK_AGAIN
        statements.update_batch(work.connection, batch_id, {"status": "finished", "finished_at": work.now})
        return None
