"""Where a token can stand: what a person chooses from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from runtime.http.instances.diagrams import Diagram
from runtime.http.instances.labels import element_type
from runtime.http.instances.outline import OutlineItem
from runtime.http.instances.page import InstancePage
from runtime.i18n import _

_SCOPES = frozenset({"process", "subProcess", "eventSubProcess", "adHocSubProcess", "transaction", "callActivity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The elements of one diagram at which a token can begin, as (id, name), and the tokens that stand on it now."""

    diagram: str
    elements: Sequence[tuple[str, str]]
    tokens: Sequence[tuple[int, str]]


def places_of(page: InstancePage) -> list[Places]:
    """The diagrams of an instance, its own first."""
    return [_places(page, diagram) for diagram in page.diagrams]


def scopes_of(page: InstancePage, *, inside: bool) -> list[tuple[int, str]]:
    """Active element instances that can hold something: `inside` all, for variables; else those that hold tokens."""
    return [
        (one.key, _named(one.key, one.name or page.names.element(one.element)))
        for one in page.detail.elements
        if one.parent is not None and (inside or one.type in _SCOPES)
    ]


def elements_of(items: Iterable[OutlineItem]) -> list[tuple[str, str]]:
    """Elements at which a token can begin, in flow order, as (id, name)."""
    return [(one.id, _label(one)) for one in _flat(items) if _can_begin(one)]


def _places(page: InstancePage, diagram: Diagram) -> Places:
    known = {item.id for item in _flat(diagram.outline)}
    here = [one for one in page.detail.elements if one.element in known and one.parent is not None and one.type != "process"]
    return Places(
        diagram=diagram.name,
        elements=elements_of(diagram.outline),
        tokens=[(one.key, _named(one.key, page.names.element(one.element))) for one in here],
    )


def _flat(items: Iterable[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _flat(item.children)


def _can_begin(item: OutlineItem) -> bool:
    if item.type in {"process", "boundaryEvent", "eventSubProcess"}:
        return False
    return not (item.type == "startEvent" and item.event)


def _label(item: OutlineItem) -> str:
    kind = element_type(item.type, item.event)
    return f"{item.name} ({kind})" if item.name else f"{kind} {item.id}"


def _named(key: int, name: str) -> str:
    return _("%(name)s (no. %(key)s)", name=name, key=key)
