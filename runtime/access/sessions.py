"""How a request shows who it is from: server-side sessions and API tokens. The tables hold hashes, never a token.

A token is 256 random bits, so a plain SHA-256 is enough to keep it by (nothing can be guessed). A session ends when it was idle
for too long, when its absolute time is over, when it is revoked, or when its user is no longer active.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from runtime.access import statements
from runtime.access.actor import Actor
from runtime.access.tables import api_token, user_session
from runtime.access.texts import check_text
from runtime.errors import NotFound
from runtime.i18n import _
from runtime.store.ids import new_id
from runtime.store.work import Work

TOKEN_PREFIX = "ringi_"  # noqa: S105  # a visible mark for secret scanners, not a secret
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """A session ends after `idle` without a request, and after `absolute` in any case."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A valid session or API token: its actor, and whether its last use should be written down again (`touch`)."""

    actor: Actor
    token_hash: str
    kind: str
    touch_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """An API token as a list shows it; `id` is what one revokes."""

    id: str
    user: str
    name: str
    roles: tuple[str, ...] | None
    created_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None


def hash_of(token: str) -> str:
    """What the tables keep of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start_session(work: Work, user: str, address: str, limits: SessionLimits) -> str:
    """A new session; its token is the answer and is kept nowhere."""
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": hash_of(token),
        "user_id": user,
        "address": address[:100],
        "created_at": work.now,
        "seen_at": work.now,
        "expires_at": work.now + limits.absolute,
    }
    statements.insert_session(work.connection, row)
    return token


def session(work: Work, token: str, limits: SessionLimits) -> Credential | None:
    """The session of a token while it lives. Writes nothing."""
    row = statements.select_session(work.connection, hash_of(token))
    if row is None or row["expires_at"] <= work.now or work.now - row["seen_at"] >= limits.idle:
        return None
    return _credential(work, row, "session", "ui")


def api_token_of(work: Work, token: str) -> Credential | None:
    """The API token while it lives. Writes nothing."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    row = statements.select_token(work.connection, hash_of(token))
    if row is None or (row["expires_at"] and row["expires_at"] <= work.now):
        return None
    return _credential(work, row, "token", "api", only=row["roles"])


def touch(work: Work, credential: Credential) -> None:
    """Write down that the session or token was used now."""
    table = user_session if credential.kind == "session" else api_token
    statements.touch(work.connection, table, credential.token_hash, work.now)


def create_token(
    work: Work, user: str, name: str, *, roles: Iterable[str] | None = None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new API token for a user and its secret, which is kept nowhere. `roles` narrows what it may do. Raises Invalid."""
    check_text("name", name)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    only = None if roles is None else sorted(set(roles))
    row: dict[str, Any] = {
        "id": new_id(),
        "token_hash": hash_of(secret),
        "user_id": user,
        "name": name,
        "roles": only,
        "created_at": work.now,
        "created_by": work.actor.id,
        "expires_at": expires_at,
    }
    statements.insert_token(work.connection, row)
    return _shown({**row, "seen_at": None}), secret


def tokens(work: Work, user: str) -> list[ApiToken]:
    """The user's API tokens, the latest first."""
    return [_shown(row) for row in statements.select_tokens(work.connection, user)]


def revoke_token(work: Work, token_id: str) -> None:
    """End an API token. Raises NotFound."""
    if not token_id.isprintable() or not statements.revoke_token(work.connection, token_id, work.now):
        raise NotFound("ACC-1004", _("There is no such API token."))


def _credential(work: Work, row: RowMapping, kind: str, via: str, only: list[str] | None = None) -> Credential | None:
    if row["revoked_at"] is not None or not row["active"]:
        return None
    roles = statements.select_roles(work.connection, [row["user_id"]])[row["user_id"]]
    if only is not None:
        roles &= set(only)
    actor = Actor(id=row["user_id"], name=row["user_name"], roles=roles, via=via, language=row["language"])
    seen = row["seen_at"]
    due = seen is None or work.now - seen >= TOUCH_EVERY
    return Credential(actor=actor, token_hash=row["token_hash"], kind=kind, touch_due=due)


def _shown(row: Any) -> ApiToken:
    roles = row["roles"]
    return ApiToken(
        id=row["id"],
        user=row["user_id"],
        name=row["name"],
        roles=None if roles is None else tuple(roles),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
    )
