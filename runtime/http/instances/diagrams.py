"""The diagrams of an instance: its own and those of the processes it called, with what happens on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.http.current import platform
from runtime.http.instances.journal import path
from runtime.http.instances.outline import Badge, OutlineItem, items_by_id, read_outline
from runtime.i18n import _, ngettext
from runtime.processes.views import InstanceDetail, JournalRow
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """One diagram with its marks. `active` counts by element what stands on it now, `data` is what the viewer script gets."""

    key: str
    name: str
    outline: tuple[OutlineItem, ...]
    badges: Mapping[str, tuple[Badge, ...]]
    active: Counter[str]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    key: str
    process_id: str
    name: str
    xml: bytes


def read_diagrams(work: Work, detail: InstanceDetail, rows: Sequence[JournalRow]) -> tuple[Diagram, ...]:
    """The instance's own diagram first, then those of called processes in the order of their first call."""
    instance = detail.instance
    own = _Source(
        key=instance.definition_key,
        process_id=instance.process_id,
        name=instance.process_name or instance.process_id,
        xml=detail.xml,
    )
    return tuple(_diagram(detail, rows, source) for source in (own, *_called(work, own.key, rows)))


def all_items(diagrams: Sequence[Diagram]) -> dict[str, OutlineItem]:
    """Elements of all diagrams by id; an id that two of them have means that of the first."""
    found: dict[str, OutlineItem] = {}
    for diagram in reversed(diagrams):
        found |= items_by_id(diagram.outline)
    return found


def _called(work: Work, own_key: str, rows: Sequence[JournalRow]) -> list[_Source]:
    activated = (event for row in rows for event in row.events if event["event"] == "ElementActivated")
    keys = [key for key in dict.fromkeys(str(event["process"]) for event in activated) if key != own_key]
    if not keys:
        return []
    known = {row["key"]: row for row in platform().processes.definitions(work, latest=False)}
    return [_source(work, known[key]) for key in keys if key in known]


def _source(work: Work, row: Mapping[str, Any]) -> _Source:
    xml = platform().processes.resources(work, row["key"])[row["resource"]]
    return _Source(key=row["key"], process_id=row["process_id"], name=row["name"] or row["process_id"], xml=xml)


def _diagram(detail: InstanceDetail, rows: Sequence[JournalRow], source: _Source) -> Diagram:
    outline = read_outline(source.xml)
    ended, flows = path(rows, source.key)
    known = items_by_id(outline)
    incidents = Counter(one.element for one in detail.incidents if one.element in known)
    active = _active(detail, source.process_id)
    badges = _badges(active, incidents, ended)
    elements = [_mark(id, badges[id], active, incidents) for id in sorted(badges)]
    data = {
        "xml": source.xml.decode("utf-8", "replace"),
        "elements": elements,
        "flows": sorted(flows),
        "focus": next((one["id"] for kind in ("incidents", "active") for one in elements if one[kind]), None),
        "strings": {"unreadable": _("This diagram cannot be drawn.")},
    }
    return Diagram(key=source.key, name=source.name, outline=outline, badges=badges, active=active, data=data)


def _active(detail: InstanceDetail, process_id: str) -> Counter[str]:
    """How often each element is active. The body of a multi-instance activity counts as what runs inside it."""
    keys = {element.key: element.element for element in detail.elements}
    bodies = {one.parent for one in detail.elements if one.parent is not None and keys.get(one.parent) == one.element}
    here = (one for one in detail.elements if one.process_id == process_id and one.type != "process")
    return Counter(one.element for one in here if one.key not in bodies)


def _badges(active: Mapping[str, int], incidents: Mapping[str, int], ended: Mapping[str, int]) -> dict[str, tuple[Badge, ...]]:
    """What the outline says of each element, in words."""
    return {
        id: tuple(_words(active.get(id, 0), incidents.get(id, 0), ended.get(id, 0))) for id in {*active, *incidents, *ended}
    }


def _words(active: int, incidents: int, ended: int) -> list[Badge]:
    found = []
    if incidents:
        found.append(Badge(kind="incident", text=ngettext("%(n)s incident", "%(n)s incidents", incidents)))
    if active:
        found.append(Badge(kind="active", text=_("here now") if active == 1 else _("here now: %(n)s", n=active)))
    elif ended:
        found.append(Badge(kind="completed", text=_("done") if ended == 1 else _("done %(n)s times", n=ended)))
    return found


def _mark(id: str, badges: Sequence[Badge], active: Mapping[str, int], incidents: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": id,
        "active": active.get(id, 0),
        "incidents": incidents.get(id, 0),
        "completed": any(badge.kind == "completed" for badge in badges),
        "label": ", ".join(badge.text for badge in badges),
    }
