"""Access as the rest of the platform uses it: sign-in, sessions, API tokens, users, and the policy."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from runtime.access import sessions, statements, throttle, users
from runtime.access.actor import SYSTEM, Actor
from runtime.access.passwords import Passwords, check_strength
from runtime.access.policy import Policy
from runtime.access.roles import Roles
from runtime.access.sessions import ApiToken, Credential, SessionLimits
from runtime.access.throttle import Limits
from runtime.access.users import User, user_name
from runtime.errors import Unauthenticated
from runtime.i18n import _
from runtime.store.work import Work


class Transactions(Protocol):
    """The part of the database that sign-in needs, because it must count an attempt also when it fails."""

    def write(self, actor: Actor, why: str = "") -> AbstractContextManager[Work]: ...


class Access:
    """Users, how they show who they are, and what they may do. Hashing is slow on purpose: see `sign_in` and `add_user`."""

    def __init__(
        self,
        roles: Roles,
        *,
        passwords: Passwords | None = None,
        sessions: SessionLimits | None = None,
        throttle: Limits | None = None,
    ) -> None:
        self.roles = roles
        self.policy = Policy(roles)
        self.passwords = passwords or Passwords()
        self._session_limits = sessions or SessionLimits()
        self._throttle = throttle or Limits()

    def permits(self, actor: Actor, permission: str) -> bool:
        """Whether the actor has a permission, see `Policy.permits`."""
        return self.policy.permits(actor, permission)

    def sign_in(self, database: Transactions, user: str, password: str, address: str) -> str:
        """The token of a new session. Opens two short write transactions of its own; the hashing is between them.

        Raises Unauthenticated with the same words for an unknown user, a wrong password and a user who is not active, and
        TooManyAttempts when account or address has to wait.
        """
        name = user_name(user)
        with database.write(SYSTEM, "sign-in: count the attempt") as work:
            refusal = throttle.count_attempt(work, name, address, self._throttle)
            row = statements.select_user(work.connection, name) if users.USER_NAME.fullmatch(name) else None
        if refusal:
            raise refusal
        stored = row["password_hash"] if row else None
        good = self.passwords.verify(stored, password)
        if row is None or stored is None or not good or not row["active"]:
            raise Unauthenticated("ACC-1001", _("User name and password do not fit together."))
        renewed = self.passwords.hash(password) if self.passwords.outdated(stored) else None
        with database.write(SYSTEM, "sign-in: start the session") as work:
            if renewed:
                statements.update_user(work.connection, name, {"password_hash": renewed})
            statements.forgive(work.connection, throttle.account_key(name), throttle.address_key(address))
            return sessions.start_session(work, name, address, self._session_limits)

    def sign_out(self, work: Work, token: str) -> None:
        """End the session of this token; nothing happens when there is none."""
        statements.revoke_session(work.connection, sessions.hash_of(token), work.now)

    def session(self, work: Work, token: str) -> Credential | None:
        """The living session of a token. When `touch_due`, call `touch` in a write transaction."""
        return sessions.session(work, token, self._session_limits)

    def api_token(self, work: Work, token: str) -> Credential | None:
        """The living API token, for ``Authorization: Bearer``. When `touch_due`, call `touch` in a write transaction."""
        return sessions.api_token_of(work, token)

    def touch(self, work: Work, credential: Credential) -> None:
        """Write down that the credential was used; what a session's idle time counts from."""
        sessions.touch(work, credential)

    def actor_for_session(self, work: Work, token: str) -> Actor | None:
        """Who a session belongs to, or None when it does not live."""
        found = self.session(work, token)
        return found.actor if found else None

    def actor_for_token(self, work: Work, token: str) -> Actor | None:
        """Who an API token belongs to, or None when it does not live."""
        found = self.api_token(work, token)
        return found.actor if found else None

    def revoke_sessions(self, work: Work, user: str, *, keep: str | None = None) -> int:
        """End all sessions of a user, but the one whose token is `keep`; how many ended."""
        return statements.revoke_sessions(work.connection, user, work.now, keep=sessions.hash_of(keep) if keep else None)

    def create_token(
        self, work: Work, user: str, name: str, *, roles: Iterable[str] | None = None, expires_at: datetime | None = None
    ) -> tuple[ApiToken, str]:
        """A new API token and its secret, shown once. `roles` narrows it. Raises NotFound or Invalid."""
        held = users.get(work, user).roles
        wanted = None if roles is None else users.check_roles(roles, self.roles, held=held)
        return sessions.create_token(work, user, name, roles=wanted, expires_at=expires_at)

    def tokens(self, work: Work, user: str) -> list[ApiToken]:
        """The API tokens of a user."""
        return sessions.tokens(work, user)

    def revoke_token(self, work: Work, token_id: str) -> None:
        """End an API token. Raises NotFound."""
        sessions.revoke_token(work, token_id)

    def add_user(
        self,
        work: Work,
        user: str,
        *,
        name: str,
        password: str | None = None,
        roles: Iterable[str] = (),
        language: str = "en",
        email: str | None = None,
    ) -> User:
        """A new user; without a password nobody can sign in as them. Raises Invalid or Conflict."""
        if password is not None:
            check_strength(password, user_name(user))
        hashed = None if password is None else self.passwords.hash(password)
        values = {"id": user, "name": name, "language": language, "email": email, "password_hash": hashed}
        return users.add(work, values, roles, self.roles)

    def set_password(self, work: Work, user: str, password: str, *, keep: str | None = None) -> None:
        """A new password; every session ends but the one whose token is `keep`. Raises Invalid or NotFound."""
        check_strength(password, user)
        users.change(work, user, {"password_hash": self.passwords.hash(password)})
        self.revoke_sessions(work, user, keep=keep)

    def change_user(self, work: Work, user: str, **values: str | None) -> User:
        """Change `name`, `email` or `language`. Raises Invalid or NotFound."""
        unknown = set(values) - {"name", "email", "language"}
        if unknown:
            raise TypeError(f"not changeable here: {sorted(unknown)}")
        return users.change(work, user, dict(values))

    def set_roles(self, work: Work, user: str, roles: Iterable[str]) -> User:
        """Give a user exactly these roles; holds from the next request. Raises Invalid, NotFound, Conflict."""
        return users.set_roles(work, user, roles, self.roles)

    def deactivate(self, work: Work, user: str) -> User:
        """Shut a user out at once. Raises NotFound, Conflict."""
        return users.deactivate(work, user)

    def activate(self, work: Work, user: str) -> User:
        """Let a user in again. Raises NotFound."""
        return users.change(work, user, {"active": True})

    def user(self, work: Work, user: str) -> User | None:
        """One user, active or not."""
        return users.find(work, user)

    def users(self, work: Work, role: str | None = None, *, active: bool | None = True) -> list[User]:
        """Users by id, with a role when asked; only the active ones unless told."""
        return users.listed(work, role=role, active=active)

    def names(self, work: Work, ids: Iterable[str]) -> dict[str, str]:
        """The names of some users, for lists; who does not exist is left out."""
        return statements.select_names(work.connection, ids)

    def once(self, work: Work, name: str) -> bool:
        """True the first time this is asked in the life of the installation, and never again (first set-up, demo data)."""
        return statements.insert_done_once(work.connection, {"name": name, "at": work.now, "by": work.actor.id})

    def purge(self, work: Work) -> int:
        """Delete sessions that have run out and old counts of failures; how many rows. For a daily job."""
        return statements.purge(work.connection, work.now, throttle_before=work.now - self._throttle.window * 10)


def new_password() -> str:
    """A password to be shown once: 20 characters, about 120 bits."""
    return secrets.token_urlsafe(15)
