"""Statements behind the lists and pages of tasks and instances, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.sql.elements import BindParameter

from runtime.access.actor import Actor
from runtime.access.policy import passes
from runtime.access.tables import substitution, user_role
from runtime.jobs.tables import job
from runtime.messages.tables import message_subscription
from runtime.processes.business_fields import where
from runtime.processes.filters import InstanceFilter, TaskFilter
from runtime.processes.tables import (
    incident,
    instance_record,
    journal,
    process_definition,
    process_instance,
    user_task,
    user_task_candidate,
)
from runtime.store.pages import moment
from runtime.store.prepared import Prepared
from runtime.store.types import Row, UtcDateTime

_FAR = datetime(9999, 12, 31, tzinfo=UTC)
_IS_OPEN = user_task.c.status == literal_column("'open'")
_TASKS = select(
    user_task,
    process_instance.c.process_id,
    process_instance.c.business_key,
    process_definition.c.name.label("process_name"),
).select_from(
    user_task.join(process_instance, user_task.c.instance_id == process_instance.c.id).join(
        process_definition, user_task.c.definition_key == process_definition.c.key
    )
)
_TASK = Prepared(_TASKS.where(user_task.c.id == bindparam("task")))
_OWN_TASK = Prepared(select(user_task).where(user_task.c.id == bindparam("task")))
_CANDIDATES = Prepared(
    select(user_task_candidate.c.kind, user_task_candidate.c.name)
    .where(user_task_candidate.c.task_id == bindparam("task"))
    .order_by(user_task_candidate.c.name)
)
_INCIDENTS = select(func.count()).where(incident.c.instance_id == process_instance.c.id).scalar_subquery().label("incidents")
_INSTANCES = select(
    process_instance,
    process_definition.c.name.label("process_name"),
    process_definition.c.version.label("definition_version"),
    process_definition.c.resource,
    process_definition.c.deployment_id,
    _INCIDENTS,
).join_from(process_instance, process_definition)
_OPEN_INCIDENTS = select(
    incident,
    process_instance.c.process_id,
    process_instance.c.business_key,
    process_definition.c.name.label("process_name"),
).select_from(incident.join(process_instance).join(process_definition))


def due_order() -> ColumnElement[datetime]:
    """The due date for sorting: tasks without one come last."""
    return func.coalesce(user_task.c.due_date, BindParameter(None, _FAR, type_=UtcDateTime()))


def is_candidate(actor: Actor) -> ColumnElement[bool]:
    """The actor, or one of their roles, is a candidate of the task."""
    mine = or_(
        and_(user_task_candidate.c.kind == "user", user_task_candidate.c.name == actor.id),
        and_(user_task_candidate.c.kind == "group", user_task_candidate.c.name.in_(sorted(actor.roles))),
    )
    return exists().where(user_task_candidate.c.task_id == user_task.c.id, mine)


def _absent(actor: Actor, now: datetime) -> Select[Any]:
    """The people whom the actor stands in for."""
    current = (substitution.c.starts_at <= now, substitution.c.ends_at > now)
    return select(substitution.c.absent).where(substitution.c.deputy == actor.id, *current)


def _is_deputy_of_assignee(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return user_task.c.assignee.in_(_absent(actor, now))


def _is_deputy_of_candidate(actor: Actor, now: datetime) -> ColumnElement[bool]:
    absent = _absent(actor, now)
    roles = select(user_role.c.role).where(user_role.c.user_id.in_(absent))
    theirs = or_(
        and_(user_task_candidate.c.kind == "user", user_task_candidate.c.name.in_(absent)),
        and_(user_task_candidate.c.kind == "group", user_task_candidate.c.name.in_(roles)),
    )
    return exists().where(user_task_candidate.c.task_id == user_task.c.id, theirs)


def is_visible(actor: Actor, now: datetime) -> ColumnElement[bool] | None:
    """The actor may see the task, themselves or as somebody's deputy; None when they may see all."""
    if passes(actor):
        return None
    own = or_(user_task.c.assignee == actor.id, is_candidate(actor))
    return or_(own, _is_deputy_of_assignee(actor, now), _is_deputy_of_candidate(actor, now))


