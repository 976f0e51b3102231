"""What stands beside the form of a task: the records it is about, where in its process it is, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.api import Value
from runtime.errors import NotFound, RingiError
from runtime.forms.words import html, plain, shown
from runtime.http.current import actor, platform
from runtime.http.tasks_view import RecordLink, record_links, urgency, why
from runtime.i18n import _, format_datetime, label
from runtime.processes.views import ElementView, TaskDetail
from runtime.records.model import Field, RecordType
from runtime.records.timeline import TimelineEntry
from runtime.store.work import Work

LINES = 8
FACTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBeside:
    """A linked record: its first facts as label and text, and the latest lines of its timeline."""

    link: RecordLink
    facts: list[tuple[str, str]]
    lines: Sequence[TimelineEntry]


def surroundings(work: Work, detail: TaskDetail) -> dict[str, Any]:
    """The names that the template of the task page uses."""
    task = detail.task
    people = {name for name in (task.assignee, task.ended_by) if name}
    names = platform().access.names(work, people)
    return {
        "records": _records(work, detail),
        "position": _position(work, detail),
        "names": names,
        "why": why(actor(), task, names),
        "urgency": urgency(task.due_date, work.now),
        "is_mine": task.assignee == actor().id,
        "documentation": html(plain(detail.documentation, lambda text: None), lambda text: None),
    }


def conflict_text(work: Work, detail: TaskDetail, refusal: RingiError) -> str:
    """Who was faster, and when."""
    task = detail.task
    people = [name for name in (task.assignee, task.ended_by) if name]
    names = platform().access.names(work, people)
    when = format_datetime(task.ended_at) if task.ended_at else ""
    if task.status == "completed":
        return _("%(name)s completed this task on %(time)s.", name=names.get(task.ended_by or "", task.ended_by), time=when)
    if task.status == "cancelled":
        return _("The process took this task back on %(time)s. It need not be done any more.", time=when)
    if task.assignee and task.assignee != actor().id:
        return _("%(name)s has claimed this task.", name=names.get(task.assignee, task.assignee))
    return refusal.detail


def _records(work: Work, detail: TaskDetail) -> list[RecordBeside]:
    links = record_links(work, detail.task.records)
    return [_beside(work, link) for link in links.values()]


def _beside(work: Work, link: RecordLink) -> RecordBeside:
    service = platform().records
    declared, record = service.types[link.type], service.get(work, link.type, link.id)
    lines = service.timeline(work, link.type, link.id, limit=LINES).rows
    return RecordBeside(link=link, facts=_facts(work, declared, record), lines=lines)


def _facts(work: Work, declared: RecordType, record: dict[str, Value]) -> list[tuple[str, str]]:
    """The filled fields of the card, in its order."""
    names = [name for section in declared.card for name in section.fields] or list(declared.columns)
    found = []
    for name in names:
        field = declared.fields.get(name)
        if field is not None and field.type != "children" and record.get(name) not in (None, "", []):
            found.append((label(field.label), _text(work, field, record[name])))
    return found[:FACTS]


def _text(work: Work, field: Field, value: Value) -> str:
    """A field's value as people read it."""
    if field.type == "choice":
        return label(field.choices[value]) if value in field.choices else str(value)
    if field.type == "multi_choice":
        return ", ".join(label(field.choices[one]) if one in field.choices else str(one) for one in value)
    if field.type == "reference":
        return platform().records.titles(work, field.to, [value]).get(value, "…")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return shown(value)


def _position(work: Work, detail: TaskDetail) -> list[str]:
    """The names from the process down to the task: called processes and sub-processes on the way. Empty when the task ended."""
    try:
        elements = {one.key: one for one in platform().processes.instance(work, detail.task.instance_id).elements}
    except NotFound:
        return []
    own = next((one for one in elements.values() if one.element == detail.task.element and one.type == "userTask"), None)
    path: list[ElementView] = []
    while own is not None:
        path.append(own)
        own = elements.get(own.parent) if own.parent is not None else None
    return [one.name or one.element for one in reversed(path)]
