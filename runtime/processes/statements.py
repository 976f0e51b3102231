"""Statements that every step of an instance uses, by name. Lists and screens have theirs in `queries`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from runtime.processes.tables import (
    element_instance,
    incident,
    instance_record,
    journal,
    process_instance,
    user_task,
    user_task_candidate,
)

Row = Mapping[str, Any]
Rows = Sequence[Row]

_INSTANCE = select(process_instance).where(process_instance.c.id == bindparam("id"))
# FOR NO KEY UPDATE: rows that refer to the instance may be inserted by others meanwhile.
_LOCK = _INSTANCE.with_for_update(key_share=True)
_TRY_LOCK = _INSTANCE.with_for_update(key_share=True, skip_locked=True)
_ELEMENTS = select(element_instance.c.data).where(element_instance.c.instance_id == bindparam("id"))
_INSERT_ELEMENT = insert(element_instance)
_UPDATE_ELEMENT = (
    update(element_instance)
    .where(element_instance.c.instance_id == bindparam("the_instance"), element_instance.c.key == bindparam("the_key"))
    .values(data=bindparam("the_data"))
)
_DELETE_ELEMENT = delete(element_instance).where(
    element_instance.c.instance_id == bindparam("the_instance"), element_instance.c.key == bindparam("the_key")
)
_STEP = update(process_instance).where(
    process_instance.c.id == bindparam("the_id"), process_instance.c.version == bindparam("the_version")
)
_DELETE_CANDIDATES = delete(user_task_candidate).where(user_task_candidate.c.task_id == bindparam("the_task"))
_LINKS = select(instance_record.c.record_type, instance_record.c.record_id).where(
    instance_record.c.instance_id == bindparam("instance_id")
)
_LINK = _LINKS.where(
    instance_record.c.record_type == bindparam("record_type"), instance_record.c.record_id == bindparam("record_id")
)
_INSERT_LINK = insert(instance_record)
_INSERT_INSTANCE = insert(process_instance)
_INSERT_JOURNAL = insert(journal)
_INSERT_TASK = insert(user_task)
_INSERT_CANDIDATE = insert(user_task_candidate)
_UPDATE_TASK = update(user_task).where(user_task.c.id == bindparam("the_id"))
_INSERT_INCIDENT = insert(incident)
_DELETE_INCIDENT = delete(incident).where(incident.c.id == bindparam("the_id"))


def select_instance(connection: Connection, instance_id: str) -> RowMapping | None:
    """The row of an instance, not locked."""
    return connection.execute(_INSTANCE, {"id": instance_id}).mappings().first()


def lock_instance(connection: Connection, instance_id: str) -> RowMapping | None:
    """The row of an instance, locked for this transaction; waits for whoever holds it."""
    return connection.execute(_LOCK, {"id": instance_id}).mappings().first()


def try_lock_instance(connection: Connection, instance_id: str) -> RowMapping | None:
    """The row of an instance, locked; None when somebody holds it (or it does not exist)."""
    return connection.execute(_TRY_LOCK, {"id": instance_id}).mappings().first()


def select_elements(connection: Connection, instance_id: str) -> Sequence[Any]:
    """The stored active element instances. Not one statement with the lock, which would read them as they were before it."""
    return connection.execute(_ELEMENTS, {"id": instance_id}).scalars().all()


def write_elements(connection: Connection, instance_id: str, new: Rows, changed: Rows, gone: Collection[int]) -> None:
    """Save what a step did to the element instances; rows are whole, `gone` are keys."""
    if gone:
        connection.execute(_DELETE_ELEMENT, [{"the_instance": instance_id, "the_key": key} for key in gone])
    if changed:
        values = [{"the_instance": instance_id, "the_key": row["key"], "the_data": row["data"]} for row in changed]
        connection.execute(_UPDATE_ELEMENT, values)
    if new:
        connection.execute(_INSERT_ELEMENT, list(new))


def insert_instance(connection: Connection, row: Row) -> None:
    """Add an instance that is about to start."""
    connection.execute(_INSERT_INSTANCE, dict(row))


def step_instance(connection: Connection, instance_id: str, version: int, values: Row) -> bool:
    """Write the instance's row if it still has `version`; the fence against a second writer."""
    changes = {"the_id": instance_id, "the_version": version, "version": version + 1, **values}
    return connection.execute(_STEP, changes).rowcount == 1


def insert_journal(connection: Connection, row: Row) -> None:
    """Add the one line that a transaction writes about an instance."""
    connection.execute(_INSERT_JOURNAL, dict(row))


def insert_tasks(connection: Connection, tasks: Rows, candidates: Rows) -> None:
    """Add user tasks and who may take them."""
    if tasks:
        connection.execute(_INSERT_TASK, list(tasks))
    if candidates:
        connection.execute(_INSERT_CANDIDATE, list(candidates))


def update_task(connection: Connection, task_id: str, values: Row) -> None:
    """Change a user task."""
    connection.execute(_UPDATE_TASK, {"the_id": task_id, **values})


def delete_candidates(connection: Connection, task_ids: Collection[str]) -> None:
    """Nobody may take these tasks any more."""
    if task_ids:
        connection.execute(_DELETE_CANDIDATES, [{"the_task": task_id} for task_id in task_ids])


def insert_incidents(connection: Connection, rows: Rows) -> None:
    """Add open incidents."""
    if rows:
        connection.execute(_INSERT_INCIDENT, list(rows))


def rename_incident(connection: Connection, incident_id: str, element: str) -> None:
    """The incident belongs to another element of the diagram now."""
    connection.execute(update(incident).where(incident.c.id == incident_id).values(element=element))


def delete_incidents(connection: Connection, ids: Collection[str]) -> None:
    """Close incidents."""
    if ids:
        connection.execute(_DELETE_INCIDENT, [{"the_id": incident_id} for incident_id in ids])


def delete_incidents_of(connection: Connection, instance_id: str) -> None:
    """Close whatever is open of an instance that ended."""
    connection.execute(delete(incident).where(incident.c.instance_id == instance_id))


def select_links(connection: Connection, instance_id: str) -> Sequence[tuple[str, str]]:
    """Types and ids of the records linked with an instance."""
    return [(row.record_type, row.record_id) for row in connection.execute(_LINKS, {"instance_id": instance_id})]


def insert_link(connection: Connection, instance_id: str, record_type: str, record_id: str) -> bool:
    """Link a record with an instance; False when it was linked already. The caller holds the instance's lock."""
    values = {"instance_id": instance_id, "record_type": record_type, "record_id": record_id}
    if connection.execute(_LINK, values).first() is not None:
        return False
    connection.execute(_INSERT_LINK, values)
    return True
