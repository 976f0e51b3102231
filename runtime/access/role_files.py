"""Roles from the packages' `roles.yaml`, checked against the permissions and record types there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from marshmallow import fields, post_load, validate

from engine.api import Problem
from runtime.access.roles import ACTIONS, PERMISSIONS, PLATFORM_ROLES, SCOPES, Grant, Role, Roles
from runtime.declarations import (
    DECLARED_TWICE,
    UNKNOWN_NAME,
    Declaration,
    Finding,
    Label,
    Named,
    PackageFile,
    cannot_read,
    near,
    one_of,
)

_JOB_TYPES = re.compile(r"\*|[^*]+\*?")
_JOB_TYPES_ADVICE = "Write a job type, or its beginning with a star at the end, like shop.*."


class _GrantSchema(Declaration):
    type = fields.String(required=True)
    actions = fields.List(fields.String(validate=one_of(ACTIONS, "The action")), required=True)
    scope = fields.String(load_default="all", validate=one_of(SCOPES, "The scope"))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Grant:
        return Grant(type=data["type"], actions=frozenset(data["actions"]), scope=data["scope"])


class _RoleSchema(Declaration):
    label = Label(required=True)
    permissions = fields.List(fields.String(validate=one_of(PERMISSIONS, "The permission")), load_default=list)
    grants = fields.List(fields.Nested(_GrantSchema), load_default=list)
    job_types = fields.List(fields.String(validate=validate.Regexp(_JOB_TYPES, error=_JOB_TYPES_ADVICE)), load_default=list)


class _FileSchema(Declaration):
    roles = Named(_RoleSchema(), required=True)


def read_roles(files: Iterable[PackageFile], *, types: Collection[str] | None = None) -> Roles:
    """The roles of all packages and the platform's own. With `types`, grants on other record types are refused.

    Raises Invalid with every problem of every file: unknown keys and names, and roles that two packages declare.
    """
    problems: list[Problem] = []
    roles = dict(PLATFORM_ROLES)
    for file in files:
        values = file.load(_FileSchema(), problems)
        if values is not None:
            _add(roles, file, values["roles"], types, problems)
    if problems:
        raise cannot_read("ROLE-1001", "The roles", problems)
    return Roles(roles)


def _add(
    roles: dict[str, Role],
    file: PackageFile,
    declared: Mapping[str, Mapping[str, Any]],
    types: Collection[str] | None,
    problems: list[Problem],
) -> None:
    for name, values in declared.items():
        if name in roles:
            clash = f"The role {name!r} comes from {roles[name].owner!r} already; {file.owner!r} must choose another name."
            problems.append(file.problem(("roles", name), Finding(clash, DECLARED_TWICE)))
            continue
        grants: list[Grant] = values["grants"]
        for index, grant in enumerate(grants):
            if types is not None and grant.type not in types:
                unknown = Finding(f"There is no record type {grant.type!r}.", UNKNOWN_NAME, near(grant.type, types))
                problems.append(file.problem(("roles", name, "grants", index, "type"), unknown))
        roles[name] = Role(
            name=name,
            label=values["label"],
            permissions=frozenset(values["permissions"]),
            grants=tuple(grants),
            job_types=tuple(values["job_types"]),
            owner=file.owner,
        )
