"""Questions to the read models. What they do not hold yet of an instance is read from its journal, so the answer is of now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from runtime.errors import NotFound
from runtime.history import statements
from runtime.history.folding import Folded, fold, touched
from runtime.history.projection import kinds
from runtime.history.tables import history_activity, history_decision, history_position
from runtime.processes.library import Library
from runtime.processes.tables import process_definition
from runtime.store.types import Row
from runtime.store.work import Work

TAIL = 1_000
"""Rows of a journal that are read when the read models are behind."""


def activities(work: Work, library: Library, instance_id: str, *, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Element instances with a key above `after`, in the order in which they began. Raises NotFound."""
    tail = _tail(work, library, instance_id)
    c = history_activity.c
    statement = select(history_activity).where(c.instance_id == instance_id, c.key > after).order_by(c.key).limit(limit)
    stored = {row["key"]: dict(row) for row in work.connection.execute(statement).mappings()}
    found = [tail.activities.get(key, row) if key in tail.changed else row for key, row in stored.items()]
    found += [tail.activities[key] for key in sorted(tail.new) if key > after and key not in stored]
    return found[:limit]


def decisions(work: Work, library: Library, instance_id: str, *, limit: int = 200) -> list[dict[str, Any]]:
    """The decisions of an instance in their order: what went in, which rules were hit, what came out. Raises NotFound."""
    tail = _tail(work, library, instance_id)
    c = history_decision.c
    statement = select(history_decision).where(c.instance_id == instance_id).order_by(c.seq, c.number).limit(limit)
    return [*map(dict, work.connection.execute(statement).mappings()), *tail.decisions][:limit]


def durations(work: Work, process_id: str, version: int | None = None) -> Sequence[Row]:
    """For each element of a process: how often it ended as it should, and the median and the 95th of 100 durations.

    Of durations that are sorted it is the one at that place (the nearest rank). Milliseconds.
    """
    rank, number = _ranked(process_id, version)
    place = func.row_number().over(partition_by=rank, order_by=history_activity.c.milliseconds)
    size = func.count().over(partition_by=rank)
    ranked = number.add_columns(place.label("place"), size.label("size")).subquery()
    c = ranked.c
    at_most = {name: func.min(c.milliseconds).filter(c.place * 100 >= c.size * share) for name, share in _SHARES.items()}
    columns = [total.label(name) for name, total in at_most.items()]
    statement = select(c.element, c.kind, func.count().label("count"), *columns, func.max(c.milliseconds).label("longest"))
    return work.connection.execute(statement.group_by(c.element, c.kind).order_by(c.element)).mappings().all()


_SHARES = {"median": 50, "p95": 95}


def _ranked(process_id: str, version: int | None) -> Any:
    a, d = history_activity.c, process_definition.c
    joined = history_activity.join(process_definition, a.definition_key == d.key)
    statement = select(a.element, a.kind, a.milliseconds).select_from(joined)
    statement = statement.where(d.process_id == process_id, a.outcome == "completed")
    return (a.element, a.kind), statement if version is None else statement.where(d.version == version)


def _tail(work: Work, library: Library, instance_id: str) -> Folded:
    """What the journal says beyond the read models."""
    if not statements.select_versions_of(work.connection, [instance_id]):
        raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
    rows = statements.select_rows(work.connection, instance_id, _projected(work.connection, instance_id), TAIL)
    return fold(rows, statements.select_stored(work.connection, instance_id, *touched(rows)), kinds(library, work))


def _projected(connection: Connection, instance_id: str) -> int:
    statement = select(history_position.c.seq).where(history_position.c.instance_id == instance_id)
    return connection.scalar(statement) or 0
