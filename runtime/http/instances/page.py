"""One instance put together for its page: where it stands, what it waits for, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.api import Value
from runtime.http.current import platform
from runtime.http.instances.diagrams import Diagram, all_items, read_diagrams
from runtime.http.instances.journal import Line, learn, tell
from runtime.http.instances.names import Names, people_in
from runtime.http.instances.past import Past, past_of
from runtime.processes.views import ElementView, InstanceDetail
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
    """All that the page shows. `diagram` is the chosen one of `diagrams`.

    `next` is the journal position behind the last line, None at the end; `path_is_cut` tells of a history too long to follow.
    """

    detail: InstanceDetail
    diagrams: tuple[Diagram, ...]
    diagram: Diagram
    scopes: tuple[Scope, ...]
    names: Names
    lines: tuple[Line, ...]
    past: Past
    next: int | None
    path_is_cut: bool


def instance_page(work: Work, instance_id: str, *, after: int = 0, diagram: str = "") -> InstancePage:
    """The page of an instance. `after` is a journal position, `diagram` the key of a definition. Raises NotFound."""
    processes = platform().processes
    detail = processes.instance(work, instance_id)
    first = processes.journal(work, instance_id, 0, FOLLOWED)
    shown = processes.journal(work, instance_id, after, SHOWN + 1)
    diagrams = read_diagrams(work, detail, first)
    happened = [event for row in (*first, *shown) for event in row.events]
    names = Names(items=all_items(diagrams), people=platform().access.names(work, people_in(happened)))
    learn(first, names)
    return InstancePage(
        detail=detail,
        diagrams=diagrams,
        diagram=next((one for one in diagrams if one.key == diagram), diagrams[0]),
        scopes=_scopes(detail),
        names=names,
        lines=tuple(tell(shown[:SHOWN], names)),
        past=past_of(work, instance_id, names),
        next=shown[SHOWN - 1].seq if len(shown) > SHOWN else None,
        path_is_cut=len(first) == FOLLOWED,
    )


def _scopes(detail: InstanceDetail) -> tuple[Scope, ...]:
    """The process's variables first, then those that elements keep for themselves."""
    local = [_scope(element) for element in detail.elements if element.parent is not None and element.variables]
    return (Scope(name="", variables=detail.variables), *local)


def _scope(element: ElementView) -> Scope:
    return Scope(name=element.name or element.element, variables=element.variables or {})
