"""The lines of a record's timeline in plain words of the user's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.http.current import platform
from runtime.http.records.shown import Names, field_label, read_names, show
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
    names = read_names(work, record_type, _as_records(entries), record_type.columns)
    return [_line(record_type, entry, names) for entry in entries]


def _as_records(entries: Iterable[TimelineEntry]) -> Iterator[dict[str, Any]]:
    """The old and the new values of changed fields, as if they were records, so that what they refer to is read by name."""
    for entry in entries:
        fields = entry.data.get("fields", {})
        for side in ("from", "to"):
            yield {name: change.get(side) for name, change in fields.items()}


def _line(record_type: RecordType, entry: TimelineEntry, names: Names) -> Line:
    title, details = _words(record_type, entry, names)
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
    "process.suspended": N_("Process suspended: %(name)s"),
    "process.resumed": N_("Process resumed: %(name)s"),
}


def _words(record_type: RecordType, entry: TimelineEntry, names: Names) -> tuple[str, list[str]]:
    """Heading and details of a line. A kind of a package's own shows its title and text as they were written."""
    data = entry.data
    if entry.kind == "stage_changed":
        return _stage(data), _stage_details(data)
    if entry.kind == "owner_changed":
        owner = names.users.get(str(data.get("to")), data.get("to")) or _("nobody")
        return _("Owner is now %(owner)s", owner=owner), []
    if entry.kind == "checked":
        said = _("Done: %(item)s") if data.get("done") else _("Not done: %(item)s")
        return said % {"item": label(data["label"])}, []
    known = _TITLES.get(entry.kind)
    details = _changes(record_type, data["fields"], names) if "fields" in data else []
    details += [str(data[key]) for key in ("text", "reason") if data.get(key)]
    if known:
        return _(known, name=entry.title), details
    return entry.title or (details.pop(0) if details else entry.kind), details


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


def _changes(record_type: RecordType, fields: Any, names: Names) -> list[str]:
    """Each field with its new value, and its old one when there was one."""
    told = []
    for name, change in fields.items():
        if name not in record_type.fields:
            continue
        new, old = (show(record_type, {name: change.get(side)}, name, names).text[:200] for side in ("to", "from"))
        arrow = f"{old} → {new or '—'}" if old else new or "—"
        told.append(f"{field_label(record_type, name)}: {arrow}")
    return told
