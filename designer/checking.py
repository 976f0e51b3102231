"""The engine's own check of a diagram that is being edited, together with the files it was deployed with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.api import Problem, Severity
from runtime.http.instances.labels import element_type
from runtime.http.instances.outline import Badge, OutlineItem, items_by_id, read_outline
from runtime.http.problems import problem_json
from runtime.i18n import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding as the list shows it. `element_name` is "" when the finding is about no element of this diagram."""

    problem: Problem
    is_error: bool
    element_name: str
    elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the designer shows of a check: findings, errors first, and the outline with its marks."""

    rows: tuple[Row, ...]
    outline: tuple[OutlineItem, ...]
    badges: Mapping[str, tuple[Badge, ...]]

    @property
    def errors(self) -> int:
        """How many findings stop a deployment."""
        return sum(row.is_error for row in self.rows)

    @property
    def summary(self) -> str:
        """The findings counted in words."""
        warnings = len(self.rows) - self.errors
        parts = [ngettext("%(n)s error", "%(n)s errors", self.errors)] if self.errors else []
        parts += [ngettext("%(n)s warning", "%(n)s warnings", warnings)] if warnings else []
        return ", ".join(parts) or _("No problems")

    def as_json(self) -> list[dict[str, Any]]:
        """The findings about this diagram, for the marks on the canvas."""
        return [problem_json(row.problem) for row in self.rows if not row.elsewhere]


def report(xml: bytes, resource: str, problems: Sequence[Problem]) -> Report:
    """Arrange the problems of a check for the screen; `resource` is the name of the edited file among those checked."""
    outline = read_outline(xml)
    names = _names(outline)
    rows = [_row(problem, resource, names) for problem in problems]
    rows.sort(key=lambda row: (not row.is_error, row.elsewhere, row.problem.line or 0))
    return Report(rows=tuple(rows), outline=outline, badges=_badges(rows))


def _names(outline: Sequence[OutlineItem]) -> dict[str, str]:
    """What elements and flows are called on the screen, by id."""
    names: dict[str, str] = {}
    for id, item in items_by_id(outline).items():
        names[id] = item.name or element_type(item.type, item.event)
        for lead in item.leads:
            target = lead.target_name or element_type(lead.target_type, lead.target_event)
            names[lead.flow] = f"{names[id]} → {target}"
    return names


def _row(problem: Problem, resource: str, names: Mapping[str, str]) -> Row:
    elsewhere = problem.resource != resource
    name = "" if elsewhere or problem.element is None else names.get(problem.element, problem.element)
    return Row(problem=problem, is_error=problem.severity == Severity.ERROR, element_name=name, elsewhere=elsewhere)


def _badges(rows: Sequence[Row]) -> dict[str, tuple[Badge, ...]]:
    counts = Counter((row.problem.element, row.is_error) for row in rows if row.problem.element and not row.elsewhere)
    badges: dict[str, tuple[Badge, ...]] = {}
    for (element, is_error), n in counts.items():
        text = ngettext("%(n)s error", "%(n)s errors", n) if is_error else ngettext("%(n)s warning", "%(n)s warnings", n)
        badges[str(element)] = (*badges.get(str(element), ()), Badge(kind="error" if is_error else "warning", text=text))
    return badges
