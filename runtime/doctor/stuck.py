"""No instance stops silently: one that neither waits for something nor has an incident gets one.

It cannot happen as long as the engine has no bug and nobody changes rows by hand. This is for when one of the two is so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from engine.api import events, instance_from_json
from runtime.access.actor import SYSTEM
from runtime.doctor import statements
from runtime.doctor.statements import STUCK
from runtime.processes import statements as process_statements
from runtime.store.database import Database
from runtime.store.work import Work

_log = logging.getLogger(__name__)

PAGE = 20_000
"""So many active instances are looked at in one step, which takes a fraction of a second."""

_TOLD = (
    "The instance waits for nothing: there is no task, job, timer, subscription or incident that could move it on. "
    "Move a token or cancel the instance, and report this as a fault of Ringi with the instance's journal."
)


@dataclass(frozen=True, slots=True)
class Stuck:
    """An instance that waits for nothing."""

    instance: str
    process: str


def find_stuck(work: Work, after: str = "", limit: int = PAGE) -> tuple[list[Stuck], str]:
    """The stuck ones among the next active instances, and where to go on; that is empty at the end."""
    rows, last = statements.silent_instances(work.connection, after, limit)
    return [Stuck(row["id"], row["process_id"]) for row in rows if not _watches(work, row["id"])], last


def all_stuck(work: Work) -> Iterator[Stuck]:
    """All of them."""
    after = ""
    while True:
        found, after = find_stuck(work, after)
        yield from found
        if not after:
            return


class Watch:
    """Goes through the active instances again and again, a page each time it is called."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._after = ""

    def look(self) -> int:
        """Look at the next page; how many instances got an incident."""
        with self._database.read(SYSTEM) as work:
            found, self._after = find_stuck(work, self._after)
            told = statements.stuck_incidents(work.connection)
        new = [one for one in found if one.instance not in told]
        if new or told:
            with self._database.write(SYSTEM, "watch for instances that wait for nothing") as work:
                return _settle(work, new, told)
        return 0


def _settle(work: Work, new: list[Stuck], told: dict[str, str]) -> int:
    """Raise incidents for those that are stuck now that their rows are locked, too; close those of others that moved on."""
    raised = 0
    for one in new:
        row = process_statements.try_lock_instance(work.connection, one.instance)
        if row is not None and row["status"] == "active" and _is_silent(work, one.instance):
            process_statements.insert_incidents(work.connection, [_incident(work, one)])
            _log.error("an instance waits for nothing", extra={"instance": one.instance})
            raised += 1
    moved = [incident for instance, incident in told.items() if not _is_silent(work, instance)]
    if moved:
        statements.delete_stuck_incidents(work.connection, moved)
    return raised


def _is_silent(work: Work, instance: str) -> bool:
    """Whether that one instance waits for nothing."""
    return statements.is_silent(work.connection, instance) and not _watches(work, instance)


def _watches(work: Work, instance: str) -> bool:
    """Whether it waits for a condition, the one wait that has no row but that of its element."""
    elements = (instance_from_json(data) for data in statements.elements_of(work.connection, instance))
    return any(isinstance(wait, events.ConditionOpened) for one in elements for wait in one.waits.values())


def _incident(work: Work, stuck: Stuck) -> dict[str, object]:
    about = {"id": f"stuck:{stuck.instance}", "instance_id": stuck.instance, "key": None, "element": None, "job_id": None}
    return about | {"code": STUCK, "message": _TOLD, "raised_at": work.now}
