"""Which processes there are, and the versions of one."""

from __future__ import annotations

from flask import render_template

from designer import catalogue, drafts
from runtime.errors import NotFound
from runtime.http.current import reading
from runtime.http.security import requires


@requires("designer.use")
def processes() -> str:
    """The deployed processes, and the drafts of the signed-in person."""
    with reading() as work:
        rows, mine = catalogue.processes(work), drafts.mine(work)
    return render_template("designer/processes.html", rows=rows, drafts=mine)


@requires("designer.use")
def versions(process_id: str) -> str:
    """Every version of a process: when, by whom, why, and how many instances run on it."""
    with reading() as work:
        found = catalogue.versions(work, process_id)
    if not found:
        raise NotFound("DESIGN-1001", f"There is no process {process_id}.")
    return render_template("designer/versions.html", versions=found)
