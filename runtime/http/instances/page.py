"""One instance put together for its page: where it stands, what it waits for, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.api import Value
from runtime.http.current import platform
from runtime.http.instances.journal import Line, learn, path, tell
from runtime.http.instances.names import Names
from runtime.http.instances.outline import Badge, OutlineItem, items_by_id, read_outline
from runtime.i18n import _, ngettext
from runtime.processes.views import ElementView, InstanceDetail, JournalRow
from runtime.store.work import Work

SHOWN = 100
"""Journal rows on one page."""
FOLLOWED = 500
"""Journal rows from the beginning that the path on the diagram and the names are taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Variables of one scope; `name` is "" for the process itself."""

    name: str
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancePage:
    """All that the page shows. `next` is the journal position behind the last line, None at the end."""

    detail: InstanceDetail
    outline: tuple[OutlineItem, ...]
    badges: Mapping[str, tuple[Badge, ...]]
    scopes: tuple[Scope, ...]
    names: Names
    lines: tuple[Line, ...]
    next: int | None
    diagram: dict[str, Any]
    path_is_cut: bool


def instance_page(work: Work, instance_id: str, after: int) -> InstancePage:
    """The page of an instance; `after` is a journal position. Raises NotFound."""
    processes = platform().processes
    detail = processes.instance(work, instance_id)
    first = processes.journal(work, instance_id, 0, FOLLOWED)
    shown = processes.journal(work, instance_id, after, SHOWN + 1)
    outline = read_outline(detail.xml)
    names = Names(items=_items(work, outline, first, detail.instance.definition_key))
    learn(first, names)
    ended, flows = path(first, detail.instance.definition_key)
    active = _active_elements(detail)
    badges = _badges(detail, active, ended)
    return InstancePage(
        detail=detail,
        outline=outline,
        badges=badges,
        scopes=_scopes(detail),
        names=names,
        lines=tuple(tell(shown[:SHOWN], names)),
        next=shown[SHOWN - 1].seq if len(shown) > SHOWN else None,
        diagram=_diagram(detail, badges, active, flows),
        path_is_cut=len(first) == FOLLOWED,
    )


def _items(
    work: Work, outline: Sequence[OutlineItem], rows: Sequence[JournalRow], definition_key: str
) -> dict[str, OutlineItem]:
    """Elements by id: those of the diagram, then those of the processes it called."""
    activated = (event for row in rows for event in row.events if event["event"] == "ElementActivated")
    called = {str(event["process"]): str(event["element"]) for event in activated if event["process"] != definition_key}
    found: dict[str, OutlineItem] = {}
    for key in called:
        for name, content in platform().processes.resources(work, key).items():
            if name.endswith(".bpmn"):
                found |= items_by_id(read_outline(content))
    return found | items_by_id(outline)


def _scopes(detail: InstanceDetail) -> tuple[Scope, ...]:
    """The process's variables first, then those that elements keep for themselves."""
    local = [_scope(element) for element in detail.elements if element.parent is not None and element.variables]
    return (Scope(name="", variables=detail.variables), *local)


def _scope(element: ElementView) -> Scope:
    return Scope(name=element.name or element.element, variables=element.variables or {})


def _incidents(detail: InstanceDetail) -> Counter[str]:
    return Counter(incident.element for incident in detail.incidents if incident.element)


def _active_elements(detail: InstanceDetail) -> Counter[str]:
    """How often each element of the diagram is active. The body of a multi-instance activity counts as what runs inside it."""
    keys = {element.key: element.element for element in detail.elements}
    bodies = {one.parent for one in detail.elements if one.parent is not None and keys.get(one.parent) == one.element}
    return Counter(one.element for one in detail.elements if one.element in detail.counts and one.key not in bodies)


def _badges(detail: InstanceDetail, active: Mapping[str, int], ended: Mapping[str, int]) -> dict[str, tuple[Badge, ...]]:
    """What the outline says of each element, in words."""
    incidents = _incidents(detail)
    badges: dict[str, tuple[Badge, ...]] = {}
    for id in {*active, *incidents, *ended}:
        found = []
        if incidents[id]:
            found.append(Badge(kind="incident", text=ngettext("%(n)s incident", "%(n)s incidents", incidents[id])))
        if active.get(id):
            found.append(Badge(kind="active", text=_active(active[id])))
        if ended.get(id) and not active.get(id):
            found.append(Badge(kind="completed", text=_("done") if ended[id] == 1 else _("done %(n)s times", n=ended[id])))
        badges[id] = tuple(found)
    return badges


def _active(n: int) -> str:
    return _("here now") if n == 1 else _("here now: %(n)s", n=n)


def _diagram(
    detail: InstanceDetail, badges: Mapping[str, tuple[Badge, ...]], active: Mapping[str, int], flows: set[str]
) -> dict[str, Any]:
    """The data of the viewer script."""
    incidents = _incidents(detail)
    elements = [
        {
            "id": id,
            "active": active.get(id, 0),
            "incidents": incidents[id],
            "completed": any(badge.kind == "completed" for badge in marks),
            "label": ", ".join(badge.text for badge in marks),
        }
        for id, marks in sorted(badges.items())
    ]
    focus = next((one["id"] for one in elements if one["incidents"]), None)
    return {
        "xml": detail.xml.decode("utf-8", "replace"),
        "elements": elements,
        "flows": sorted(flows),
        "focus": focus,
        "strings": {"unreadable": _("This diagram cannot be drawn.")},
    }
