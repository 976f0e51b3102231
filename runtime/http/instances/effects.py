"""What an operation would do, in words and as marks on the diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.http.instances.diagrams import Diagram
from runtime.http.instances.labels import element_type
from runtime.http.instances.names import Names
from runtime.http.instances.outline import items_by_id
from runtime.i18n import _
from runtime.processes.operations import EffectView
from runtime.processes.views import ElementView


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPage:
    """Lines of what begins and ends, incidents as (where, what), the status then; `began` and `ended` count by element."""

    begins: Sequence[str]
    ends: Sequence[str]
    incidents: Sequence[tuple[str, str]]
    status: str
    began: Mapping[str, int]
    ended: Mapping[str, int]

    @property
    def is_nothing(self) -> bool:
        """True when no token would move."""
        return not (self.begins or self.ends or self.incidents)


def in_words(shown: EffectView, names: Names) -> EffectPage:
    """The effect as a page tells it."""
    return EffectPage(
        begins=[_line(one, names) for one in shown.begins],
        ends=[_line(one, names) for one in shown.ends],
        incidents=[(names.element(one.element), one.message) for one in shown.incidents],
        status=shown.status,
        began=_counted(shown.begins),
        ended=_counted(shown.ends),
    )


def drawn(data: Mapping[str, Any], effect: EffectPage | None) -> dict[str, Any]:
    """The data of the diagram with what would begin and end on it."""
    if effect is None:
        return dict(data)
    known = {one["id"]: one for one in data["elements"]}
    for id in {*effect.began, *effect.ended}:
        begins, ends = effect.began.get(id, 0), effect.ended.get(id, 0)
        bare = {"id": id, "active": 0, "incidents": 0, "completed": False, "label": ""}
        words = [_("begins: %(n)s", n=begins)] * bool(begins) + [_("ends: %(n)s", n=ends)] * bool(ends)
        known[id] = {**known.get(id, bare), "begins": begins, "ends": ends, "change": ", ".join(words)}
    focus = next(iter(effect.began or effect.ended), data["focus"])
    return {**data, "elements": list(known.values()), "focus": focus}


def shown_on(effect: EffectPage, diagrams: Sequence[Diagram]) -> Diagram:
    """The first diagram on which something would change: that of a called process, perhaps."""
    changed = {*effect.began, *effect.ended}
    return next((one for one in diagrams if changed & items_by_id(one.outline).keys()), diagrams[0])


def _line(one: ElementView, names: Names) -> str:
    kind = element_type(one.type)
    name = one.name or names.element(one.element)
    return name if name == kind else f"{name} ({kind})"


def _counted(found: Iterable[ElementView]) -> dict[str, int]:
    return dict(Counter(one.element for one in found if one.type != "process"))
