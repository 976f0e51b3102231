"""Every statement on unique business keys, by name."""

from __future__ import annotations

import importlib
from functools import cache

from sqlalchemy import Boolean, Connection, Executable, bindparam, or_, select

from runtime.processes.tables import process_instance
from runtime.store.types import Row

_WITH_KEY = (
    select(process_instance.c.id)
    .where(
        process_instance.c.process_id == bindparam("process_id"),
        process_instance.c.business_key == bindparam("key"),
        or_(process_instance.c.ended_at.is_(None), bindparam("ever", type_=Boolean)),
    )
    .order_by(process_instance.c.id)
    .limit(1)
)


def select_with_key(connection: Connection, process_id: str, key: str, *, ever: bool) -> str | None:
    """The first instance of a process with this business key, among those that run or among all."""
    found: str | None = connection.scalar(_WITH_KEY, {"process_id": process_id, "key": key, "ever": ever})
    return found


def insert_unless_taken(connection: Connection, row: Row) -> bool:
    """Add an instance unless its business key is taken; whether it was added. Waits for one that is being added just now."""
    return connection.execute(_insert(connection.dialect.name), dict(row)).first() is not None


@cache
def _insert(dialect: str) -> Executable:
    module = importlib.import_module(f"sqlalchemy.dialects.{dialect}")
    statement: Executable = module.insert(process_instance).on_conflict_do_nothing().returning(process_instance.c.id)
    return statement
