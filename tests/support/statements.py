"""The SQL that something needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from runtime.store import prepared
from runtime.store.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database in the block, prepared ones included."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(" ".join(statement.split()))

    def execute(connection: Any, sql: str, *values: Any, **how: Any) -> Any:
        sent.append(" ".join(sql.split()))
        return untouched(connection, sql, *values, **how)

    untouched = prepared.execute
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with patch("runtime.store.prepared.execute", execute), patch("runtime.store.database.execute", execute):
            yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
