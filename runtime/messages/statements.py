"""Every statement on messages and subscriptions, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, RowMapping, and_, bindparam, delete, exists, insert, or_, select, text, update

from runtime.messages.tables import message, message_start, message_subscription
from runtime.store.upsert import insert_once

# Texts, not parameters: only so can SQLite see that the partial indexes serve.
_WAITS = text("status = 'waiting'")
_OPEN = text("status IN ('pending', 'waiting')")
_ANSWERED = text("status IN ('delivered', 'expired')")
_ADVISORY = text("SELECT pg_advisory_xact_lock(:key)")
_SUBSCRIPTIONS = (
    select(message_subscription)
    .where(message_subscription.c.message == bindparam("name"), message_subscription.c.correlation_key == bindparam("key"))
    .order_by(message_subscription.c.opened_at, message_subscription.c.id)
)
_STARTS = select(message_start).where(message_start.c.message == bindparam("name")).order_by(message_start.c.process_id)
_OLDEST = (
    select(message)
    .where(
        _OPEN,
        message.c.name == bindparam("name"),
        message.c.correlation_key == bindparam("key"),
        or_(message.c.expires_at > bindparam("now"), and_(message.c.status == "pending", bindparam("pending", type_=Boolean))),
        or_(message.c.status == "waiting", bindparam("pending", type_=Boolean)),
    )
    .order_by(message.c.published_at, message.c.id)
    .limit(1)
)
_LOCK_OLDEST = _OLDEST.with_for_update()
_OPEN_ONE = select(message).where(_OPEN, message.c.id == bindparam("id"))
_LOCK_OPEN = _OPEN_ONE.with_for_update()
_TRY_LOCK_OPEN = _OPEN_ONE.with_for_update(skip_locked=True)
_MESSAGE = select(message).where(message.c.id == bindparam("id"))
_WAITING_IDS = (
    select(message.c.id)
    .where(_OPEN, _WAITS, message.c.name == bindparam("name"), message.c.expires_at > bindparam("now"))
    .order_by(message.c.published_at, message.c.id)
)
_IS_EXPECTED = select(
    exists().where(
        message_subscription.c.message == bindparam("name"), message_subscription.c.correlation_key == bindparam("key")
    )
)
_FORGOTTEN = (
    select(message.c.id)
    .where(_ANSWERED, message.c.published_at < bindparam("before"))
    .order_by(message.c.published_at)
    .limit(bindparam("most"))
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


def is_expected(connection: Connection, name: str, key: str) -> bool:
    """Whether somebody waits for such a message."""
    return bool(connection.scalar(_IS_EXPECTED, {"name": name, "key": key}))


def select_oldest(connection: Connection, name: str, key: str, now: datetime, *, pending: bool) -> RowMapping | None:
    """The message of this name and key that came first of those that wait, and with `pending` of those on their way, too."""
    return connection.execute(_OLDEST, {"name": name, "key": key, "now": now, "pending": pending}).mappings().first()


def lock_oldest(connection: Connection, name: str, key: str, now: datetime) -> RowMapping | None:
    """The message of this name and key that came first, locked. None also when it was taken while this waited for it."""
    return connection.execute(_LOCK_OLDEST, {"name": name, "key": key, "now": now, "pending": True}).mappings().first()


def lock_open(connection: Connection, message_id: str) -> RowMapping | None:
    """A message that waits or is on its way, locked; None when it is neither any more."""
    return connection.execute(_LOCK_OPEN, {"id": message_id}).mappings().first()


def try_lock_open(connection: Connection, message_id: str) -> RowMapping | None:
    """The same without waiting; None also when it is in other hands."""
    return connection.execute(_TRY_LOCK_OPEN, {"id": message_id}).mappings().first()


def select_message(connection: Connection, message_id: str) -> RowMapping | None:
    """One message."""
    return connection.execute(_MESSAGE, {"id": message_id}).mappings().first()


def select_waiting_ids(connection: Connection, name: str, now: datetime) -> Sequence[str]:
    """Messages of this name that wait for a receiver, the oldest first."""
    return connection.execute(_WAITING_IDS, {"name": name, "now": now}).scalars().all()


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


def forget_answers(connection: Connection, before: datetime, most: int) -> int:
    """Delete some messages that were published earlier and stayed only to answer for their delivery ids; how many."""
    found = connection.execute(_FORGOTTEN, {"before": before, "most": most}).scalars().all()
    if found:
        connection.execute(_DELETE_MESSAGE, [{"the_id": one} for one in found])
    return len(found)


def replace_starts(connection: Connection, process_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The message start events of a process are now these."""
    connection.execute(delete(message_start).where(message_start.c.process_id == process_id))
    if rows:
        connection.execute(insert(message_start), list(rows))
