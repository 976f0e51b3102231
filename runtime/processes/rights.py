"""Why somebody sees a user task, and whether they may do it."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.access import substitutes, users
from runtime.access.actor import Actor
from runtime.access.policy import passes
from runtime.errors import Conflict
from runtime.processes import queries
from runtime.store.types import Row
from runtime.store.work import Work


@dataclass(frozen=True, slots=True)
class Right:
    """`why` is assignee, user, group, deputy or administrator; `group` and `absent` say through whom."""

    why: str
    group: str | None = None
    absent: str | None = None


def right_to(work: Work, row: Row) -> Right | None:
    """Why the actor sees the task; None when they do not."""
    if work.actor.is_system:
        return Right("administrator")
    if _has(work.actor, row):
        return Right("assignee")
    named, groups = queries.select_candidates_of(work.connection, row["id"])
    own = _own(work.actor, row, named, groups)
    if own is not None and row["assignee"] is None:
        return own
    return _deputy(work, row, named, groups) or own or _administrator(work.actor)


def check_mine(work: Work, row: Row) -> None:
    """Raise Conflict for a task that somebody else has, unless the actor stands in for them."""
    allowed = row["assignee"] in {None, work.actor.id} or work.actor.is_system
    if not allowed and row["assignee"] not in substitutes.absent_of(work, work.actor.id):
        detail = f"The task {row['name']!r} is assigned to {row['assignee']}. Take it over first."
        raise Conflict("TASK-1003", detail)


def _own(actor: Actor, row: Row, named: list[str], groups: list[str]) -> Right | None:
    if _has(actor, row):
        return Right("assignee")
    if actor.id in named:
        return Right("user")
    group = next((name for name in groups if name in actor.roles), None)
    return None if group is None else Right("group", group=group)


def _has(actor: Actor, row: Row) -> bool:
    return actor.id in {row["assignee"], row["ended_by"]}


def _deputy(work: Work, row: Row, named: list[str], groups: list[str]) -> Right | None:
    for absent in substitutes.absent_of(work, work.actor.id):
        person = users.find(work, absent)
        if person is not None and _own(person.actor(), row, named, groups) is not None:
            return Right("deputy", absent=absent)
    return None


def _administrator(actor: Actor) -> Right | None:
    return Right("administrator") if passes(actor) else None
