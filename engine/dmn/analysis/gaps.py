"""Inputs that no rule matches (DMN 1.5 §8.2.11, completeness)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import model as m
from engine.dmn.analysis.coverage import Box, Coverage, merged
from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.words import example_of, example_told, region_told
from engine.dmn.analysis.work import Spent, Work
from engine.dmn.codes import CODES, DmnCode
from engine.problems import Severity

MAX_FOUND = 60
"""Gaps that are looked for; those that touch are told as one."""
MAX_TOLD = 10


def gaps(examined: Examined, work: Work) -> Iterator[TableFinding]:
    """The gaps, each once; raises Spent after those that were found. Tests that cannot be told count as holding."""
    full = [index.full | index.unclear for index in examined.indexes]
    within: Box = tuple(d.allowed for d in examined.dimensions)
    if not all(within):
        return  # no value is allowed at all
    coverage = Coverage(examined.indexes, within, full, examined.possible, limit=MAX_FOUND, work=work)
    spent = False
    try:
        coverage.search(examined.possible)
    except Spent:
        spent = True
    found = sorted(merged(coverage.uncovered))
    for box in found[:MAX_TOLD]:
        yield _told(examined, box)
    if len(coverage.uncovered) >= MAX_FOUND or len(found) > MAX_TOLD:
        yield TableFinding(
            code=DmnCode.GAP,
            severity=_severity(examined.table),
            message="There are more gaps than these.",
            fix=CODES[DmnCode.GAP][1],
        )
    if spent:
        raise Spent


def _told(examined: Examined, box: Box) -> TableFinding:
    dimensions = examined.dimensions
    return TableFinding(
        code=DmnCode.GAP,
        severity=_severity(examined.table),
        message=f"No rule matches{region_told(dimensions, box)}{example_told(dimensions, box)}.{_instead(examined.table)}",
        fix=CODES[DmnCode.GAP][1],
        example=example_of(dimensions, box),
    )


def _severity(table: m.DecisionTable) -> Severity | None:
    """A gap that gives a meaningful answer is a note."""
    return Severity.WARNING if not _instead(table) else None


def _instead(table: m.DecisionTable) -> str:
    """What such inputs get that is no null."""
    if any(column.default is not None for column in table.outputs):
        return " The default output is the answer."
    if table.hit_policy is m.HitPolicy.COLLECT and table.aggregation is None:
        return " The answer is an empty list."
    return " The answer is 0." if table.aggregation is m.Aggregation.COUNT else ""
