"""What an analyst should know about an analysis: tests that could not be told, inputs that depend on each other, missing
values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.dmn import model as m
from engine.dmn.analysis.cells import holds_for
from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.space import Dimension
from engine.dmn.analysis.words import SHOWN_TEXT, rules_told
from engine.dmn.codes import CODES, DmnCode
from engine.feel import syntax as s
from engine.feel.types import Types

MAX_COLUMNS = 60


def notes(examined: Examined) -> Iterator[TableFinding]:
    """All notes on a table."""
    for dimension in examined.dimensions:
        yield from _not_exact(examined, dimension)
        yield from _missing(examined, dimension)
    yield from _related(examined)


def _note(code: DmnCode, message: str, rules: tuple[int, ...] = ()) -> TableFinding:
    return TableFinding(code=code, severity=None, message=message, fix=CODES[code][1], rules=rules)


def _not_exact(examined: Examined, dimension: Dimension) -> Iterator[TableFinding]:
    unclear = [(examined.number(n), cell.unclear) for n, cell in enumerate(dimension.cells) if cell.unclear]
    if not unclear:
        return
    numbers, text = tuple(n for n, _ in unclear), unclear[0][1]
    shown = text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
    test = f"{'tests' if len(numbers) == 1 else 'test'} “{dimension.labels[0]}”"
    yield _note(
        DmnCode.NOT_EXACT,
        f"{rules_told(numbers, capital=True)} {test} by an expression (“{shown}”) that cannot be compared with other "
        "conditions: for gaps it counts as holding, and overlaps are told only where they are certain.",
        numbers,
    )


def _missing(examined: Examined, dimension: Dimension) -> Iterator[TableFinding]:
    """A null that no rule was written for: no rule asks for it, and none holds for it."""
    if dimension.domain.at(None) or any(cell.unclear for cell in dimension.cells):
        return
    held: dict[str, bool] = {}
    for rule in examined.table.rules:
        conditions = [rule.conditions[n - 1] for n in dimension.columns if n <= len(rule.conditions)]
        if all(c is None or _holds_for_null(c, examined.placed.types, held) for c in conditions):
            return
    yield _note(DmnCode.MISSING_VALUE, f"When “{dimension.labels[0]}” is missing (null), no rule matches.")


def _holds_for_null(condition: m.Literal, types: Types, held: dict[str, bool]) -> bool:
    if condition.text not in held:
        tests = None if condition.feel is None else condition.feel.syntax
        held[condition.text] = isinstance(tests, s.UnaryTests) and holds_for(tests, None, types)
    return held[condition.text]


def _related(examined: Examined) -> Iterator[TableFinding]:
    for left, right in combinations(examined.dimensions[:MAX_COLUMNS], 2):
        common = left.names & right.names
        if common:
            yield _note(
                DmnCode.RELATED_INPUTS,
                f"“{left.labels[0]}” and “{right.labels[0]}” both depend on {', '.join(sorted(common))}; "
                "a combination of them that is named here may be impossible.",
            )
