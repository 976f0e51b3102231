"""Users: people (and service accounts) with a name, a language and roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from runtime.access import statements
from runtime.access.actor import Actor
from runtime.access.roles import ADMINISTRATOR, Roles
from runtime.access.texts import bad, check_text, email
from runtime.declarations import near
from runtime.errors import Conflict, Invalid, NotFound
from runtime.i18n import LANGUAGES, _, supported
from runtime.store.work import Work

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
RESERVED = frozenset({"system", "public", "ringi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user as others see one; nothing secret in it."""

    id: str
    name: str
    email: str | None
    language: str
    active: bool
    roles: frozenset[str]

    def actor(self, via: str = "ui") -> Actor:
        """The user as somebody who acts."""
        return Actor(id=self.id, name=self.name, roles=self.roles, via=via, language=self.language)


def user_name(text: str) -> str:
    """How a typed user name is looked up: one spelling for wide and narrow, great and small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:200]


def add(work: Work, values: dict[str, Any], roles: Iterable[str], known: Roles) -> User:
    """Insert a user. Raises Invalid for a bad name, role or language, Conflict when the name is taken."""
    checked = {**_checked(values), "id": user_name(values["id"])}
    if not USER_NAME.fullmatch(checked["id"]) or checked["id"] in RESERVED:
        said = _("A user name has 1 to 100 of the characters a-z, 0-9 and . _ @ + -, and starts with a letter or digit.")
        raise bad("id", said)
    wanted = check_roles(roles, known)
    stamps = {"created_at": work.now, "created_by": work.actor.id, "updated_at": work.now, "active": True}
    if not statements.insert_user(work.connection, {**checked, **stamps}):
        said = _("The user name %(name)s is taken.", name=checked["id"])
        raise Conflict("ACC-1008", said, fields={"id": [said]})
    statements.replace_roles(work.connection, checked["id"], wanted)
    return get(work, checked["id"])


def get(work: Work, user: str) -> User:
    """One user, active or not. Raises NotFound."""
    found = find(work, user)
    if found is None:
        raise NotFound("ACC-1004", _("There is no user %(user)s.", user=user))
    return found


def find(work: Work, user: str) -> User | None:
    """One user, active or not, or None."""
    if not USER_NAME.fullmatch(user):
        return None
    row = statements.select_user(work.connection, user)
    return None if row is None else _users(work, [row])[0]


def listed(work: Work, *, role: str | None = None, active: bool | None = True) -> list[User]:
    """Users by id, with a role when asked; only the active ones unless told."""
    return _users(work, statements.select_users(work.connection, role=role, active=active))


def set_roles(work: Work, user: str, roles: Iterable[str], known: Roles) -> User:
    """Give the user exactly these roles. Raises Conflict when nobody would be administrator any more."""
    before = get(work, user)
    wanted = check_roles(roles, known, held=before.roles)
    if ADMINISTRATOR in before.roles and ADMINISTRATOR not in wanted:
        _keep_an_administrator(work, user)
    statements.replace_roles(work.connection, user, wanted)
    return get(work, user)


def change(work: Work, user: str, values: dict[str, Any]) -> User:
    """Change name, e-mail address or language. Raises Invalid or NotFound."""
    get(work, user)
    statements.update_user(work.connection, user, {**_checked(values), "updated_at": work.now})
    return get(work, user)


def deactivate(work: Work, user: str) -> User:
    """Shut a user out: all sessions and API tokens end at once. Raises Conflict for the last administrator."""
    before = get(work, user)
    if ADMINISTRATOR in before.roles:
        _keep_an_administrator(work, user)
    statements.revoke_sessions(work.connection, user, work.now)
    statements.revoke_tokens(work.connection, user, work.now)
    return change(work, user, {"active": False})


def check_roles(roles: Iterable[str], known: Roles, *, held: Collection[str] = ()) -> frozenset[str]:
    """The roles as a set. Raises Invalid when one does not exist (a role that the user already holds may stay)."""
    wanted = frozenset(roles)
    for role in sorted(wanted.difference(held)):
        if role not in known:
            said = _("There is no role %(role)s.", role=role)
            hint = near(role, (r.name for r in known)) or ""
            raise Invalid("ACC-1007", f"{said} {hint}".strip(), fields={"roles": [said]})
    return wanted


def _keep_an_administrator(work: Work, user: str) -> None:
    if not statements.count_administrators(work.connection, ADMINISTRATOR, but=user):
        raise Conflict("ACC-1009", _("This is the last administrator. Make somebody else one first."))


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises Invalid."""
    checked = dict(values)
    if "name" in values:
        check_text("name", str(values["name"] or ""))
        checked["name"] = values["name"].strip()
    if "language" in values:
        checked["language"] = _language(str(values["language"]))
    if "email" in values:
        checked["email"] = email(values["email"])
    return checked


def _language(language: str) -> str:
    found = supported(language)
    if found is None:
        said = _("There is no language %(language)s. Known are: %(known)s.", language=language, known=", ".join(LANGUAGES))
        raise bad("language", said)
    return found


def _users(work: Work, rows: Iterable[RowMapping]) -> list[User]:
    found = list(rows)
    roles = statements.select_roles(work.connection, [row["id"] for row in found])
    return [
        User(
            id=row["id"],
            name=row["name"],
            email=row["email"],
            language=row["language"],
            active=row["active"],
            roles=roles[row["id"]],
        )
        for row in found
    ]
