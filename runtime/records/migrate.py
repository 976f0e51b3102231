"""Bring the tables of record types to what the packages declare: add what is missing, never take anything away.

Alembic compares; only tables, columns and indexes that are missing are made. What a package no longer declares stays with its
data and is told, and so is a column whose type would have to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import MetaData

from runtime.records import statements
from runtime.records.record_tables import PREFIX, fingerprint
from runtime.store.work import Work


@dataclass(frozen=True, slots=True)
class Migration:
    """`done` are the additions that were made; `left` is what differs and was left as it is."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def migrate(work: Work, metadata: MetaData) -> Migration:
    """Add what the declared tables have and the database has not. One look-up when nothing changed since the last time."""
    statements.lock_schema(work.connection)
    wanted = fingerprint(metadata)
    if statements.select_fingerprint(work.connection) == wanted:
        return Migration()
    context = MigrationContext.configure(work.connection, opts={"include_name": _is_ours, "compare_type": True})
    operations = Operations(context)
    found = list(_flat(produce_migrations(context, metadata).upgrade_ops))
    replaced = _replaced_indexes(found)
    done: list[str] = []
    left: list[str] = []
    for operation in found:
        if _is_addition(operation) and getattr(operation, "index_name", None) not in replaced:
            operations.invoke(operation)
            done.append(_said(operation))
        else:
            left.append(_said(operation))
    statements.save_fingerprint(work.connection, wanted, work.now)
    return Migration(tuple(done), tuple(left))


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or (name or "").startswith(PREFIX)


def _flat(operations: Any) -> Iterator[ops.MigrateOperation]:
    for operation in operations.ops:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _flat(operation)
        else:
            yield operation


def _is_addition(operation: ops.MigrateOperation) -> bool:
    return isinstance(operation, ops.CreateTableOp | ops.AddColumnOp | ops.CreateIndexOp)


def _replaced_indexes(found: Iterable[ops.MigrateOperation]) -> set[str | None]:
    """Indexes that are there but different: their name is taken."""
    return {operation.index_name for operation in found if isinstance(operation, ops.DropIndexOp)}


def _said(operation: Any) -> str:
    """An operation in words, for a report."""
    match operation:
        case ops.CreateTableOp():
            return f"table {operation.table_name}"
        case ops.AddColumnOp():
            return f"column {operation.table_name}.{operation.column.name}"
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return f"index {operation.index_name}"
        case ops.DropColumnOp() | ops.AlterColumnOp():
            return f"column {operation.table_name}.{operation.column_name}"
        case ops.DropTableOp():
            return f"table {operation.table_name}"
        case _:
            return type(operation).__name__
