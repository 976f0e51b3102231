"""The lines of a record's timeline in plain words of the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.http.current import platform
from runtime.http.records.shown import Names, field_label, show
from runtime.i18n import N_, _, format_duration, label
from runtime.records.model import RecordType
from runtime.records.timeline import TimelineEntry
from runtime.store.work import Work

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened; `kind` is for the style."""

    kind: str
    title: str
    details: list[str]
    at: datetime
    who: str


def lines(work: Work, record_type: RecordType, record_id: str) -> list[Line]:
    """The latest lines first."""
    entries = platform().records.timeline(work, record_type.name, record_id, limit=SHOWN).rows
    users = platform().access.names(work, {name for entry in entries for name in _users_in(entry)})
    return [_line(record_type, entry, users) for entry in entries]


def _users_in(entry: TimelineEntry) -> list[str]:
    """The users that a line names beside the one who did it."""
    if entry.kind == "stage_changed":
        return []
    return [entry.data[key] for key in ("from", "to", "by") if isinstance(entry.data.get(key), str)]


def _line(record_type: RecordType, entry: TimelineEntry, users: Mapping[str, str]) -> Line:
    title, details = _words(record_type, entry, users)
    return Line(kind=entry.kind.replace(".", "-"), title=title, details=details, at=entry.at, who=_who(entry))


def _who(entry: TimelineEntry) -> str:
    doors = {
        "process": _("by a process"),
        "import": _("by an import"),
        "api": _("through the API"),
        "system": _("by Ringi"),
        "cli": _("at the prompt"),
    }
    if entry.via in {"process", "system"}:
        return f"{entry.actor_name} · {doors[entry.via]}" if entry.actor_id != "system" else doors[entry.via]
    return f"{entry.actor_name} · {doors[entry.via]}" if entry.via in doors else entry.actor_name


_TITLES: Mapping[str, str] = {
    "created": N_("Created"),
    "changed": N_("Changed"),
    "deleted": N_("Deleted"),
    "note": N_("Note"),
    "task.completed": N_("Task completed: %(name)s"),
    "process.started": N_("Process: %(name)s"),
    "process.completed": N_("Process ended: %(name)s"),
    "process.cancelled": N_("Process cancelled: %(name)s"),
}


def _words(record_type: RecordType, entry: TimelineEntry, users: Mapping[str, str]) -> tuple[str, list[str]]:
    """Heading and details of a line. A kind of a package's own shows its title and text as they were written."""
    data = entry.data
    if entry.kind == "stage_changed":
        return _stage(data), _stage_details(data)
    if entry.kind == "owner_changed":
        owner = users.get(str(data.get("to")), data.get("to")) or _("nobody")
        return _("Owner is now %(owner)s", owner=owner), []
    if entry.kind == "checked":
        said = _("Done: %(item)s") if data.get("done") else _("Not done: %(item)s")
        return said % {"item": label(data["label"])}, []
    known = _TITLES.get(entry.kind)
    title = _(known, name=entry.title) if known and (entry.kind != "note" or not entry.title) else entry.title or entry.kind
    details = _changes(record_type, data["fields"]) if "fields" in data else []
    return title, [*details, *(str(data[key]) for key in ("text", "reason") if data.get(key))]


def _stage(data: Any) -> str:
    stage = platform().records.types.stage(data.get("pipeline"), data.get("to"))
    return _("Stage: %(stage)s", stage=label(stage.label) if stage else data.get("to"))


def _stage_details(data: Any) -> list[str]:
    before = platform().records.types.stage(data.get("pipeline"), data.get("from"))
    details = []
    if before and data.get("seconds") is not None:
        spent = format_duration(timedelta(seconds=data["seconds"]))
        details.append(_("after %(time)s in %(stage)s", time=spent, stage=label(before.label)))
    if data.get("reason"):
        details.append(_("Reason: %(reason)s", reason=data["reason"]))
    return details


def _changes(record_type: RecordType, fields: Any) -> list[str]:
    """Each field with its new value, and its old one when there was one."""
    names, told = Names(), []
    for name, change in fields.items():
        if name not in record_type.fields:
            continue
        new, old = (_plain(record_type, name, change.get(side), names) for side in ("to", "from"))
        arrow = f"{old} → {new or '—'}" if old else new or "—"
        told.append(f"{field_label(record_type, name)}: {arrow}")
    return told


def _plain(record_type: RecordType, name: str, value: Any, names: Names) -> str:
    if record_type.fields[name].type == "reference":
        return _("another record") if value else ""
    return show(record_type, {name: value}, name, names).text[:200]
