"""The way of a signal into the job table."""

from __future__ import annotations

from collections.abc import Mapping

from engine.api import Value, dump
from runtime.jobs.queue import Queue
from runtime.store.texts import indexed
from runtime.store.work import Work

BROADCAST = "signal"
"""The kind of job that finds out whom a signal reaches."""

CATCH = "signal_catch"
"""The kind of job that hands a signal to one instance."""


def broadcast_later(work: Work, queue: Queue, signal: str, variables: Mapping[str, Value], *, sender: str | None = None) -> str:
    """Have a signal sent right after this transaction to all who wait for it now, but the instance `sender`; the job's id."""
    payload = {"signal": indexed(signal), "variables": dump(dict(variables)), "sender": sender}
    return queue.enqueue(work, BROADCAST, payload | {"at": work.now.isoformat(), "after": ""})
