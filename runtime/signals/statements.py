"""Every statement on signals, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select

from runtime.signals.tables import signal_start, signal_subscription

_WAITING = (
    select(signal_subscription.c.instance_id)
    .distinct()
    .where(
        signal_subscription.c.signal == bindparam("signal"),
        signal_subscription.c.instance_id > bindparam("after"),
        signal_subscription.c.opened_at <= bindparam("at"),
    )
    .order_by(signal_subscription.c.instance_id)
    .limit(bindparam("most"))
)
_STARTS = select(signal_start).where(signal_start.c.signal == bindparam("signal")).order_by(signal_start.c.process_id)
_DELETE_SUBSCRIPTION = delete(signal_subscription).where(signal_subscription.c.id == bindparam("the_id"))


def select_waiting(connection: Connection, signal: str, at: datetime, *, after: str, most: int) -> Sequence[str]:
    """Instances that wait for the signal since `at` or longer, by id, from behind `after`."""
    wanted = {"signal": signal, "at": at, "after": after, "most": most}
    return connection.execute(_WAITING, wanted).scalars().all()


def select_starts(connection: Connection, signal: str) -> Sequence[RowMapping]:
    """Signal start events of latest versions for this signal."""
    return connection.execute(_STARTS, {"signal": signal}).mappings().all()


def insert_subscriptions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Open subscriptions."""
    if rows:
        connection.execute(insert(signal_subscription), list(rows))


def delete_subscriptions(connection: Connection, ids: Collection[str]) -> None:
    """Close subscriptions."""
    if ids:
        connection.execute(_DELETE_SUBSCRIPTION, [{"the_id": subscription} for subscription in ids])


def replace_starts(connection: Connection, process_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The signal start events of a process are now these."""
    connection.execute(delete(signal_start).where(signal_start.c.process_id == process_id))
    if rows:
        connection.execute(insert(signal_start), list(rows))
