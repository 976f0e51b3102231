"""Insert what may be there already. Both databases write it the same way, but SQLAlchemy keeps it with each dialect."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any], unique: Column[Any]) -> bool:
    """Add a row unless another has its value in the unique column; whether it was added.

    Waits for a transaction that is adding such a row just now. Loads only the dialect that is in use: each costs time at start.
    """
    statement = _insert_once(connection.dialect.name, table, unique)
    return connection.execute(statement, dict(row)).first() is not None


@cache
def _insert_once(dialect: str, table: Table, unique: Column[Any]) -> Executable:
    module = importlib.import_module(f"sqlalchemy.dialects.{dialect}")
    statement: Executable = module.insert(table).on_conflict_do_nothing(index_elements=[unique]).returning(unique)
    return statement
