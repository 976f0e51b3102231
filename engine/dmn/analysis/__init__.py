"""Decision tables looked at as wholes: gaps, overlaps, rules that never answer, conflicts with the hit policy.

Exact over what the cells compare their inputs with (numbers, texts, booleans, dates, times, durations, null; lists, ranges,
comparisons, negation); what cannot be compared is said to be so. The work is counted and bounded: a table that would need more
is told to be analysed in part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.findings import TableAnalysis, TableFinding
from engine.dmn.analysis.gaps import gaps
from engine.dmn.analysis.notes import notes
from engine.dmn.analysis.outputs import unlisted
from engine.dmn.analysis.overlaps import overlaps
from engine.dmn.analysis.reach import impossible, unreached
from engine.dmn.analysis.work import Spent, Work
from engine.dmn.checking import CheckedExpressions, PlacedTable, check_expressions
from engine.dmn.codes import CODES, DmnCode
from engine.dmn.model import DmnFile
from engine.problems import Severity

__all__ = ["TableAnalysis", "TableFinding", "analyse_table", "analyse_tables"]

READING = 4_000_000
"""Steps for reading the cells and finding overlaps; 2,000 rules with ten inputs need about a tenth."""
SEARCHING = 400_000
"""Steps for gaps, and again for rules that are never reached."""
ALL_TABLES = 8_000_000
"""Steps for all tables of a file, so that none takes longer than some seconds to check."""


def analyse_tables(file: DmnFile, checked: CheckedExpressions | None = None) -> tuple[TableAnalysis, ...]:
    """Analyse all tables of a file that has no errors; of others nothing can be said."""
    if not file.ok:
        return ()
    left, made = ALL_TABLES, list[TableAnalysis]()
    for placed in (checked or check_expressions(file)).tables:
        made.append(analyse_table(placed, left))
        left = max(left - made[-1].steps, 0)
    return tuple(made)


def analyse_table(placed: PlacedTable, limit: int = ALL_TABLES) -> TableAnalysis:
    """Analyse one table whose cells can all be read, with at most so many steps for each part."""
    reading, searching, reaching = (Work(min(steps, limit)) for steps in (READING, SEARCHING, SEARCHING))
    found: list[TableFinding] = []
    unfinished: list[str] = []
    try:
        examined = Examined(placed, reading)
    except Spent:
        unfinished.append("its conditions")
    else:
        parts: tuple[tuple[str, Callable[[], Iterable[TableFinding]]], ...] = (
            ("its conditions", lambda: impossible(examined)),
            ("overlaps", lambda: overlaps(examined)),
            ("gaps", lambda: gaps(examined, searching)),
            ("rules that are never reached", lambda: unreached(examined, reaching)),
            ("outputs", lambda: unlisted(placed.table, placed.types)),
            ("notes", lambda: notes(examined)),
        )
        for name, part in parts:
            if not _gather(part(), found):
                unfinished.append(name)
    return TableAnalysis(
        element=placed.element,
        name=placed.name,
        rules=len(placed.table.rules),
        findings=(*found, *_unfinished(unfinished)),
        complete=not unfinished,
        steps=reading.steps + searching.steps + reaching.steps,
    )


def _gather(part: Iterable[TableFinding], found: list[TableFinding]) -> bool:
    """Add what a part finds; whether it came to its end."""
    try:
        found.extend(part)
    except Spent:
        return False
    return True


def _unfinished(parts: list[str]) -> Iterator[TableFinding]:
    if parts:
        yield TableFinding(
            code=DmnCode.NOT_FINISHED,
            severity=Severity.WARNING,
            message=f"The table was not analysed further, it takes too long: {', '.join(parts)} may be told only in part.",
            fix=CODES[DmnCode.NOT_FINISHED][1],
        )
