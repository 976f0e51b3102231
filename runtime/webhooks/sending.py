"""Send what is stored: the work of the jobs of the kind `SEND`, under a lease and outside of any transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

from runtime.access.actor import SYSTEM
from runtime.jobs import statements as job_statements
from runtime.jobs.backoff import Backoff
from runtime.jobs.kinds import WriteDown
from runtime.jobs.queue import Queue
from runtime.store.database import Database
from runtime.store.types import Row
from runtime.store.work import Work
from runtime.webhooks import statements
from runtime.webhooks.addresses import Resolve
from runtime.webhooks.outgoing import Outgoing
from runtime.webhooks.posting import Reply, post

MOST_ATTEMPTS = 10
BACKOFF = Backoff(first=timedelta(seconds=5), factor=4.0, longest=timedelta(hours=8))
"""5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 6 h, 8 h, 8 h: over a day in all."""

LONGEST_PAUSE = timedelta(days=1)
GIVEN_UP_AFTER = timedelta(days=5)
"""An endpoint that nothing reached for so long is disabled."""

GONE = 410


class Sender:
    """Sends deliveries. `resolve` finds the addresses of a name."""

    def __init__(self, database: Database, queue: Queue, outgoing: Outgoing, resolve: Resolve) -> None:
        self._database = database
        self._queue = queue
        self._outgoing = outgoing
        self.resolve = resolve

    def send(self, job: Row) -> WriteDown:
        """Try one delivery; what is returned writes down what came of it, while the lease holds."""
        with self._database.read(SYSTEM) as work:
            delivery = statements.select_delivery(work.connection, job["payload"]["delivery"])
            endpoint = statements.select_endpoint(work.connection, delivery["endpoint_id"]) if delivery else None
        if delivery is None or endpoint is None:
            return lambda work, _: job_statements.delete_jobs(work.connection, [job["id"]])
        reply = self._tried(delivery, endpoint, job)

        def write_down(work: Work, _: Row | None) -> None:
            self._write_down(work, job, delivery, reply)

        return write_down

    def _tried(self, delivery: Row, endpoint: Row, job: Row) -> Reply:
        if endpoint["status"] != "active":
            return Reply(error="the endpoint is disabled")
        if endpoint["key_print"] != self._outgoing.keys.print_of(endpoint["id"]):
            return Reply(error="this host has another webhook key than that of the secret; rotate the secret")
        body = delivery["body"]
        headers = {"Content-Type": "application/json", **self._signed(endpoint, delivery["event_id"], body, job["now"])}
        return post(endpoint["url"], body.encode(), headers, rules=self._outgoing.rules, resolve=self.resolve)

    def _signed(self, endpoint: Row, event_id: str, body: str, now: datetime) -> dict[str, str]:
        """The headers of Standard Webhooks, signed with the secret, and with the one before while that still holds."""
        number, until = endpoint["secret_number"], endpoint["old_secret_until"]
        numbers = [number, number - 1] if until is not None and now < until else [number]
        secrets = [self._outgoing.keys.secret(endpoint["id"], one) for one in numbers]
        signatures = " ".join(Webhook(secret).sign(event_id, now, body) for secret in secrets)
        return {"webhook-id": event_id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signatures}

    def _write_down(self, work: Work, job: Row, delivery: Row, reply: Reply) -> None:
        endpoint = statements.lock_endpoint(work.connection, delivery["endpoint_id"])
        if endpoint is None:
            return
        attempts = delivery["attempts"] + 1
        values: dict[str, Any] = {"attempts": attempts, "changed_at": work.now}
        values |= {"last_status": reply.status, "last_error": reply.error or None}
        if reply.ok:
            self._end(work, job, values | {"status": "delivered"})
            if endpoint["failing_since"] is not None:
                statements.update_endpoint(work.connection, endpoint["id"], {"failing_since": None})
            return
        is_on = self._note_failure(work, endpoint, reply)
        if not is_on or attempts >= MOST_ATTEMPTS:
            self._end(work, job, values | {"status": "dead"})
            return
        statements.update_delivery(work.connection, delivery["id"], values)
        wait = min(BACKOFF.after(attempts, at_least=reply.retry_after), LONGEST_PAUSE)
        job_statements.update_job(work.connection, job["id"], {"due": work.now + wait, "lease": None})
        self._queue.ring_at(work, work.now + wait)

    @staticmethod
    def _end(work: Work, job: Row, values: dict[str, Any]) -> None:
        statements.update_delivery(work.connection, job["payload"]["delivery"], values)
        job_statements.delete_jobs(work.connection, [job["id"]])

    def _note_failure(self, work: Work, endpoint: Row, reply: Reply) -> bool:
        """Disable an endpoint that is gone, or that nothing reached for long; whether it is still told."""
        since = endpoint["failing_since"]
        if endpoint["status"] != "active":
            return False
        if reply.status == GONE:
            self._outgoing.disable(work, endpoint["id"], "The other side answered 410: it does not want to be told any more.")
            return False
        if since is not None and work.now - since >= GIVEN_UP_AFTER:
            because = f"Nothing arrived for {GIVEN_UP_AFTER.days} days. The last failure: {reply.error}"
            self._outgoing.disable(work, endpoint["id"], because)
            return False
        if since is None:
            statements.update_endpoint(work.connection, endpoint["id"], {"failing_since": work.now})
        return True
