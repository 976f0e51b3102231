"""Insert what may be there already. Both databases write it the same way, but SQLAlchemy keeps it with each dialect."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any], unique: Column[Any]) -> bool:
    """Add a row unless another has its value in the unique column; whether it was added.

    Waits for a transaction that is adding such a row just now. Loads only the dialect that is in use: each costs time at start.
    """
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing(index_elements=[unique])
    return connection.execute(statement.returning(unique)).first() is not None
