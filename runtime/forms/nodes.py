"""What stands on the page: the visible components with their values, rules and messages, ready to be drawn or checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from engine.api import Value
from runtime.forms.fields import FormField
from runtime.forms.model import MULTIPLE, Component
from runtime.forms.options import Choice
from runtime.forms.source import MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a field after their FEEL was evaluated."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(slots=True, kw_only=True)
class Node:
    """One visible component at one place. `path` is where its value is; a dynamic list has one group of nodes a row in `rows`
    and in `origins` which row of the data each of them was.

    `sent` is what the source gave (or MISSING); `typed` is what the input shows; `value` is the value that holds now.
    """

    component: Component
    path: str
    label: str = ""
    description: str = ""
    prefix: str = ""
    suffix: str = ""
    html: Markup | None = None
    value: Value = None
    sent: Any = MISSING
    typed: str = ""
    choices: tuple[Choice, ...] = ()
    picked: frozenset[str] = frozenset()
    disabled: bool = False
    readonly: bool = False
    required: bool = False
    limits: Limits = Limits()
    width: int = 16
    check: FormField | None = None
    children: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)
    origins: list[int | None] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def type(self) -> str:
        """The form-js type."""
        return self.component.type

    @property
    def id(self) -> str:
        """The id of the input in the page."""
        return f"f.{self.path or self.component.id}"

    @property
    def multiple(self) -> bool:
        """True when several options may be chosen."""
        return self.type in MULTIPLE

    @property
    def takes_input(self) -> bool:
        """True when the client's value counts: not computed, disabled or read only."""
        return self.check is not None and not self.disabled and not self.readonly

    @property
    def described_by(self) -> str:
        """The ids of the help text and the messages, for ``aria-describedby``."""
        parts = [f"{self.id}-help"] if self.description else []
        return " ".join([*parts, *([f"{self.id}-error"] if self.errors else [])])


def flat(nodes: Sequence[Node]) -> Iterator[Node]:
    """All nodes of all depths, in the order of the page."""
    for node in nodes:
        yield node
        yield from flat(node.children)
        for row in node.rows:
            yield from flat(row)


def widths(components: Sequence[Component]) -> list[int]:
    """The width of each component out of sixteen columns: as given, else an equal share of what its row leaves."""
    by_row: dict[str, list[Component]] = {}
    for component in components:
        by_row.setdefault(component.row or component.id, []).append(component)
    return [component.columns or _share(by_row[component.row or component.id]) for component in components]


def _share(row: Sequence[Component]) -> int:
    left = 16 - sum(component.columns or 0 for component in row)
    return max(2, left // max(1, sum(component.columns is None for component in row)))
