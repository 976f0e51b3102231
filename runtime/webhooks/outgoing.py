"""Outgoing webhooks: endpoints are told what happened, at least once, signed as Standard Webhooks says.

What is to be sent is stored in the transaction in which it happened; a job sends it, again and again with growing pauses, and
at the end it is dead until somebody replays it. See docs/webhooks.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from engine.api import Event, Value
from runtime.errors import Conflict, Invalid, NotFound
from runtime.jobs import statements as job_statements
from runtime.jobs.queue import Queue
from runtime.processes.timeline import Origin
from runtime.store.batches import BATCH
from runtime.store.ids import new_id
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.types import Row, dump_json
from runtime.store.work import Work
from runtime.webhooks import statements
from runtime.webhooks.addresses import Rules
from runtime.webhooks.events import Fact, facts_of, is_known, record_fact, takes
from runtime.webhooks.keys import Keys

SEND = "webhook"
"""The kind of job that sends one delivery."""

OVERLAP = timedelta(days=1)
"""After a rotation messages are signed with the old secret, too, for so long."""

KEPT_FOR = timedelta(days=30)
_LOOKED_AT = timedelta(seconds=2)
"""A new endpoint is told of what happens from this time on at the latest."""


class Outgoing:
    """Who is told what, and what became of it."""

    def __init__(self, queue: Queue, keys: Keys, rules: Rules) -> None:
        self._queue = queue
        self.keys = keys
        self.rules = rules
        self._active: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._seen: datetime | None = None

    def add(self, work: Work, url: str, events: Sequence[str], description: str = "") -> tuple[RowMapping, str]:
        """Register an endpoint; its row and its secret, which is told only now.

        Raises Invalid for an address that may not be used (HOOK-1001) or an event that there is not (HOOK-1002).
        """
        self.rules.target(url)
        _check_events(events)
        made = new_id()
        row: dict[str, Any] = {"id": made, "url": url, "events": list(events), "description": description[:500]}
        row |= {"status": "active", "disabled_because": None, "failing_since": None, "secret_number": 1}
        row |= {"old_secret_until": None, "key_print": self.keys.print_of(made)}
        statements.insert_endpoint(work.connection, {**row, "created_at": work.now, "created_by": work.actor.id})
        self._seen = None
        return self.endpoint(work, made), self.keys.secret(made, 1)

    def endpoint(self, work: Work, endpoint_id: str) -> RowMapping:
        """One endpoint. Raises NotFound."""
        row = statements.select_endpoint(work.connection, endpoint_id)
        if row is None:
            raise NotFound("HOOK-1003", f"There is no webhook endpoint {endpoint_id!r}.")
        return row

    def endpoints(self, work: Work) -> Sequence[RowMapping]:
        """All endpoints, the oldest first."""
        return statements.select_endpoints(work.connection)

    def rotate(self, work: Work, endpoint_id: str) -> str:
        """Give the endpoint a new secret, which is told only now. For `OVERLAP` messages are signed with both."""
        row = self._locked(work, endpoint_id)
        number = row["secret_number"] + 1
        values = {"secret_number": number, "old_secret_until": work.now + OVERLAP, "key_print": self.keys.print_of(endpoint_id)}
        statements.update_endpoint(work.connection, endpoint_id, values)
        return self.keys.secret(endpoint_id, number)

    def enable(self, work: Work, endpoint_id: str) -> None:
        """Tell the endpoint again what happens from now on; what is dead can be replayed."""
        self._locked(work, endpoint_id)
        values = {"status": "active", "disabled_because": None, "failing_since": None}
        statements.update_endpoint(work.connection, endpoint_id, values)
        self._seen = None

    def disable(self, work: Work, endpoint_id: str, because: str) -> None:
        """Tell the endpoint nothing more. What still waits is given up when its turn comes."""
        self._locked(work, endpoint_id)
        statements.update_endpoint(work.connection, endpoint_id, {"status": "disabled", "disabled_because": because[:500]})
        self._seen = None

    def remove(self, work: Work, endpoint_id: str) -> None:
        """Forget an endpoint and all its deliveries."""
        self._locked(work, endpoint_id)
        job_statements.delete_jobs(work.connection, statements.select_delivery_ids(work.connection, endpoint_id))
        statements.delete_endpoint(work.connection, endpoint_id)
        self._seen = None

    def deliveries(
        self,
        work: Work,
        *,
        endpoint: str | None = None,
        status: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[RowMapping]:
        """What was or is to be sent, the latest first."""
        before = from_cursor(after, 1)[0] if after else None
        rows = statements.select_deliveries(
            work.connection, endpoint_id=endpoint, status=status, before=before, most=page_size(limit) + 1
        )
        return cut(rows, limit, lambda row: [row["id"]], lambda row: row)

    def replay(self, work: Work, delivery_id: str) -> None:
        """Send a delivery again, with the same event id. Raises NotFound, or Conflict when it still waits or has nobody."""
        row = statements.lock_delivery(work.connection, delivery_id)
        if row is None:
            raise NotFound("HOOK-1004", f"There is no webhook delivery {delivery_id!r}.")
        if row["status"] == "waiting":
            raise Conflict("HOOK-1005", "The delivery is still being tried.")
        if self.endpoint(work, row["endpoint_id"])["status"] != "active":
            raise Conflict("HOOK-1006", "The endpoint is disabled. Enable it first.")
        values = {"status": "waiting", "attempts": 0, "changed_at": work.now}
        statements.update_delivery(work.connection, delivery_id, values)
        self._queue.enqueue(work, SEND, {"delivery": delivery_id}, key=delivery_id)

    def announce(self, work: Work, origin: Origin, happened: Iterable[Event], begins: bool) -> None:
        """Store what is told of an instance's events, in their transaction; `begins` for those of its first step."""
        if self._wanted(work):
            self._tell(work, list(facts_of(origin, happened, begins=begins)))

    def announce_record(self, work: Work, name: str, key: str, variables: Mapping[str, Value]) -> None:
        """Store what is told of a record event, in its transaction."""
        if self._wanted(work):
            self._tell(work, [record_fact(name, key, variables)])

    def forget(self, work: Work, most: int = BATCH) -> int:
        """Forget some deliveries that ended `KEPT_FOR` ago; how many. For regular housekeeping (`in_batches`)."""
        return statements.delete_old(work.connection, work.now - KEPT_FOR, most)

    def _tell(self, work: Work, facts: Sequence[Fact]) -> None:
        rows = [row for type, data in facts for row in self._rows(work, type, data)]
        statements.insert_deliveries(work.connection, rows)
        jobs = [self._queue.row(work, row["id"], SEND, due=work.now, payload={"delivery": row["id"]}) for row in rows]
        job_statements.insert_jobs(work.connection, jobs)
        if jobs:
            self._queue.ring_at(work, work.now)

    def _rows(self, work: Work, type: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        wanted = [endpoint_id for endpoint_id, events in self._active if takes(events, type)]
        if not wanted:
            return []
        body = dump_json({"type": type, "timestamp": work.now.isoformat(), "data": dict(data)})
        row = {"event_id": f"evt_{new_id()}", "type": type, "body": body, "status": "waiting", "attempts": 0}
        row |= {"last_status": None, "last_error": None, "created_at": work.now, "changed_at": work.now}
        return [{**row, "id": new_id(), "endpoint_id": endpoint_id} for endpoint_id in wanted]

    def _wanted(self, work: Work) -> bool:
        """Whether anybody is told anything. Looked up every few seconds only, for every step of every instance asks."""
        if self._seen is None or not timedelta(0) <= work.now - self._seen < _LOOKED_AT:
            rows = statements.select_active(work.connection)
            self._active = tuple((row["id"], tuple(row["events"])) for row in rows)
            self._seen = work.now
        return bool(self._active)

    def _locked(self, work: Work, endpoint_id: str) -> Row:
        row = statements.lock_endpoint(work.connection, endpoint_id)
        if row is None:
            raise NotFound("HOOK-1003", f"There is no webhook endpoint {endpoint_id!r}.")
        return row


def _check_events(events: Sequence[str]) -> None:
    wrong = [one for one in events if not is_known(one)]
    if wrong or not events:
        detail = f"There is no event {wrong[0]!r}." if wrong else "Choose at least one event."
        raise Invalid("HOOK-1002", detail, fields={"events": [detail]})
