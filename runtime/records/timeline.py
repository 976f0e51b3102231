"""What happened to a record, line by line, by whom and when: written by the record services, by processes, and by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, or_, true

from engine.api import Value, to_plain
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records import statements
from runtime.records.parts import RECORD_ID, Record, Repository
from runtime.records.tables import timeline_entry
from runtime.records.text import clean_line, clean_lines
from runtime.store.ids import new_id
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.work import Work

LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """`kind` is created, changed, stage_changed, owner_changed, checked, deleted, note, or what a process calls it.

    `title` is empty when kind and data say it all. `data` is plain JSON: ``fields`` of changed (name to from and to); ``from``,
    ``to``, ``seconds``, ``reason`` of stage_changed; ``from``, ``to`` and their names of owner_changed; ``text`` of note.
    """

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    via: str
    kind: str
    title: str
    data: Mapping[str, Any]


def add(  # noqa: PLR0917  # the runtime hands it on as a plain function
    work: Work, type: str, record_id: str, kind: str, title: str = "", data: Mapping[str, Any] | None = None
) -> None:
    """Write a line. `data` must be plain JSON. Whether the actor may is the caller's business."""
    row = {
        "id": new_id(),
        "record_type": type,
        "record_id": record_id,
        "at": work.now,
        "actor_id": work.actor.id,
        "actor_name": work.actor.name,
        "via": work.actor.via,
        "kind": kind,
        "title": clean_line(title)[:500],
        "data": dict(data or {}),
    }
    statements.insert_entry(work.connection, row)


def add_to(repository: Repository, record: Record, kind: str, data: Mapping[str, Any] | None = None) -> None:
    """Write a line on a record of the repository."""
    add(repository.work, repository.type, record["id"], kind, data=data)


def note(
    repository: Repository, record_id: str, text: str, *, kind: str = "note", data: Mapping[str, Value] | None = None
) -> None:
    """A line in somebody's own words on a record that they may change. Raises Invalid for an empty or endless text."""
    record = repository.load(record_id, action="update")
    cleaned = clean_lines(text) if isinstance(text, str) else ""
    if not cleaned or len(cleaned) > LONGEST_NOTE:
        said = _("A note has 1 to %(n)s characters.", n=LONGEST_NOTE)
        raise Invalid("REC-1005", said, fields={"text": [said]})
    add_to(repository, record, kind, {**to_plain(dict(data or {})), "text": cleaned})


def entries(repository: Repository, record_id: str, *, after: str | None, limit: int) -> Page[TimelineEntry]:
    """The timeline of a record that the actor may see, the latest line first. Raises NotFound."""
    repository.load(record_id)
    size = page_size(limit)
    rows = statements.select_entries(repository.connection, repository.type, record_id, _before(after), size + 1)
    return cut(rows, size, lambda row: [row["at"].isoformat(), row["id"]], _entry)


def field_changes(repository: Repository, before: Record, record: Record, names: Mapping[str, Value]) -> dict[str, Any]:
    """From and to of changed fields as plain JSON, for a line of kind changed."""
    plain = repository.parts.schemas.plain
    old = plain(repository.type, {name: before[name] for name in names})
    new = plain(repository.type, {name: record[name] for name in names})
    return {name: {"from": old[name], "to": new[name]} for name in names}


def _before(cursor: str | None) -> Any:
    if cursor is None:
        return true()
    at, entry_id = from_cursor(cursor, 2)
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not RECORD_ID.fullmatch(entry_id):
            raise ValueError(at)
    except (TypeError, ValueError) as error:
        raise Invalid("PAGE-1001", _("The page position is not valid. Start again without it.")) from error
    c = timeline_entry.c
    return or_(c.at < moment, and_(c.at == moment, c.id < entry_id))


def _entry(row: RowMapping) -> TimelineEntry:
    return TimelineEntry(**{name: row[name] for name in TimelineEntry.__dataclass_fields__})
