"""Batches: an operation on every instance that a query has at one moment.

The list is frozen when the batch is made, so that the number shown is the number worked on: instances that come later are not
caught, and one that has ended meanwhile says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from runtime.access.actor import Actor
from runtime.errors import Conflict, Invalid, NotFound
from runtime.jobs.service import Jobs
from runtime.operations import statements
from runtime.operations.kinds import OPERATIONS, Arguments, checked
from runtime.operations.running import KIND, Running
from runtime.operations.views import STATES, Batch, BatchItem
from runtime.processes.filters import InstanceFilter
from runtime.processes.service import Processes
from runtime.store.ids import new_id
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.types import Row
from runtime.store.work import Work

_COLUMNS = (
    *("id", "operation", "arguments", "query", "reason", "status", "total", "created_at", "created_by"),
    *("started_at", "finished_at"),
)
_ITEM = ("number", "subject", "instance_id", "state", "code", "message", "made", "at")


@dataclass(frozen=True, slots=True)
class _Move:
    """From which statuses a batch goes to which, and whether it then has work to do."""

    come_from: frozenset[str]
    to: str


_MOVES = {
    "start": _Move(frozenset({"previewed"}), "running"),
    "pause": _Move(frozenset({"running"}), "paused"),
    "resume": _Move(frozenset({"paused"}), "running"),
    "cancel": _Move(frozenset({"previewed", "running", "paused"}), "cancelled"),
    "retry": _Move(frozenset({"finished", "cancelled", "paused"}), "running"),
}


class Batches:
    """Every function takes the Work of an open transaction; who may do it the caller asks the policy for."""

    def __init__(self, processes: Processes, jobs: Jobs) -> None:
        self._jobs = jobs
        jobs.register_outside(KIND, Running(processes).go_on)

    def preview(self, work: Work, operation: str, arguments: Arguments, chosen: InstanceFilter) -> Batch:
        """Freeze the list of what the operation would be done to; nothing is done yet. The why of `work` is its reason.

        Raises Invalid BATCH-1002, BATCH-1003 or BATCH-1004.
        """
        given = checked(operation, arguments)
        if not work.why.strip():
            detail = "Say why; the journal of every instance keeps it."
            raise Invalid("BATCH-1004", detail, fields={"reason": [detail]})
        row: dict[str, Any] = {
            "id": new_id(),
            "operation": operation,
            "arguments": given,
            "query": chosen.as_json(),
            "reason": work.why,
        }
        row |= {"status": "previewed", "total": 0, "created_at": work.now, "created_by": work.actor.id}
        statements.insert_batch(work.connection, row)
        freeze = statements.freeze_incidents if OPERATIONS[operation].on == "incident" else statements.freeze_instances
        statements.update_batch(work.connection, row["id"], {"total": freeze(work.connection, row["id"], chosen)})
        return self.get(work, row["id"])

    def start(self, work: Work, batch_id: str) -> Batch:
        """Do it, in the background, in the name of the actor. Raises NotFound or Conflict."""
        self._move(work, batch_id, "start")
        statements.update_batch(work.connection, batch_id, {"actor": _as_json(work.actor), "started_at": work.now})
        return self._go(work, batch_id)

    def pause(self, work: Work, batch_id: str) -> Batch:
        """Stop before the next item. Raises NotFound or Conflict."""
        self._move(work, batch_id, "pause")
        return self.get(work, batch_id)

    def resume(self, work: Work, batch_id: str) -> Batch:
        """Go on with a paused batch. Raises NotFound or Conflict."""
        self._move(work, batch_id, "resume")
        return self._go(work, batch_id)

    def cancel(self, work: Work, batch_id: str) -> Batch:
        """Do no more of it; what was done stays. Raises NotFound or Conflict."""
        self._move(work, batch_id, "cancel")
        statements.update_batch(work.connection, batch_id, {"finished_at": work.now})
        return self.get(work, batch_id)

    def retry(self, work: Work, batch_id: str) -> Batch:
        """Do the items that failed once more, and no other. Raises NotFound, or Conflict when none has failed."""
        self._move(work, batch_id, "retry")
        if not statements.wait_again(work.connection, batch_id, "failed"):
            raise Conflict("BATCH-1007", "No item of this batch has failed.")
        again = {"actor": _as_json(work.actor), "finished_at": None, "started_at": work.now}
        statements.update_batch(work.connection, batch_id, again)
        return self._go(work, batch_id)

    def get(self, work: Work, batch_id: str) -> Batch:
        """One batch with its progress. Raises NotFound."""
        row = statements.select_batch(work.connection, batch_id)
        if row is None:
            raise _unknown(batch_id)
        return _views(work, [row])[0]

    def page(self, work: Work, *, after: str | None = None, limit: int = 50) -> Page[Batch]:
        """Batches, the newest first. Raises Invalid for an unknown position or limit."""
        before = None if after is None else str(from_cursor(after, 1)[0])
        found = cut(statements.page_of_batches(work.connection, before, page_size(limit)), limit, lambda row: [row["id"]], dict)
        return Page(rows=tuple(_views(work, found.rows)), next=found.next)

    def items(
        self, work: Work, batch_id: str, *, state: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[BatchItem]:
        """What came of each, in order; only those in a state when asked. Raises NotFound or Invalid."""
        if state is not None and state not in STATES:
            raise Invalid("BATCH-1008", f"There is no state {state!r}. Use {', '.join(STATES)}.", fields={"state": ["unknown"]})
        if statements.select_batch(work.connection, batch_id) is None:
            raise _unknown(batch_id)
        behind = 0 if after is None else _number(after)
        rows = statements.page_of_items(work.connection, batch_id, state, behind, page_size(limit))
        return cut(rows, limit, lambda row: [row["number"]], lambda row: BatchItem(**{name: row[name] for name in _ITEM}))

    def _move(self, work: Work, batch_id: str, name: str) -> None:
        move = _MOVES[name]
        row = statements.lock_batch(work.connection, batch_id)
        if row is None:
            raise _unknown(batch_id)
        if row["status"] not in move.come_from:
            detail = f"The batch is {row['status']}; only one that is {' or '.join(sorted(move.come_from))} can do this."
            raise Conflict("BATCH-1009", detail)
        statements.update_batch(work.connection, batch_id, {"status": move.to})

    def _go(self, work: Work, batch_id: str) -> Batch:
        # Not one job by a key: the last piece of a paused batch may still be about to end, and takes its job with it.
        self._jobs.enqueue(work, KIND, {"batch": batch_id})
        return self.get(work, batch_id)


def _views(work: Work, rows: Collection[Row]) -> list[Batch]:
    counts = statements.count_states(work.connection, [row["id"] for row in rows]) if rows else {}
    return [
        Batch(
            **{name: row[name] for name in _COLUMNS},
            started_by=row["actor"]["id"] if row["actor"] else None,
            counts=counts[row["id"]],
        )
        for row in rows
    ]


def _as_json(actor: Actor) -> dict[str, Any]:
    return {"id": actor.id, "name": actor.name, "roles": sorted(actor.roles), "via": actor.via, "language": actor.language}


def _number(after: str) -> int:
    (found,) = from_cursor(after, 1)
    if not isinstance(found, int) or not 0 <= found < 2**31:
        raise Invalid("PAGE-1001", "The page position is not valid. Start again without it.", fields={"after": ["?"]})
    return found


def _unknown(batch_id: str) -> NotFound:
    return NotFound("BATCH-1001", f"There is no batch {batch_id!r}.")