def tasks_of(actor: Actor, view: str, now: datetime) -> Select[Any]:
    """Open tasks: ``mine`` are assigned to the actor, ``groups`` unassigned and theirs to take, ``all`` all they may see.

    Those of the people whom the actor stands in for are among them.
    """
    statement = _TASKS.where(_IS_OPEN)
    if view == "mine":
        return statement.where(or_(user_task.c.assignee == actor.id, _is_deputy_of_assignee(actor, now)))
    if view == "groups":
        theirs = or_(is_candidate(actor), _is_deputy_of_candidate(actor, now))
        return statement.where(user_task.c.assignee.is_(None), theirs)
    visible = is_visible(actor, now)
    return statement if visible is None else statement.where(visible)


def tasks_like(statement: Select[Any], wanted: TaskFilter) -> Select[Any]:
    """Only tasks of a process, of a record, with a text in their name or business key, or with business fields."""
    if wanted.process_id is not None:
        statement = statement.where(process_instance.c.process_id == wanted.process_id)
    if wanted.text is not None:
        places = (user_task.c.name, process_instance.c.business_key)
        statement = statement.where(or_(*(place.icontains(wanted.text, autoescape=True) for place in places)))
    if wanted.record is not None:
        statement = about_record(statement, user_task.c.instance_id, wanted.record)
    return statement.where(*where(user_task.c.instance_id, wanted.fields))


def about_record(statement: Select[Any], column: ColumnElement[str], record: tuple[str, str]) -> Select[Any]:
    """Only what is linked with a record."""
    linked = exists().where(
        instance_record.c.instance_id == column,
        instance_record.c.record_type == record[0],
        instance_record.c.record_id == record[1],
    )
    return statement.where(linked)


def page_of_tasks(connection: Connection, statement: Select[Any], after: list[Any] | None, limit: int) -> Sequence[RowMapping]:
    """The most urgent first: by priority, then due date, then age. One row more than `limit` tells that there are more."""
    if after is not None:
        priority, due, task_id = after
        at = moment(due)
        later = or_(due_order() > at, and_(due_order() == at, user_task.c.id > task_id))
        statement = statement.where(or_(user_task.c.priority < priority, and_(user_task.c.priority == priority, later)))
    ordered = statement.order_by(user_task.c.priority.desc(), due_order(), user_task.c.id).limit(limit + 1)
    return connection.execute(ordered).mappings().all()


def task_position(row: RowMapping) -> list[Any]:
    """The sort values of a task."""
    return [row["priority"], (row["due_date"] or _FAR).isoformat(), row["id"]]


def count_tasks(connection: Connection, statement: Select[Any]) -> int:
    """How many tasks there are in all."""
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
    return connection.execute(counted).scalar_one()


def select_task(connection: Connection, task_id: str) -> Row | None:
    """One task, open or ended."""
    return _TASK.first(connection, {"task": task_id})


def select_own_task(connection: Connection, task_id: str) -> Row | None:
    """As `select_task`, only what the task's own row has."""
    return _OWN_TASK.first(connection, {"task": task_id})


def select_tasks_of_instance(connection: Connection, instance_id: str) -> Sequence[RowMapping]:
    """The open tasks of an instance."""
    statement = _TASKS.where(user_task.c.instance_id == instance_id, _IS_OPEN).order_by(user_task.c.key)
    return connection.execute(statement).mappings().all()


def select_candidates_of(connection: Connection, task_id: str) -> tuple[list[str], list[str]]:
    """Users and groups that may take a task."""
    found = _CANDIDATES.all(connection, {"task": task_id})
    users = [row["name"] for row in found if row["kind"] == "user"]
    return users, [row["name"] for row in found if row["kind"] == "group"]


