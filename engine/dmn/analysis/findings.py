"""What the analysis of a decision table answers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.codes import DmnCode
from engine.feel.values import Value
from engine.problems import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFinding:
    """One thing about a table. `severity` is None for a note: good to know, nothing to mend.

    `rules` are the numbers of the rules it is about, `example` an input that shows it: labels of columns with values.
    """

    code: DmnCode
    severity: Severity | None
    message: str
    fix: str = ""
    rules: tuple[int, ...] = ()
    example: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAnalysis:
    """All about one table. `element` and `name` are of the decision or knowledge model that has it; `complete` is False when a
    part was too much work; `steps` says how much there was."""

    element: str
    name: str
    rules: int
    findings: tuple[TableFinding, ...]
    complete: bool
    steps: int
