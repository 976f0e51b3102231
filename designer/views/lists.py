"""Which processes there are, and the versions of one."""

from __future__ import annotations

from flask import render_template

from designer import catalogue, drafts
from designer.catalogue import Version
from runtime.access.actor import SYSTEM
from runtime.errors import NotFound
from runtime.http.current import platform, reading
from runtime.http.security import requires
from runtime.store.work import Work


@requires("designer.use")
def processes() -> str:
    """The deployed processes, and the drafts of the signed-in person."""
    with reading() as work:
        rows, mine = catalogue.processes(work), drafts.mine(work)
        names = _names(work, [row.latest for row in rows])
    return render_template("designer/processes.html", rows=rows, drafts=mine, names=names)


@requires("designer.use")
def versions(process_id: str) -> str:
    """Every version of a process: when, by whom, why, and how many instances run on it."""
    with reading() as work:
        found = catalogue.versions(work, process_id)
        names = _names(work, found)
    if not found:
        raise NotFound("DESIGN-1001", f"There is no process {process_id}.")
    return render_template("designer/versions.html", versions=found, names=names)


def _names(work: Work, found: list[Version]) -> dict[str, str]:
    """The names of those who deployed; the platform deploys what packages bring."""
    people = {version.deployed_by for version in found}
    return {**{one: one for one in people}, SYSTEM.id: SYSTEM.name, **platform().access.names(work, people)}
