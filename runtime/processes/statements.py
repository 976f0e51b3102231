"""Statements that every step of an instance uses, by name. Lists and screens have theirs in `queries`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, literal_column, select, update

from runtime.processes.tables import (
    element_instance,
    incident,
    instance_record,
    journal,
    process_instance,
    user_task,
    user_task_candidate,
)
from runtime.store.prepared import Prepared

Row = Mapping[str, Any]
Rows = Sequence[Row]

_WHOLE = select(process_instance).where(process_instance.c.id == bindparam("id"))
_INSTANCE = Prepared(_WHOLE)
# FOR NO KEY UPDATE: rows that refer to the instance may be inserted by others meanwhile.
_LOCK = Prepared(_WHOLE.with_for_update(key_share=True))
_TRY_LOCK = Prepared(_WHOLE.with_for_update(key_share=True, skip_locked=True))
_INSTANCE_IS = element_instance.c.instance_id == bindparam("id")
_IN_A_CROWD = element_instance.c.crowd > literal_column("0")
_LINKED_AT_ALL = exists().where(instance_record.c.instance_id == bindparam("id"))
_CROWDED = exists().where(_INSTANCE_IS, _IN_A_CROWD).correlate(None)
_ELEMENTS = Prepared(
    select(element_instance.c.data, _CROWDED.label("crowded"), _LINKED_AT_ALL.label("linked")).where(
        _INSTANCE_IS, element_instance.c.crowd == literal_column("0")
    )
)
_CROWD = select(element_instance.c.key, element_instance.c.crowd, element_instance.c.wait, element_instance.c.data)
_HAS_WAIT = element_instance.c.wait >= literal_column("0")  # as all there; it lets the databases use the partial index
_ONE_OF_CROWD = Prepared(_CROWD.where(_INSTANCE_IS, element_instance.c.key == bindparam("key"), _HAS_WAIT))
_WAITING_NEAR = Prepared(_CROWD.where(_INSTANCE_IS, element_instance.c.wait.between(bindparam("first"), bindparam("last"))))
_WAITS = element_instance.c.wait > literal_column("0")
_WAITING_IN_CROWD = Prepared(_CROWD.where(_INSTANCE_IS, _WAITS).limit(bindparam("number")))
_INSIDE = _CROWD.where(_INSTANCE_IS, element_instance.c.crowd == bindparam("scope")).order_by(element_instance.c.key)
_ALL_INSIDE = Prepared(_INSIDE)
_FIRST_INSIDE = Prepared(_INSIDE.limit(bindparam("number")))
_WHOLE_CROWD = Prepared(_CROWD.where(_INSTANCE_IS, _IN_A_CROWD))
_INSERT_ELEMENT = Prepared(insert(element_instance))
_THIS_ELEMENT = and_(
    element_instance.c.instance_id == bindparam("the_instance"),
    element_instance.c.crowd == bindparam("the_crowd"),
    element_instance.c.key == bindparam("the_key"),
)
_UPDATE_ELEMENT = Prepared(update(element_instance).where(_THIS_ELEMENT).values(data=bindparam("the_data")))
_DELETE_ELEMENT = Prepared(delete(element_instance).where(_THIS_ELEMENT))
_STEP = Prepared(
    update(process_instance).where(
        process_instance.c.id == bindparam("the_id"), process_instance.c.version == bindparam("the_version")
    )
)
_DELETE_CANDIDATES = Prepared(delete(user_task_candidate).where(user_task_candidate.c.task_id == bindparam("the_task")))
_LINKED = select(instance_record.c.record_type, instance_record.c.record_id).where(
    instance_record.c.instance_id == bindparam("instance_id")
)
_LINKS = Prepared(_LINKED)
_LINK = Prepared(
    _LINKED.where(
        instance_record.c.record_type == bindparam("record_type"), instance_record.c.record_id == bindparam("record_id")
    )
)
_INSERT_LINK = Prepared(insert(instance_record))
_INSERT_INSTANCE = Prepared(insert(process_instance))
_INSERT_JOURNAL = Prepared(insert(journal))
_INSERT_TASK = Prepared(insert(user_task))
_INSERT_CANDIDATE = Prepared(insert(user_task_candidate))
_UPDATE_TASK = Prepared(update(user_task).where(user_task.c.id == bindparam("the_id")))
_INSERT_INCIDENT = Prepared(insert(incident))
_DELETE_INCIDENT = Prepared(delete(incident).where(incident.c.id == bindparam("the_id")))
_DELETE_INCIDENTS_OF = Prepared(delete(incident).where(incident.c.instance_id == bindparam("the_instance")))


def select_instance(connection: Connection, instance_id: str) -> Row | None:
    """The row of an instance, not locked."""
    return _INSTANCE.first(connection, {"id": instance_id})


def lock_instance(connection: Connection, instance_id: str) -> Row | None:
    """The row of an instance, locked for this transaction; waits for whoever holds it."""
    return _LOCK.first(connection, {"id": instance_id})


def try_lock_instance(connection: Connection, instance_id: str) -> Row | None:
    """The row of an instance, locked; None when somebody holds it (or it does not exist)."""
    return _TRY_LOCK.first(connection, {"id": instance_id})


def select_elements(connection: Connection, instance_id: str) -> Rows:
    """The stored active element instances (data) that are read with every step; whether there are others (crowded), and whether
    a record is linked. Not one statement with the lock, which would read them as they were before it."""
    return _ELEMENTS.all(connection, {"id": instance_id})


def select_of_crowd(connection: Connection, instance_id: str, key: int) -> Rows:
    """The element instance of a crowd with this key."""
    return _ONE_OF_CROWD.all(connection, {"id": instance_id, "key": key})


def select_waiting_near(connection: Connection, instance_id: str, first: int, last: int) -> Rows:
    """Those of a crowd whose lowest open wait lies between these."""
    return _WAITING_NEAR.all(connection, {"id": instance_id, "first": first, "last": last})


def select_waiting_in_crowd(connection: Connection, instance_id: str, limit: int) -> Rows:
    """Some of a crowd that wait for something."""
    return _WAITING_IN_CROWD.all(connection, {"id": instance_id, "number": limit})


def select_inside(connection: Connection, instance_id: str, scope: int, limit: int | None) -> Rows:
    """Those of a crowd that a scope holds directly, in order, all or the first ones."""
    if limit is None:
        return _ALL_INSIDE.all(connection, {"id": instance_id, "scope": scope})
    return _FIRST_INSIDE.all(connection, {"id": instance_id, "scope": scope, "number": limit})


def select_crowd(connection: Connection, instance_id: str) -> Rows:
    """All of a crowd."""
    return _WHOLE_CROWD.all(connection, {"id": instance_id})


def write_elements(connection: Connection, instance_id: str, new: Rows, changed: Rows, gone: Mapping[int, int]) -> None:
    """Save what a step did to the element instances; rows are whole, `gone` has keys and the crowd of each."""
    _DELETE_ELEMENT.run_all(
        connection, [{"the_instance": instance_id, "the_crowd": crowd, "the_key": key} for key, crowd in gone.items()]
    )
    _UPDATE_ELEMENT.run_all(connection, [_at(instance_id, row) | {"the_data": row["data"]} for row in changed])
    _INSERT_ELEMENT.run_all(connection, new)


def _at(instance_id: str, row: Row) -> dict[str, Any]:
    return {"the_instance": instance_id, "the_crowd": row["crowd"], "the_key": row["key"]}


def insert_instance(connection: Connection, row: Row) -> None:
    """Add an instance that is about to start."""
    _INSERT_INSTANCE.run(connection, row)


def step_instance(connection: Connection, instance_id: str, version: int, values: Row) -> bool:
    """Write the instance's row if it still has `version`; the fence against a second writer."""
    changes = {"the_id": instance_id, "the_version": version, "version": version + 1, **values}
    return _STEP.run(connection, changes) == 1


