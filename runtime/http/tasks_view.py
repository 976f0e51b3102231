"""What the inbox and the task page say about a user task: why it is mine, how urgent it is, what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from runtime.access.actor import Actor
from runtime.access.policy import passes
from runtime.http.current import platform
from runtime.i18n import _, label
from runtime.processes.views import TaskRow
from runtime.store.work import Work

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A record that a task is about."""

    type: str
    id: str
    type_label: str
    title: str

    @property
    def url(self) -> str:
        """The record's card."""
        return f"/records/{self.type}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A task as a row of the inbox. `claimable` when one press makes it mine; `sender` is the name of who sent it."""

    task: TaskRow
    records: tuple[RecordLink, ...]
    why: str
    urgency: str
    claimable: bool
    sender: str = ""


def inbox_rows(work: Work, tasks: Iterable[TaskRow]) -> list[InboxRow]:
    """The rows of a page of tasks."""
    found = list(tasks)
    links = record_links(work, {record for task in found for record in task.records})
    people = {name for task in found for name in (task.assignee, task.sender) if name}
    names = platform().access.names(work, people)
    return [
        InboxRow(
            task=task,
            records=tuple(link for record, link in links.items() if record in task.records),
            why=why(work.actor, task, names),
            urgency=urgency(task.due_date, work.now),
            claimable=task.assignee is None and task.pending is None and _is_candidate(work.actor, task),
            sender=names.get(task.sender or "", task.sender or ""),
        )
        for task in found
    ]


def _is_candidate(actor: Actor, task: TaskRow) -> bool:
    named = actor.id in task.candidate_users or any(group in actor.roles for group in task.candidate_groups)
    return named or passes(actor)


def record_links(work: Work, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], RecordLink]:
    """The records that this person may see, by type and id, the one that matters first; the others are left out."""
    by_type: dict[str, set[str]] = {}
    for type, record_id in records:
        by_type.setdefault(type, set()).add(record_id)
    service = platform().records
    found = [
        RecordLink(type, record_id, label(service.types[type].label), title or record_id)
        for type, ids in by_type.items()
        if type in service.types
        for record_id, title in service.titles(work, type, sorted(ids)).items()
    ]
    return {(link.type, link.id): link for link in _in_order(found)}


def _in_order(links: Iterable[RecordLink]) -> list[RecordLink]:
    """Records with a pipeline first, then in the order of the menu: work is about those, the rest was made on the way."""
    types, menu = platform().records.types, platform().packages.menu

    def rank(link: RecordLink) -> tuple[bool, int, str]:
        place = menu.index(link.type) if link.type in menu else len(menu)
        return not types[link.type].pipelines, place, link.title

    return sorted(links, key=rank)


def urgency(due: datetime | None, now: datetime) -> str:
    """late, soon (within a day), later, or "" without a due date."""
    if due is None:
        return ""
    return "late" if due < now else "soon" if due - now < SOON else "later"


def why(actor: Actor, task: TaskRow, names: Mapping[str, str]) -> str:
    """Why the task is in this person's list."""
    if task.assignee == actor.id:
        return _("Assigned to you")
    if task.assignee:
        return _("Assigned to %(name)s", name=names.get(task.assignee, task.assignee))
    if actor.id in task.candidate_users:
        return _("Offered to you")
    group = next((name for name in task.candidate_groups if name in actor.roles), None)
    if group:
        return _("For your group %(group)s", group=role_label(group))
    if task.candidate_groups:
        return _("For the group %(group)s", group=", ".join(role_label(name) for name in task.candidate_groups))
    return _("For nobody in particular")


def role_label(name: str) -> str:
    """A role in the user's language; a group that no package declares by its own name."""
    roles = platform().access.roles
    return label(roles[name].label) if name in roles else name
