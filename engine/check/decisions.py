"""Decisions that will be null, fail or never answer for some inputs, said at deployment."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import DmnFile, TableFinding, analyse_tables, check_expressions
from engine.dmn.checking import PlacedTable
from engine.problems import Problem


def check_decisions(file: DmnFile) -> Iterator[Problem]:
    """What can be said of a file without errors: its expressions, then its tables. Notes for analysts are left out."""
    if not file.ok:
        return
    checked = check_expressions(file)
    yield from checked.problems
    for placed, analysis in zip(checked.tables, analyse_tables(file, checked), strict=True):
        for finding in analysis.findings:
            if finding.severity is not None:
                yield _problem(file, placed, finding)


def _problem(file: DmnFile, placed: PlacedTable, finding: TableFinding) -> Problem:
    """A finding at the line of the first rule that it is about, else at the decision."""
    assert finding.severity is not None  # notes are left out
    lines = {rule.number: rule.line for rule in placed.table.rules}
    owner = file.decisions.get(placed.element) or file.knowledge.get(placed.element)
    return Problem(
        code=finding.code,
        message=f"“{placed.name}”: {finding.message}",
        resource=file.resource,
        severity=finding.severity,
        element=placed.element,
        field=f"rule {finding.rules[0]}" if finding.rules else "rules",
        line=lines.get(finding.rules[0]) if finding.rules else owner.line if owner is not None else None,
        fix=finding.fix,
    )
