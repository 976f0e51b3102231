"""Every SQL statement about batches, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, literal, null, select, update

from runtime.operations.tables import batch, batch_item
from runtime.processes.filters import InstanceFilter
from runtime.processes.tables import incident, process_definition, process_instance
from runtime.store.prepared import Prepared
from runtime.store.types import Row

Values = Mapping[str, Any]

_ITEM_COLUMNS = ("batch_id", "number", "subject", "instance_id", "element", "state")
_NEXT = (
    select(batch_item)
    .where(batch_item.c.batch_id == bindparam("batch"), batch_item.c.state == bindparam("state"))
    .order_by(batch_item.c.number)
    .limit(1)
)
_CLAIM = Prepared(_NEXT.with_for_update(skip_locked=True))
_BATCH = Prepared(select(batch).where(batch.c.id == bindparam("batch")))
_LOCK = Prepared(select(batch).where(batch.c.id == bindparam("batch")).with_for_update())
_RESULT = Prepared(
    update(batch_item).where(batch_item.c.batch_id == bindparam("the_batch"), batch_item.c.number == bindparam("the_number"))
)


def insert_batch(connection: Connection, values: Values) -> None:
    """A new batch, still without items."""
    connection.execute(insert(batch), dict(values))


def freeze_instances(connection: Connection, batch_id: str, chosen: InstanceFilter) -> int:
    """Write down the instances that a filter has now, the oldest first; how many."""
    number = func.row_number().over(order_by=process_instance.c.id)
    source = process_instance.join(process_definition)
    found = select(literal(batch_id), number, process_instance.c.id, process_instance.c.id, null(), literal("waiting"))
    return _freeze(connection, batch_id, found.select_from(source).where(*chosen.conditions))


def freeze_incidents(connection: Connection, batch_id: str, chosen: InstanceFilter) -> int:
    """Write down the open incidents of the instances that a filter has now, the oldest first; how many."""
    number = func.row_number().over(order_by=(incident.c.raised_at, incident.c.id))
    source = incident.join(process_instance).join(process_definition)
    found = select(literal(batch_id), number, incident.c.id, process_instance.c.id, incident.c.element, literal("waiting"))
    return _freeze(connection, batch_id, found.select_from(source).where(*chosen.conditions))


def _freeze(connection: Connection, batch_id: str, found: Select[Any]) -> int:
    connection.execute(insert(batch_item).from_select(list(_ITEM_COLUMNS), found))
    counted = select(func.count()).select_from(batch_item).where(batch_item.c.batch_id == batch_id)
    return connection.execute(counted).scalar_one()


def select_batch(connection: Connection, batch_id: str) -> Row | None:
    """One batch."""
    return _BATCH.first(connection, {"batch": batch_id})


def lock_batch(connection: Connection, batch_id: str) -> Row | None:
    """One batch, locked until the transaction ends."""
    return _LOCK.first(connection, {"batch": batch_id})


def update_batch(connection: Connection, batch_id: str, values: Values) -> None:
    """Change a batch."""
    connection.execute(update(batch).where(batch.c.id == batch_id).values(**values))


def page_of_batches(connection: Connection, before: str | None, limit: int) -> Sequence[RowMapping]:
    """The newest first. One row more than `limit` tells that there are more."""
    statement = select(batch).order_by(batch.c.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(batch.c.id < before)
    return connection.execute(statement).mappings().all()


def count_states(connection: Connection, batch_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Numbers of items by batch and state."""
    found: dict[str, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    statement = select(batch_item.c.batch_id, batch_item.c.state, func.count()).where(batch_item.c.batch_id.in_(batch_ids))
    for batch_id, state, count in connection.execute(statement.group_by(batch_item.c.batch_id, batch_item.c.state)):
        found[batch_id][state] = count
    return found


def page_of_items(connection: Connection, batch_id: str, state: str | None, after: int, limit: int) -> Sequence[RowMapping]:
    """Items in their order. One row more than `limit` tells that there are more."""
    statement = select(batch_item).where(batch_item.c.batch_id == batch_id, batch_item.c.number > after)
    if state is not None:
        statement = statement.where(batch_item.c.state == state)
    return connection.execute(statement.order_by(batch_item.c.number).limit(limit + 1)).mappings().all()


def claim_item(connection: Connection, batch_id: str, state: str) -> Row | None:
    """The next item in a state, locked; those that another worker has in hand are passed over."""
    return _CLAIM.first(connection, {"batch": batch_id, "state": state})


def select_trying(connection: Connection, batch_id: str, limit: int, before: datetime) -> Sequence[RowMapping]:
    """Items whose work others still do, looked at longest ago."""
    trying = (batch_item.c.batch_id == batch_id, batch_item.c.state == "trying", batch_item.c.at <= before)
    statement = select(batch_item).where(*trying).order_by(batch_item.c.at, batch_item.c.number).limit(limit)
    return connection.execute(statement.with_for_update(skip_locked=True)).mappings().all()


def update_item(connection: Connection, item: Row, values: Values) -> None:
    """Write down what came of an item."""
    _RESULT.run(connection, {"the_batch": item["batch_id"], "the_number": item["number"], **values})


def wait_again(connection: Connection, batch_id: str, state: str) -> int:
    """Let all items in a state wait once more; how many."""
    these = (batch_item.c.batch_id == batch_id, batch_item.c.state == state)
    values = {"state": "waiting", "code": None, "message": None, "at": None}
    return connection.execute(update(batch_item).where(*these).values(**values)).rowcount