def insert_journal(connection: Connection, row: Row) -> None:
    """Add the one line that a transaction writes about an instance."""
    _INSERT_JOURNAL.run(connection, row)


def insert_tasks(connection: Connection, tasks: Rows, candidates: Rows) -> None:
    """Add user tasks and who may take them."""
    _INSERT_TASK.run_all(connection, tasks)
    _INSERT_CANDIDATE.run_all(connection, candidates)


def update_task(connection: Connection, task_id: str, values: Row) -> None:
    """Change a user task."""
    _UPDATE_TASK.run(connection, {"the_id": task_id, **values})


def delete_candidates(connection: Connection, task_ids: Collection[str]) -> None:
    """Nobody may take these tasks any more."""
    _DELETE_CANDIDATES.run_all(connection, [{"the_task": task_id} for task_id in task_ids])


def insert_incidents(connection: Connection, rows: Rows) -> None:
    """Add open incidents."""
    _INSERT_INCIDENT.run_all(connection, rows)


def rename_incident(connection: Connection, incident_id: str, element: str) -> None:
    """The incident belongs to another element of the diagram now."""
    connection.execute(update(incident).where(incident.c.id == incident_id).values(element=element))


def delete_incidents(connection: Connection, ids: Collection[str]) -> None:
    """Close incidents."""
    _DELETE_INCIDENT.run_all(connection, [{"the_id": incident_id} for incident_id in ids])


def delete_incidents_of(connection: Connection, instance_id: str) -> None:
    """Close whatever is open of an instance that ended."""
    _DELETE_INCIDENTS_OF.run(connection, {"the_instance": instance_id})


def select_links(connection: Connection, instance_id: str) -> Sequence[tuple[str, str]]:
    """Types and ids of the records linked with an instance."""
    return [(row["record_type"], row["record_id"]) for row in _LINKS.all(connection, {"instance_id": instance_id})]


def insert_link(connection: Connection, instance_id: str, record_type: str, record_id: str) -> bool:
    """Link a record with an instance; False when it was linked already. The caller holds the instance's lock."""
    values = {"instance_id": instance_id, "record_type": record_type, "record_id": record_id}
    if _LINK.first(connection, values) is not None:
        return False
    _INSERT_LINK.run(connection, values)
    return True
