"""What is deployed, as the designer shows it: processes, their versions, and the files that were deployed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from runtime.errors import NotFound
from runtime.http.current import platform
from runtime.processes.tables import process_instance
from runtime.store.work import Work

_ACTIVE = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a process. `running` counts the active instances that are on it and stay on it."""

    key: str
    process_id: str
    name: str
    version: int
    version_tag: str | None
    deployment_id: str
    resource: str
    package: str | None
    deployed_at: datetime
    deployed_by: str
    why: str
    running: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """A process in the list: its latest version, how many there are, and the active instances of all of them."""

    latest: Version
    versions: int
    running: int


def processes(work: Work) -> list[ProcessRow]:
    """Every deployed process by name."""
    found: dict[str, list[Version]] = {}
    for one in _versions(work, platform().processes.definitions(work, latest=False)):
        found.setdefault(one.process_id, []).append(one)
    rows = [ProcessRow(latest=all_[0], versions=len(all_), running=sum(one.running for one in all_)) for all_ in found.values()]
    return sorted(rows, key=lambda row: (row.latest.name.casefold() or row.latest.process_id, row.latest.process_id))


def versions(work: Work, process_id: str) -> list[Version]:
    """The versions of a process, newest first; empty when it was never deployed."""
    return _versions(work, platform().processes.definitions(work, process_id=process_id, latest=False))


def version(work: Work, process_id: str, number: int | None = None) -> Version:
    """One version of a process, the latest when no number is given. Raises NotFound."""
    found = next((one for one in versions(work, process_id) if number is None or one.version == number), None)
    if found is None:
        wanted = process_id if number is None else f"{process_id}, version {number}"
        raise NotFound("DESIGN-1001", f"There is no process {wanted}.")
    return found


def by_key(work: Work, key: str) -> Version | None:
    """The version with this definition key, or None."""
    found = (one for one in platform().processes.definitions(work, latest=False) if one["key"] == key)
    return next(iter(_versions(work, list(found))), None)


def files(work: Work, definition_key: str) -> dict[str, bytes]:
    """The files that were deployed together with a version, by name."""
    return platform().processes.resources(work, definition_key)


def _versions(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[Version]:
    running = _running(work, [row["key"] for row in rows])
    names = [name for name in Version.__slots__ if name != "running"]
    return [Version(**{name: row[name] for name in names}, running=running.get(row["key"], 0)) for row in rows]


def _running(work: Work, keys: Sequence[str]) -> Mapping[str, int]:
    """Active instances by definition key."""
    statement = (
        select(process_instance.c.definition_key, func.count().label("n"))
        .where(process_instance.c.status == _ACTIVE, process_instance.c.definition_key.in_(keys))
        .group_by(process_instance.c.definition_key)
    )
    return {row.definition_key: row.n for row in work.connection.execute(statement)}
