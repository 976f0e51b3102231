"""Which instances are exported, and the statements that read them page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from runtime.history import statements
from runtime.processes.tables import instance_record, process_definition, process_instance
from runtime.store.types import Row

PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whole instances: of a process, of a version of it, begun at or after `since` and before `until`."""

    process_id: str | None = None
    version: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def instances(connection: Connection, selection: Selection) -> Iterator[Row]:
    """The instances in the order of their ids, with their version and the name of their process."""
    statement, after = _chosen(selection), ""
    while True:
        page = connection.execute(statement.where(process_instance.c.id > after).limit(PAGE)).mappings().all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["id"]


def journal_of(connection: Connection, instance_id: str) -> Iterator[Row]:
    """The rows of an instance's journal in their order."""
    after = 0
    while True:
        page = statements.select_rows(connection, instance_id, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]["seq"]


def records_of(connection: Connection, instance_id: str) -> list[tuple[str, str]]:
    """Types and ids of the records an instance is linked with."""
    c = instance_record.c
    found = select(c.record_type, c.record_id).where(c.instance_id == instance_id).order_by(c.record_type, c.record_id)
    return [(row.record_type, row.record_id) for row in connection.execute(found)]


def records(connection: Connection, selection: Selection) -> Iterator[tuple[str, str]]:
    """Types and ids of all records that the instances are linked with, each once."""
    c = instance_record.c
    chosen = _chosen(selection).with_only_columns(process_instance.c.id).order_by(None)
    statement = select(c.record_type, c.record_id).where(c.instance_id.in_(chosen)).distinct()
    ordered, last = statement.order_by(c.record_type, c.record_id).limit(PAGE), ("", "")
    while True:
        later = or_(c.record_type > last[0], and_(c.record_type == last[0], c.record_id > last[1]))
        page = connection.execute(ordered.where(later)).all()
        yield from ((row.record_type, row.record_id) for row in page)
        if len(page) < PAGE:
            return
        last = (page[-1].record_type, page[-1].record_id)


def _chosen(selection: Selection) -> Select[Any]:
    i, d = process_instance.c, process_definition.c
    columns = (i.id, i.process_id, i.business_key, i.status, i.started_at, i.started_by, i.ended_at)
    statement = select(*columns, d.version, d.name.label("process_name")).join_from(process_instance, process_definition)
    if selection.process_id is not None:
        statement = statement.where(i.process_id == selection.process_id)
    if selection.version is not None:
        statement = statement.where(d.version == selection.version)
    if selection.since is not None:
        statement = statement.where(i.started_at >= selection.since)
    if selection.until is not None:
        statement = statement.where(i.started_at < selection.until)
    return statement.order_by(i.id)
