"""Every SQL statement about deputies, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, or_, select

from runtime.access.tables import substitution, user_account
from runtime.store.prepared import Prepared

_ABSENT = Prepared(
    select(substitution.c.absent)
    .where(substitution.c.deputy == bindparam("the_deputy"))
    .where(substitution.c.starts_at <= bindparam("now"), substitution.c.ends_at > bindparam("now"))
    .order_by(substitution.c.starts_at)
)


def insert_substitution(connection: Connection, values: Mapping[str, Any]) -> None:
    """Let somebody stand in for somebody."""
    connection.execute(insert(substitution).values(**values))


def delete_substitution(connection: Connection, id: str) -> None:
    """Let nobody stand in any more."""
    connection.execute(delete(substitution).where(substitution.c.id == id))


def select_absent(connection: Connection, deputy: str, now: datetime) -> list[str]:
    """Whom somebody stands in for now, the longest first."""
    return [row["absent"] for row in _ABSENT.all(connection, {"the_deputy": deputy, "now": now})]


def select_substitutions(
    connection: Connection, now: datetime, *, id: str | None = None, user: str | None = None
) -> Sequence[RowMapping]:
    """Those that have not ended, the next first; one of them, or those of a user on either side, when asked."""
    query = select(substitution).where(substitution.c.ends_at > now).order_by(substitution.c.starts_at)
    if id is not None:
        query = query.where(substitution.c.id == id)
    if user is not None:
        query = query.where(or_(substitution.c.absent == user, substitution.c.deputy == user))
    return connection.execute(query).mappings().all()


def select_clash(connection: Connection, absent: str, deputy: str, starts_at: datetime, ends_at: datetime) -> RowMapping | None:
    """What speaks against a time span: `absent` has a deputy or is one then, or `deputy` is away."""
    clash = or_(substitution.c.absent == absent, substitution.c.deputy == absent, substitution.c.absent == deputy)
    query = select(substitution).where(clash, substitution.c.starts_at < ends_at, substitution.c.ends_at > starts_at)
    return connection.execute(query.limit(1)).mappings().first()


def lock_people(connection: Connection, *people: str) -> None:
    """So that nobody else looks for overlapping times of the same people at this moment."""
    query = select(user_account.c.id).where(user_account.c.id.in_(people)).order_by(user_account.c.id)
    connection.execute(query.with_for_update()).all()
