"""What stands beside the form of a task: the record it is about, where in its process it is, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runtime.errors import NotFound, RingiError
from runtime.forms.words import html
from runtime.http.current import actor, platform
from runtime.http.records.shown import Shown, field_label, read_names, show
from runtime.http.records.timeline import Line, lines
from runtime.http.refusals import told
from runtime.http.tasks_view import RecordLink, record_links, urgency, why
from runtime.i18n import _, format_datetime
from runtime.processes.tasks import DENIED
from runtime.processes.views import ElementView, TaskDetail, TaskRow
from runtime.store.work import Work

LINES = 8
FACTS = 12
WITHDRAWALS = frozenset({"KERNEL-1070", "TASK-1009", "PROC-1004", "KERNEL-1017"})
"""What is said to somebody who wants to take back a completed task."""
LONGEST = 240
"""Longer values are cut: the record's own page has the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBeside:
    """The record a task is about: its stage, its filled fields by label, and the latest lines of its timeline."""

    link: RecordLink
    stage: Shown | None
    facts: list[tuple[str, Shown]]
    lines: Sequence[Line]


def surroundings(work: Work, detail: TaskDetail) -> dict[str, Any]:
    """The names that the template of the task page uses."""
    task = detail.task
    names = platform().access.names(work, _people(detail))
    links = list(record_links(work, task.records).values())
    return {
        "record": _beside(work, links[0]) if links else None,
        "other_records": links[1:],
        "position": _position(work, detail),
        "names": names,
        "why": _("For %(name)s, who is away", name=names.get(detail.why_for, detail.why_for))
        if detail.why_for
        else why(actor(), task, names),
        "urgency": urgency(task.due_date, work.now),
        "is_mine": task.assignee == actor().id,
        "stands_in": detail.why == "deputy",
        "pending": pending_text(task),
        "can_release": bool(task.candidate_groups or task.candidate_users),
        "documentation": html(detail.documentation, lambda text: None),
    }


def _people(detail: TaskDetail) -> set[str]:
    """Everybody whom the page names."""
    task, signing = detail.task, detail.co_signing
    found = {task.assignee, task.ended_by, task.ended_for, task.sender, detail.why_for}
    if signing is not None:
        found |= {*signing.asked, *signing.waiting, signing.done_by, *(one.by for one in signing.signatures)}
    return {name for name in found if name}


def conflict_text(work: Work, detail: TaskDetail, refusal: RingiError) -> str:
    """Who was faster, and when; or why it is not accepted."""
    task = detail.task
    if refusal.code == DENIED:
        return _("Not accepted: %(reason)s", reason=refusal.detail)
    if task.status == "open" and task.pending:
        return pending_text(task)
    names = platform().access.names(work, [name for name in (task.assignee, task.ended_by) if name])
    when = format_datetime(task.ended_at) if task.ended_at else ""
    if task.status == "completed" and refusal.code in WITHDRAWALS:
        return told(refusal)
    if task.status == "completed":
        return _("%(name)s completed this task on %(time)s.", name=names.get(task.ended_by or "", task.ended_by), time=when)
    if task.status == "refused":
        return _("%(name)s did not co-sign, on %(time)s.", name=names.get(task.ended_by or "", task.ended_by), time=when)
    if task.status == "cancelled":
        return _("The process took this task back on %(time)s. It need not be done any more.", time=when)
    if task.assignee and task.assignee != actor().id:
        return _("%(name)s has claimed this task.", name=names.get(task.assignee, task.assignee))
    return told(refusal)


def pending_text(task: TaskRow) -> str:
    """What is about to happen to the task, "" when nothing is."""
    texts = {"completing": _("This task is being completed. Others are asked first whether all is in order.")}
    texts["assigning"] = _("This task is being assigned. Others are asked first whether all is in order.")
    return texts.get(task.pending or "", "")


def _beside(work: Work, link: RecordLink) -> RecordBeside:
    service = platform().records
    declared, record = service.types[link.type], service.get(work, link.type, link.id)
    columns = [name for section in declared.card for name in section.fields] or list(declared.columns)
    names = read_names(work, declared, [record], columns)
    values = [(field_label(declared, name), show(declared, record, name, names)) for name in columns if name != declared.title]
    return RecordBeside(
        link=link,
        stage=show(declared, record, "stage", names) if record.get("stage") else None,
        facts=[(name, value) for name, value in values if value.text][:FACTS],
        lines=lines(work, declared, link.id)[:LINES],
    )


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
