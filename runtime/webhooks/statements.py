"""Every statement on outgoing webhooks, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from runtime.webhooks.tables import webhook_delivery as delivery
from runtime.webhooks.tables import webhook_endpoint as endpoint

_ENDPOINTS = select(endpoint).order_by(endpoint.c.id)
_ACTIVE = select(endpoint.c.id, endpoint.c.events).where(endpoint.c.status == "active").order_by(endpoint.c.id)
_ENDPOINT = select(endpoint).where(endpoint.c.id == bindparam("the_id"))
_UPDATE_ENDPOINT = update(endpoint).where(endpoint.c.id == bindparam("the_id"))
_DELETE_ENDPOINT = delete(endpoint).where(endpoint.c.id == bindparam("the_id"))
_DELIVERY = select(delivery).where(delivery.c.id == bindparam("the_id"))
_UPDATE_DELIVERY = update(delivery).where(delivery.c.id == bindparam("the_id"))
_IDS_OF = select(delivery.c.id).where(delivery.c.endpoint_id == bindparam("endpoint"))
_OLD = (
    select(delivery.c.id)
    .where(delivery.c.status != "waiting", delivery.c.changed_at < bindparam("before"))
    .order_by(delivery.c.changed_at)
    .limit(bindparam("most"))
)
_DELETE_DELIVERY = delete(delivery).where(delivery.c.id == bindparam("the_id"))


def select_endpoints(connection: Connection) -> Sequence[RowMapping]:
    """All endpoints, the oldest first."""
    return connection.execute(_ENDPOINTS).mappings().all()


def select_active(connection: Connection) -> Sequence[RowMapping]:
    """Id and event types of the endpoints that are told."""
    return connection.execute(_ACTIVE).mappings().all()


def select_endpoint(connection: Connection, endpoint_id: str) -> RowMapping | None:
    """One endpoint."""
    return connection.execute(_ENDPOINT, {"the_id": endpoint_id}).mappings().first()


def lock_endpoint(connection: Connection, endpoint_id: str) -> RowMapping | None:
    """One endpoint, locked."""
    return connection.execute(_ENDPOINT.with_for_update(), {"the_id": endpoint_id}).mappings().first()


def insert_endpoint(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add an endpoint."""
    connection.execute(insert(endpoint), [dict(row)])


def update_endpoint(connection: Connection, endpoint_id: str, values: Mapping[str, Any]) -> None:
    """Change columns of an endpoint."""
    connection.execute(_UPDATE_ENDPOINT, {"the_id": endpoint_id, **values})


def delete_endpoint(connection: Connection, endpoint_id: str) -> None:
    """Delete an endpoint with its deliveries."""
    connection.execute(_DELETE_ENDPOINT, {"the_id": endpoint_id})


def select_delivery_ids(connection: Connection, endpoint_id: str) -> Sequence[str]:
    """Ids of all deliveries of an endpoint."""
    return connection.execute(_IDS_OF, {"endpoint": endpoint_id}).scalars().all()


def insert_deliveries(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add deliveries."""
    if rows:
        connection.execute(insert(delivery), [dict(row) for row in rows])


def select_delivery(connection: Connection, delivery_id: str) -> RowMapping | None:
    """One delivery."""
    return connection.execute(_DELIVERY, {"the_id": delivery_id}).mappings().first()


def lock_delivery(connection: Connection, delivery_id: str) -> RowMapping | None:
    """One delivery, locked."""
    return connection.execute(_DELIVERY.with_for_update(), {"the_id": delivery_id}).mappings().first()


def update_delivery(connection: Connection, delivery_id: str, values: Mapping[str, Any]) -> None:
    """Change columns of a delivery."""
    connection.execute(_UPDATE_DELIVERY, {"the_id": delivery_id, **values})


def select_deliveries(
    connection: Connection, *, endpoint_id: str | None, status: str | None, before: str | None, most: int
) -> Sequence[RowMapping]:
    """Deliveries, the latest first, from behind `before`."""
    wanted = select(delivery).order_by(delivery.c.id.desc()).limit(most)
    if endpoint_id is not None:
        wanted = wanted.where(delivery.c.endpoint_id == endpoint_id)
    if status is not None:
        wanted = wanted.where(delivery.c.status == status)
    if before is not None:
        wanted = wanted.where(delivery.c.id < before)
    return connection.execute(wanted).mappings().all()


def delete_old(connection: Connection, before: datetime, most: int) -> int:
    """Forget some deliveries that ended before; how many."""
    found = connection.execute(_OLD, {"before": before, "most": most}).scalars().all()
    if found:
        connection.execute(_DELETE_DELIVERY, [{"the_id": one} for one in found])
    return len(found)
