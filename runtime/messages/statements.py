"""Every statement on messages and subscriptions, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, exists, insert, literal_column, select, text, update

from runtime.messages.tables import message, message_start, message_subscription
from runtime.store.upsert import insert_once

_WAITS = message.c.status == literal_column("'waiting'")
_ADVISORY = text("SELECT pg_advisory_xact_lock(:key)")
_SUBSCRIPTIONS = (
    select(message_subscription)
    .where(message_subscription.c.message == bindparam("name"), message_subscription.c.correlation_key == bindparam("key"))
    .order_by(message_subscription.c.opened_at, message_subscription.c.id)
)
_STARTS = select(message_start).where(message_start.c.message == bindparam("name")).order_by(message_start.c.process_id)
_WAITING = (
    select(message)
    .where(
        _WAITS,
        message.c.name == bindparam("name"),
        message.c.correlation_key == bindparam("key"),
        message.c.expires_at > bindparam("now"),
    )
    .order_by(message.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ANYBODY_TAKES = select(
    exists().where(message_subscription.c.message == bindparam("name"))
    | exists().where(message_start.c.message == bindparam("name"))
)
_UPDATE_MESSAGE = update(message).where(message.c.id == bindparam("the_id"))
_DELETE_MESSAGE = delete(message).where(message.c.id == bindparam("the_id"))
_OVER = (
    select(message.c.id, message.c.delivery_id)
    .where(_WAITS, message.c.expires_at <= bindparam("now"))
    .order_by(message.c.expires_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DELETE_SUBSCRIPTION = delete(message_subscription).where(message_subscription.c.id == bindparam("the_id"))


def lock_name(connection: Connection, name: str, key: str) -> None:
    """Let one transaction at a time match messages and subscriptions of this name and key, so that they cannot miss each other.

    Always taken after the locks of instances. SQLite has one writer and needs none.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"{name}\0{key}".encode()).digest()
        connection.execute(_ADVISORY, {"key": int.from_bytes(digest[:8], "big", signed=True)})


def select_subscriptions(connection: Connection, name: str, key: str) -> Sequence[RowMapping]:
    """Who waits for such a message, the longest first."""
    return connection.execute(_SUBSCRIPTIONS, {"name": name, "key": key}).mappings().all()


def select_starts(connection: Connection, name: str) -> Sequence[RowMapping]:
    """Message start events of latest versions that take such a message."""
    return connection.execute(_STARTS, {"name": name}).mappings().all()


def anybody_takes(connection: Connection, name: str) -> bool:
    """Whether anybody could receive a message of this name at all, whatever its key."""
    return bool(connection.scalar(_ANYBODY_TAKES, {"name": name}))


def insert_subscriptions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Open subscriptions."""
    if rows:
        connection.execute(insert(message_subscription), list(rows))


def rename_subscription(connection: Connection, subscription: str, element: str) -> None:
    """The subscription belongs to another element of the diagram now."""
    connection.execute(update(message_subscription).where(message_subscription.c.id == subscription).values(element=element))


def delete_subscriptions(connection: Connection, ids: Collection[str]) -> None:
    """Close subscriptions."""
    if ids:
        connection.execute(_DELETE_SUBSCRIPTION, [{"the_id": subscription} for subscription in ids])


def lock_waiting(connection: Connection, name: str, key: str, now: datetime) -> RowMapping | None:
    """The oldest message of this name and key that waits for a receiver, locked."""
    return connection.execute(_WAITING, {"name": name, "key": key, "now": now}).mappings().first()


def lock_message(connection: Connection, message_id: str) -> RowMapping | None:
    """One message, locked."""
    return connection.execute(select(message).where(message.c.id == message_id).with_for_update()).mappings().first()


def select_waiting_ids(connection: Connection, name: str, now: datetime) -> Sequence[str]:
    """Messages of this name that wait for a receiver, the oldest first."""
    statement = select(message.c.id).where(_WAITS, message.c.name == name, message.c.expires_at > now).order_by(message.c.id)
    return connection.execute(statement).scalars().all()


def insert_message(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add a message; False when its delivery id was used before. Waits for a transaction that is using it just now."""
    return insert_once(connection, message, row, message.c.delivery_id)


def select_delivery(connection: Connection, delivery_id: str) -> RowMapping | None:
    """The message that came with this delivery id."""
    return connection.execute(select(message).where(message.c.delivery_id == delivery_id)).mappings().first()


def update_message(connection: Connection, message_id: str, values: Mapping[str, Any]) -> None:
    """Change a message."""
    connection.execute(_UPDATE_MESSAGE, {"the_id": message_id, **values})


def delete_message(connection: Connection, message_id: str) -> None:
    """Forget a message; its events are in the journals of its receivers."""
    connection.execute(_DELETE_MESSAGE, {"the_id": message_id})


def expire(connection: Connection, now: datetime, most: int) -> int:
    """End some messages whose time to live is over: forgotten, or kept as the answer to their delivery id. How many."""
    over = connection.execute(_OVER, {"now": now, "most": most}).all()
    forgotten = [{"the_id": row.id} for row in over if row.delivery_id is None]
    kept = [{"the_id": row.id, "status": "expired", "variables": {}} for row in over if row.delivery_id is not None]
    if forgotten:
        connection.execute(_DELETE_MESSAGE, forgotten)
    if kept:
        connection.execute(_UPDATE_MESSAGE, kept)
    return len(over)


def replace_starts(connection: Connection, process_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The message start events of a process are now these."""
    connection.execute(delete(message_start).where(message_start.c.process_id == process_id))
    if rows:
        connection.execute(insert(message_start), list(rows))
