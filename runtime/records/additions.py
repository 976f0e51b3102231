"""Compare tables with the database and add what is missing. Apart from `migrate`, because Alembic takes its time to load.

Alembic compares; only tables, columns and indexes that are missing are made. What differs otherwise is told and left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import Connection, MetaData

from runtime.records.record_tables import PREFIX


def add_what_is_missing(connection: Connection, metadata: MetaData) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The additions that were made, and what differs and was left as it is, in words."""
    context = MigrationContext.configure(connection, opts={"include_name": _is_ours, "compare_type": True})
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
    return tuple(done), tuple(left)


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
