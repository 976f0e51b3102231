"""Whether an installation can do its work now, in few words."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.observe import statements
from runtime.observe.heartbeat import DEAD_AFTER
from runtime.store.migrations import HEAD, revision
from runtime.store.work import Work


@dataclass(frozen=True, slots=True)
class Readiness:
    """`trouble` is empty when requests can be answered; `workers` is ``alive`` or ``none``: without, jobs and timers wait."""

    trouble: str
    workers: str


def look(work: Work) -> Readiness:
    """Look at the database that answers. Raises Unavailable when it does not."""
    found = revision(work.connection)
    trouble = "" if found == HEAD else f"the database is at revision {found}, this version needs {HEAD}"
    if trouble:
        return Readiness(trouble, "unknown")
    alive = any(row["seen_at"] > work.now - DEAD_AFTER for row in statements.heartbeats(work.connection))
    return Readiness("", "alive" if alive else "none")
