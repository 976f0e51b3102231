"""The one policy: every door asks it, and every list of records carries its predicate.

The platform itself and processes pass (a process was deployed by somebody who may deploy, and its own diagram says who works on
it); so do administrators. Everybody else has what the roles say. A role of a package that is no longer installed says nothing.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from runtime.access.actor import Actor
from runtime.access.roles import ACTIONS, ADMINISTRATOR, PERMISSIONS, Roles
from runtime.errors import Forbidden
from runtime.i18n import _


class Policy:
    """Answers from the roles of an installation."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self._scopes: dict[tuple[str, str, str], str] = {}
        for role in roles:
            for grant in role.grants:
                for action in grant.actions:
                    self._widen((role.name, grant.type, action), grant.scope)

    def permits(self, actor: Actor, permission: str) -> bool:
        """Whether the actor has a permission of `runtime.access.roles.PERMISSIONS`. An unknown one is a bug: KeyError."""
        if permission not in PERMISSIONS:
            raise KeyError(permission)
        return passes(actor) or any(permission in self.roles[name].permissions for name in actor.roles if name in self.roles)

    def require(self, actor: Actor, permission: str) -> None:
        """Raise Forbidden unless the actor has the permission."""
        if not self.permits(actor, permission):
            said = _("You lack the permission %(name)s. Ask an administrator for a role that has it.", name=permission)
            raise Forbidden("ACC-1003", said)

    def permits_job_type(self, actor: Actor, type: str) -> bool:
        """Whether the actor may do jobs of this type as an external worker."""
        if passes(actor):
            return True
        roles = [self.roles[name] for name in actor.roles if name in self.roles]
        return any(_covers(pattern, type) for role in roles if "job.work" in role.permissions for pattern in role.job_types)

    def require_job_type(self, actor: Actor, type: str) -> None:
        """Raise Forbidden unless the actor may do jobs of this type."""
        if not self.permits_job_type(actor, type):
            said = _("Jobs of the type %(type)s are not for you. Ask an administrator for a role that names it.", type=type)
            raise Forbidden("ACC-1040", said)

    def scope(self, actor: Actor, type: str, action: str) -> str | None:
        """How far an action on records of a type reaches: ``all``, ``own``, or None for not at all. The widest role wins."""
        if action not in ACTIONS:
            raise KeyError(action)
        if passes(actor):
            return "all"
        found = {self._scopes.get((role, type, action)) for role in actor.roles}
        return "all" if "all" in found else "own" if "own" in found else None

    def permits_record(self, actor: Actor, type: str, action: str, *, owner: str | None = None) -> bool:
        """Whether the actor may do this to one record, given who owns it."""
        scope = self.scope(actor, type, action)
        return scope == "all" or (scope == "own" and owner == actor.id)

    def predicate(self, actor: Actor, type: str, action: str, owner: ColumnElement[str | None]) -> ColumnElement[bool]:
        """The same as SQL over the column that holds the owner; every read, count and list puts it into its WHERE."""
        scope = self.scope(actor, type, action)
        if scope == "own":
            return owner == actor.id
        return true() if scope == "all" else false()

    def _widen(self, key: tuple[str, str, str], scope: str) -> None:
        if self._scopes.get(key) != "all":
            self._scopes[key] = scope


def _covers(pattern: str, type: str) -> bool:
    return type.startswith(pattern[:-1]) if pattern.endswith("*") else type == pattern


def passes(actor: Actor) -> bool:
    """True for the platform itself, for processes, and for administrators."""
    return actor.via in {"system", "process"} or ADMINISTRATOR in actor.roles
