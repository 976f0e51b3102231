"""Keys of requests: the first use reserves one, the end of the work keeps the answer, another use gets it.

Keys belong to who sends them. A refused request leaves its key free, for nothing was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from runtime.errors import Conflict
from runtime.idempotency import statements
from runtime.store.work import Work

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=2)
ABANDONED_AFTER = timedelta(minutes=10)
"""Work in transactions of its own whose process died is done again by the next request after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was sent: `headers` are those that belong to the body."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class InProgress(Conflict):
    """Another request with the key is being done; `retry_after` is the number of seconds to wait."""

    retry_after = 1


def reserve(work: Work, key: str, fingerprint: str) -> Answer | None:
    """None: the key is ours now. Else the answer of the first time. Waits for a transaction that is about to use the key.

    Raises Conflict (HTTP-1021) when it stood on another request, InProgress (HTTP-1022) while that request is being done.
    """
    row = {"actor": work.actor.id, "key": key, "fingerprint": fingerprint, "status": 0, "body": None, "headers": None}
    row["at"] = work.now
    if statements.insert_answer(work.connection, row):
        return None
    if statements.take_over(work.connection, row, work.now - KEPT_FOR, work.now - ABANDONED_AFTER):
        return None
    kept = statements.select_answer(work.connection, work.actor.id, key)
    if kept is None or (kept["fingerprint"] == fingerprint and not kept["status"]):
        raise InProgress("HTTP-1022", f"A request with this {HEADER} is being done. Ask again in a moment.")
    if kept["fingerprint"] != fingerprint:
        detail = f"This {HEADER} was used for another request. Take a new one for each thing you want done."
        raise Conflict("HTTP-1021", detail)
    return Answer(status=kept["status"], body=kept["body"] or "", headers=kept["headers"] or {})


def keep(work: Work, key: str, answer: Answer) -> None:
    """Keep the answer for `KEPT_FOR`."""
    values = {"status": answer.status, "body": answer.body, "headers": dict(answer.headers), "at": work.now}
    statements.update_answer(work.connection, work.actor.id, key, values)


def free(work: Work, key: str) -> None:
    """Nothing was done under the key: it may be used again."""
    statements.delete_answer(work.connection, work.actor.id, key)


def purge(work: Work, most: int) -> int:
    """Forget at most so many answers whose time is over; how many."""
    return statements.delete_expired(work.connection, work.now - KEPT_FOR, most)
