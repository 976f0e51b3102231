"""Every statement on kept answers, by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, RowMapping, and_, bindparam, delete, or_, select, tuple_, update

from runtime.idempotency.tables import idempotent_answer as answers

_HERE = and_(answers.c.actor == bindparam("the_actor"), answers.c.key == bindparam("the_key"))
_SELECT = select(answers).where(_HERE)
_UPDATE = update(answers).where(_HERE)
_DELETE = delete(answers).where(_HERE)
_OVER = or_(
    answers.c.at < bindparam("expired"),
    and_(answers.c.status == 0, answers.c.at < bindparam("abandoned")),
)
_TAKE_OVER = update(answers).where(_HERE, _OVER).returning(answers.c.key)
_EXPIRED = select(answers.c.actor, answers.c.key).where(answers.c.at < bindparam("expired")).limit(bindparam("most"))
_PURGE = delete(answers).where(tuple_(answers.c.actor, answers.c.key).in_(_EXPIRED))


def insert_answer(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add a row unless its key is there; whether it was added. Waits for a transaction that is adding it just now."""
    # Not by rowcount, which psycopg does not know for this statement.
    return connection.execute(_insert(connection.dialect.name), dict(row)).first() is not None


def take_over(connection: Connection, row: Mapping[str, Any], expired: datetime, abandoned: datetime) -> bool:
    """Use the row of an answer whose time is over, or of work that was given up; whether it was such a row."""
    where = {"the_actor": row["actor"], "the_key": row["key"], "expired": expired, "abandoned": abandoned}
    new = {name: value for name, value in row.items() if name not in {"actor", "key"}}
    return connection.execute(_TAKE_OVER, where | new).first() is not None


def select_answer(connection: Connection, actor: str, key: str) -> RowMapping | None:
    """What is kept under a key."""
    return connection.execute(_SELECT, {"the_actor": actor, "the_key": key}).mappings().first()


def update_answer(connection: Connection, actor: str, key: str, values: Mapping[str, Any]) -> None:
    """Write the answer down."""
    connection.execute(_UPDATE, {"the_actor": actor, "the_key": key, **values})


def delete_answer(connection: Connection, actor: str, key: str) -> None:
    """Let the key be used again."""
    connection.execute(_DELETE, {"the_actor": actor, "the_key": key})


def delete_expired(connection: Connection, expired: datetime, most: int) -> int:
    """Forget some of the answers that are older; how many."""
    return connection.execute(_PURGE, {"expired": expired, "most": most}).rowcount


@cache
def _insert(dialect: str) -> Executable:
    """Loads only the dialect that is in use."""
    module = importlib.import_module(f"sqlalchemy.dialects.{dialect}")
    statement: Executable = module.insert(answers).on_conflict_do_nothing().returning(answers.c.key)
    return statement
