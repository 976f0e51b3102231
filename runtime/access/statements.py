"""Every SQL statement about users, sessions, tokens and failed sign-ins, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from runtime.access.tables import api_token, done_once, login_throttle, user_account, user_role, user_session

Values = Mapping[str, Any]


def insert_ignoring_doubles(connection: Connection, table: Any, values: Values) -> bool:
    """Insert unless a row with the same key is there; True when it was inserted. Safe against others who insert the same."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(query).first() is not None


def insert_user(connection: Connection, values: Values) -> bool:
    """False when the name is taken."""
    return insert_ignoring_doubles(connection, user_account, values)


def update_user(connection: Connection, user: str, values: Values) -> bool:
    """False when there is no such user."""
    return connection.execute(update(user_account).where(user_account.c.id == user).values(**values)).rowcount == 1


def select_user(connection: Connection, user: str) -> RowMapping | None:
    """The row of one user."""
    return connection.execute(select(user_account).where(user_account.c.id == user)).mappings().one_or_none()


def select_users(connection: Connection, *, role: str | None, active: bool | None) -> Sequence[RowMapping]:
    """Users by id, with a role and active when asked."""
    query = select(user_account).order_by(user_account.c.id)
    if role is not None:
        query = query.where(user_account.c.id.in_(select(user_role.c.user_id).where(user_role.c.role == role)))
    if active is not None:
        query = query.where(user_account.c.active.is_(active))
    return connection.execute(query).mappings().all()


def select_names(connection: Connection, users: Iterable[str]) -> dict[str, str]:
    """The names of some users by id."""
    query = select(user_account.c.id, user_account.c.name).where(user_account.c.id.in_(set(users)))
    return {row.id: row.name for row in connection.execute(query)}


def select_roles(connection: Connection, users: Iterable[str]) -> dict[str, frozenset[str]]:
    """The roles of some users by id."""
    found: dict[str, set[str]] = {user: set() for user in users}
    query = select(user_role.c.user_id, user_role.c.role).where(user_role.c.user_id.in_(found))
    for row in connection.execute(query):
        found[row.user_id].add(row.role)
    return {user: frozenset(roles) for user, roles in found.items()}


def replace_roles(connection: Connection, user: str, roles: Iterable[str]) -> None:
    """Give the user exactly these roles."""
    connection.execute(delete(user_role).where(user_role.c.user_id == user))
    rows = [{"user_id": user, "role": role} for role in sorted(set(roles))]
    if rows:
        connection.execute(insert(user_role), rows)


def insert_session(connection: Connection, values: Values) -> None:
    """A new session."""
    connection.execute(insert(user_session).values(**values))


def select_session(connection: Connection, token_hash: str) -> RowMapping | None:
    """A session with its user; None for an unknown token."""
    query = select(user_session, *_PERSON).join(user_account).where(user_session.c.token_hash == token_hash)
    return connection.execute(query).mappings().one_or_none()


def select_sessions(connection: Connection, user: str, now: datetime) -> Sequence[RowMapping]:
    """The sessions of a user that have neither ended nor run out, the latest first."""
    live = (user_session.c.user_id == user) & user_session.c.revoked_at.is_(None) & (user_session.c.expires_at > now)
    return connection.execute(select(user_session).where(live).order_by(user_session.c.seen_at.desc())).mappings().all()


def revoke_session(connection: Connection, token_hash: str, now: datetime) -> None:
    """End one session."""
    connection.execute(update(user_session).where(user_session.c.token_hash == token_hash).values(revoked_at=now))


def revoke_sessions(connection: Connection, user: str, now: datetime, *, keep: str | None = None) -> int:
    """End all sessions of a user but one; how many."""
    ended = (user_session.c.user_id == user) & user_session.c.revoked_at.is_(None) & (user_session.c.token_hash != (keep or ""))
    return connection.execute(update(user_session).where(ended).values(revoked_at=now)).rowcount


def touch(connection: Connection, table: Any, token_hash: str, now: datetime) -> None:
    """Note that a session or token was used."""
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(seen_at=now))


def insert_token(connection: Connection, values: Values) -> None:
    """A new API token."""
    connection.execute(insert(api_token).values(**values))


def select_token(connection: Connection, token_hash: str) -> RowMapping | None:
    """An API token with its user; None for an unknown one."""
    query = select(api_token, *_PERSON).join(user_account).where(api_token.c.token_hash == token_hash)
    return connection.execute(query).mappings().one_or_none()


def select_tokens(connection: Connection, user: str) -> Sequence[RowMapping]:
    """The API tokens of a user that were not revoked, the latest first."""
    query = select(api_token).where(api_token.c.user_id == user, api_token.c.revoked_at.is_(None))
    return connection.execute(query.order_by(api_token.c.id.desc())).mappings().all()


def revoke_token(connection: Connection, token_id: str, now: datetime) -> bool:
    """False when there is no such token."""
    return connection.execute(update(api_token).where(api_token.c.id == token_id).values(revoked_at=now)).rowcount == 1


def revoke_tokens(connection: Connection, user: str, now: datetime) -> None:
    """End all API tokens of a user."""
    live = (api_token.c.user_id == user) & api_token.c.revoked_at.is_(None)
    connection.execute(update(api_token).where(live).values(revoked_at=now))


def lock_throttle(connection: Connection, key: str, now: datetime) -> RowMapping:
    """The row that counts failed sign-ins of a key, made if it is not there, locked until the transaction ends."""
    insert_ignoring_doubles(connection, login_throttle, {"key": key, "failures": 0, "since": now, "blocked_until": None})
    return connection.execute(select(login_throttle).where(login_throttle.c.key == key).with_for_update()).mappings().one()


def update_throttle(connection: Connection, key: str, values: Values) -> None:
    """Write the count of a key."""
    connection.execute(update(login_throttle).where(login_throttle.c.key == key).values(**values))


def forgive(connection: Connection, account: str, address: str) -> None:
    """After a good sign-in: forget the account's failures, and the attempt itself in the address's count."""
    connection.execute(delete(login_throttle).where(login_throttle.c.key == account))
    fewer = update(login_throttle).where(login_throttle.c.key == address, login_throttle.c.failures > 0)
    connection.execute(fewer.values(failures=login_throttle.c.failures - 1))


def purge(connection: Connection, now: datetime, *, throttle_before: datetime) -> int:
    """Delete sessions that have run out and counts nobody needs; how many rows."""
    sessions = connection.execute(delete(user_session).where(user_session.c.expires_at < now)).rowcount
    counts = connection.execute(delete(login_throttle).where(login_throttle.c.since < throttle_before)).rowcount
    return sessions + counts


def count_administrators(connection: Connection, role: str, *, but: str) -> int:
    """Active users with a role, one left out."""
    query = select(func.count()).select_from(user_role.join(user_account))
    query = query.where(user_role.c.role == role, user_account.c.active.is_(True), user_account.c.id != but)
    return connection.execute(query).scalar_one()


def insert_done_once(connection: Connection, values: Values) -> bool:
    """False when it was done before."""
    return insert_ignoring_doubles(connection, done_once, values)


_PERSON = (user_account.c.name.label("user_name"), user_account.c.language, user_account.c.active)
