"""Roles: what a package says its people may do. The platform adds `administrator`, `process_analyst`, `worker`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PERMISSIONS: Mapping[str, str] = {
    "task.work": "see and do user tasks",
    "instance.view": "look at process instances and their journal",
    "instance.operate": "cancel instances, resolve incidents, change variables",
    "definition.view": "look at diagrams, decisions and forms",
    "definition.deploy": "deploy diagrams, decisions and forms",
    "designer.use": "open the designer",
    "message.publish": "send messages to processes",
    "job.work": "do jobs as an external worker, of the types that the role names",
    "record.import": "import files",
    "history.export": "export the history of processes, with people and values masked",
    "history.personal": "see people and values in exports",
    "webhook.manage": "say which other systems are told what happens, and send again what did not arrive",
    "user.manage": "add users, give roles, end sessions",
}
"""Every permission there is, and what it allows. Access to records is not among them: that is what grants are for."""

ACTIONS = ("read", "create", "update", "transition", "assign", "delete")
"""What may be done with a record. Nobody does any of it to a record that they may not read."""

SCOPES = ("all", "own")
"""Which records a grant is about: every one of the type, or those whose owner the user is."""

ADMINISTRATOR = "administrator"
PROCESS_ANALYST = "process_analyst"
WORKER = "worker"
PLATFORM = "ringi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`actions` on records of `type`, on those within `scope`."""

    type: str
    actions: frozenset[str]
    scope: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role by the name that lanes and assignments use; `owner` is the package that declares it.

    `job_types` are those that an external worker with the role may do: names, or ``shop.*`` for all that begin so.
    """

    name: str
    label: Mapping[str, str]
    permissions: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    job_types: tuple[str, ...] = ()
    owner: str = PLATFORM


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles of an installation by name."""

    by_name: Mapping[str, Role] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Role:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[Role]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)


PLATFORM_ROLES: Mapping[str, Role] = {
    ADMINISTRATOR: Role(
        name=ADMINISTRATOR,
        label={"en": "Administrator", "ja": "管理者", "ru": "Администратор"},
        permissions=frozenset(PERMISSIONS),
    ),
    PROCESS_ANALYST: Role(
        name=PROCESS_ANALYST,
        label={"en": "Process analyst", "ja": "プロセスアナリスト", "ru": "Аналитик процессов"},
        permissions=frozenset(
            {
                "task.work",
                "instance.view",
                "instance.operate",
                "definition.view",
                "definition.deploy",
                "designer.use",
                "message.publish",
                "history.export",
            }
        ),
    ),
    WORKER: Role(
        name=WORKER,
        label={"en": "External worker", "ja": "外部ワーカー", "ru": "Внешний исполнитель"},
        permissions=frozenset({"job.work"}),
        job_types=("*",),
    ),
}
"""An administrator may do everything, with every record; an analyst gets records only through a package's roles.
A worker does jobs of every type; a package may declare roles for workers of some types only."""
