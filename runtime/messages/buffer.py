"""Messages that wait: those a transaction leaves to be delivered after it, and those that found no receiver."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.api import Value, dump, load
from runtime.jobs.queue import Queue
from runtime.messages import statements
from runtime.store.ids import new_id
from runtime.store.texts import indexed
from runtime.store.types import Row, dump_json
from runtime.store.work import Work

DELIVER = "message"
"""The kind of job that delivers a stored message."""

DEFAULT_TTL = timedelta(hours=1)
LONGEST_TTL = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message on its way; `variables` are FEEL values."""

    id: str
    name: str
    correlation_key: str
    variables: Mapping[str, Value]
    delivery_id: str | None
    expires_at: datetime


def new_message(
    work: Work,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Value],
    *,
    ttl: timedelta,
    delivery_id: str | None = None,
) -> Message:
    """A message that lives for `ttl` from now."""
    return Message(
        id=new_id(),
        name=name,
        correlation_key=correlation_key,
        variables=variables,
        delivery_id=delivery_id,
        expires_at=work.now + ttl,
    )


def publish_later(
    work: Work, queue: Queue, name: str, correlation_key: str, variables: Mapping[str, Value], *, ttl: timedelta = DEFAULT_TTL
) -> None:
    """Store a message in this transaction; a job delivers it right after the commit.

    With `ttl` zero it is an announcement: it reaches those who wait for it, and is not stored when nobody could take it.
    """
    if not ttl and not statements.anybody_takes(work.connection, name):
        return
    message = new_message(work, indexed(name), indexed(correlation_key), variables, ttl=ttl)
    statements.insert_message(work.connection, row_of(work, message, "pending"))
    file_later(work, queue, message.id)


def take_waiting(work: Work, name: str, correlation_key: str) -> Message | None:
    """The oldest message that waits for this receiver; from now on it is delivered. The caller holds the instance's lock.

    None also when one that came earlier is still on its way: its job finds the receiver, and what came after it keeps its turn.
    """
    name, correlation_key = indexed(name), indexed(correlation_key)
    statements.lock_name(work.connection, name, correlation_key)
    oldest = statements.select_oldest(work.connection, name, correlation_key, work.now, pending=bool(correlation_key))
    if oldest is None or oldest["status"] == "pending":
        return None
    row = statements.try_lock_open(work.connection, oldest["id"])
    if row is None:
        return None  # a job has it in hand, and finds the receiver
    settle(work, row["id"], row["delivery_id"])
    return message_of(row)


def file_later(work: Work, queue: Queue, message_id: str) -> None:
    """Have a stored message delivered after this transaction."""
    queue.enqueue(work, DELIVER, {"message": message_id})


def settle(work: Work, message_id: str, delivery_id: str | None) -> None:
    """The message has been received, or its time is over. Its row stays only to answer for its delivery id."""
    if delivery_id is None:
        statements.delete_message(work.connection, message_id)
    else:
        statements.update_message(work.connection, message_id, {"status": "delivered", "variables": {}})


def row_of(work: Work, message: Message, status: str) -> dict[str, Any]:
    """The message as a row."""
    return {
        "id": message.id,
        "name": message.name,
        "correlation_key": message.correlation_key,
        "variables": dump(dict(message.variables)),
        "status": status,
        "published_at": work.now,
        "expires_at": message.expires_at,
        "published_by": work.actor.id,
        "delivery_id": message.delivery_id,
        "fingerprint": fingerprint(message) if message.delivery_id else None,
        "answer": None,
    }


def message_of(row: Row) -> Message:
    """The message in a row."""
    names = ("id", "name", "correlation_key", "delivery_id", "expires_at")
    return Message(variables=load(row["variables"]), **{name: row[name] for name in names})


def fingerprint(message: Message) -> str:
    """SHA-256 of what the message says."""
    said = [message.name, message.correlation_key, dump(dict(message.variables))]
    return hashlib.sha256(dump_json(said).encode()).hexdigest()