def select_candidates(connection: Connection, task_ids: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Candidates by task and kind (group, user)."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    statement = select(user_task_candidate).where(user_task_candidate.c.task_id.in_(task_ids))
    for row in connection.execute(statement.order_by(user_task_candidate.c.name)):
        found[row.task_id, row.kind].append(row.name)
    return found


def select_records(connection: Connection, instance_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Linked records by instance."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    statement = select(instance_record).where(instance_record.c.instance_id.in_(instance_ids))
    for row in connection.execute(statement.order_by(instance_record.c.record_type, instance_record.c.record_id)):
        found[row.instance_id].append((row.record_type, row.record_id))
    return found


def page_of_instances(connection: Connection, chosen: InstanceFilter, after: str | None, limit: int) -> Sequence[RowMapping]:
    """The newest first. One row more than `limit` tells that there are more."""
    statement = _INSTANCES.where(*chosen.conditions)
    if after is not None:
        statement = statement.where(process_instance.c.id < after)
    return connection.execute(statement.order_by(process_instance.c.id.desc()).limit(limit + 1)).mappings().all()


def count_instances(connection: Connection, chosen: InstanceFilter) -> int:
    """How many instances a filter has."""
    counted = select(func.count()).select_from(process_instance.join(process_definition)).where(*chosen.conditions)
    return connection.execute(counted).scalar_one()


def select_instance_row(connection: Connection, instance_id: str) -> RowMapping | None:
    """One instance with its definition."""
    return connection.execute(_INSTANCES.where(process_instance.c.id == instance_id)).mappings().first()


def select_incidents(connection: Connection, instance_id: str | None) -> Sequence[RowMapping]:
    """Open incidents of an instance; with None those that belong to no instance."""
    of = incident.c.instance_id.is_(None) if instance_id is None else incident.c.instance_id == instance_id
    return connection.execute(select(incident).where(of).order_by(incident.c.raised_at, incident.c.id)).mappings().all()


def page_of_incidents(
    connection: Connection, chosen: InstanceFilter, code: str | None, after: tuple[datetime, str] | None, limit: int
) -> Sequence[RowMapping]:
    """Open incidents of instances, with process and business key, the oldest first; one row more than `limit` for the rest."""
    statement = _OPEN_INCIDENTS.where(*chosen.conditions)
    if code is not None:
        statement = statement.where(incident.c.code == code)
    if after is not None:
        at, last = after
        statement = statement.where(or_(incident.c.raised_at > at, and_(incident.c.raised_at == at, incident.c.id > last)))
    return connection.execute(statement.order_by(incident.c.raised_at, incident.c.id).limit(limit + 1)).mappings().all()


def select_incident_at(connection: Connection, instance_id: str | None, element: str | None) -> RowMapping | None:
    """An open incident at an element."""
    here = (incident.c.instance_id == instance_id, incident.c.element == element)
    return connection.execute(select(incident).where(*here).limit(1)).mappings().first()


def has_work_at(connection: Connection, instance_id: str | None, element: str | None) -> bool:
    """Whether a job at an element is still to be done, or is being done."""
    here = (job.c.instance_id == instance_id, job.c.element == element, job.c.kind != "timer", job.c.status != "failed")
    return connection.execute(select(exists().where(*here))).scalar_one()


def select_incident(connection: Connection, incident_id: str) -> RowMapping | None:
    """One open incident."""
    return connection.execute(select(incident).where(incident.c.id == incident_id)).mappings().first()


def select_jobs(connection: Connection, instance_id: str) -> Sequence[RowMapping]:
    """What is left to do for an instance."""
    statement = select(job).where(job.c.instance_id == instance_id).order_by(job.c.due, job.c.id)
    return connection.execute(statement).mappings().all()


def select_subscriptions(connection: Connection, instance_id: str) -> Sequence[RowMapping]:
    """The messages an instance waits for."""
    statement = select(message_subscription).where(message_subscription.c.instance_id == instance_id)
    return connection.execute(statement.order_by(message_subscription.c.key)).mappings().all()


def select_journal(connection: Connection, instance_id: str, after: int, limit: int) -> Sequence[RowMapping]:
    """Journal rows behind `after`, in order."""
    statement = select(journal).where(journal.c.instance_id == instance_id, journal.c.seq > after)
    return connection.execute(statement.order_by(journal.c.seq).limit(limit)).mappings().all()


def select_done_elements(connection: Connection, instance_id: str) -> Sequence[RowMapping]:
    """The user tasks of an instance that were completed: element and name, the last one first."""
    last = func.max(user_task.c.ended_at)
    statement = select(user_task.c.element, func.max(user_task.c.name).label("name")).where(
        user_task.c.instance_id == instance_id, user_task.c.status == "completed", user_task.c.co_signs.is_(None)
    )
    return connection.execute(statement.group_by(user_task.c.element).order_by(last.desc())).mappings().all()


def select_journal_since(connection: Connection, instance_id: str, at: datetime, limit: int) -> Sequence[RowMapping]:
    """Journal rows from a time on, in order."""
    statement = select(journal).where(journal.c.instance_id == instance_id, journal.c.at >= at)
    return connection.execute(statement.order_by(journal.c.seq).limit(limit)).mappings().all()
