"""Process instances as lists and pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import RowMapping

from engine.api import ElementInstance, State, Value, load
from runtime.errors import NotFound
from runtime.processes import deployment_statements, queries, statements
from runtime.processes.filters import InstanceFilter
from runtime.processes.library import Library
from runtime.processes.state import load_state
from runtime.processes.tasks import task_rows
from runtime.processes.views import (
    ElementView,
    IncidentRow,
    IncidentView,
    InstanceDetail,
    InstanceRow,
    JobView,
    JournalRow,
    SubscriptionView,
)
from runtime.store.pages import Page, cut, from_cursor, moment, page_size
from runtime.store.types import Row
from runtime.store.work import Work

T = TypeVar("T")


class Instances:
    """Reads instances; whoever calls it has asked the policy."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def page(
        self,
        work: Work,
        chosen: InstanceFilter,
        *,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[InstanceRow]:
        """Instances, the newest first. Raises Invalid for an unknown position or limit."""
        position = None if after is None else str(from_cursor(after, 1)[0])
        rows = queries.page_of_instances(work.connection, chosen, position, page_size(limit))
        return cut(rows, limit, lambda row: [row["id"]], _instance_row)

    @staticmethod
    def open_incidents(
        work: Work, chosen: InstanceFilter, *, code: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[IncidentRow]:
        """Open incidents of the instances, the oldest first. Raises Invalid for an unknown position or limit."""
        position = None if after is None else incident_position(after)
        rows = queries.page_of_incidents(work.connection, chosen, code, position, page_size(limit))
        return cut(rows, limit, lambda row: [row["raised_at"].isoformat(), row["id"]], lambda row: _pick(IncidentRow, row))

    def detail(self, work: Work, instance_id: str) -> InstanceDetail:
        """Everything about an instance now. Raises NotFound."""
        row = queries.select_instance_row(work.connection, instance_id)
        stored = statements.select_instance(work.connection, instance_id)
        if row is None or stored is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        state = load_state(work.connection, stored)
        elements = tuple(element_view(self._library, work, element) for element in state.elements.values())
        own = [e.element for e in state.elements.values() if e.process == row["definition_key"] and e.parent is not None]
        xml = deployment_statements.select_resource(work.connection, row["deployment_id"], row["resource"])
        return InstanceDetail(
            instance=_instance_row(row),
            variables=_variables(row, state),
            elements=elements,
            counts=Counter(own),
            incidents=self.incidents(work, instance_id),
            tasks=task_rows(work, queries.select_tasks_of_instance(work.connection, instance_id)),
            jobs=tuple(_pick(JobView, job) for job in queries.select_jobs(work.connection, instance_id)),
            subscriptions=tuple(_pick(SubscriptionView, s) for s in queries.select_subscriptions(work.connection, instance_id)),
            records=tuple(queries.select_records(work.connection, [instance_id]).get(instance_id, ())),
            resource=row["resource"],
            xml=xml or b"",
        )

    def incidents(self, work: Work, instance_id: str | None) -> tuple[IncidentView, ...]:
        """Open incidents of an instance; with None those of jobs that belong to no instance."""
        return tuple(_pick(IncidentView, row) for row in queries.select_incidents(work.connection, instance_id))

    def journal(self, work: Work, instance_id: str, after: int = 0, limit: int = 200) -> tuple[JournalRow, ...]:
        """What happened to an instance, a row a transaction, behind the row `after`. Raises NotFound or Invalid."""
        if statements.select_instance(work.connection, instance_id) is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        rows = queries.select_journal(work.connection, instance_id, after, page_size(limit))
        return tuple(_pick(JournalRow, {**row, "events": tuple(row["events"])}) for row in rows)


def incident_position(after: str) -> tuple[datetime, str]:
    """When an incident was raised, and its id. Raises Invalid."""
    at, last = from_cursor(after, 2)
    return moment(at), str(last)


def element_view(library: Library, work: Work, element: ElementInstance) -> ElementView:
    """An element instance with what its diagram says about it."""
    bundle, process_id = library.place(work, element.process)
    model = bundle.processes[process_id]
    node = model.elements.get(element.element)
    return ElementView(
        key=element.key,
        element=element.element,
        name=node.name if node else model.name or process_id,
        type=node.type if node else "process",
        process_id=process_id,
        parent=element.parent,
        phase=str(element.phase),
        variables=element.variables,
    )


def _instance_row(row: RowMapping) -> InstanceRow:
    return _pick(InstanceRow, {**row, "version": row["definition_version"]})


def _variables(row: RowMapping, state: State) -> Mapping[str, Value]:
    if row["result"] is not None:
        found: Mapping[str, Value] = load(row["result"])
        return found
    root = next(iter(state.elements.values()), None)
    return (root.variables if root else None) or {}


def _pick(view: type[T], row: Row) -> T:
    """The view made of those columns that it has fields for."""
    return view(**{name: row[name] for name in view.__dataclass_fields__})  # type: ignore[attr-defined]  # views are dataclasses
