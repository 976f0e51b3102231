"""Decision files without values: expressions that will be null or never hold, said as warnings; and the tables in them."""

from __future__ import annotations

from typing import NamedTuple

from engine.dmn.checking.walk import PlacedTable, Walk
from engine.dmn.model import DmnFile
from engine.problems import Problem

__all__ = ["CheckedExpressions", "PlacedTable", "check_expressions"]


class CheckedExpressions(NamedTuple):
    """`problems` are warnings: the caller of a decision may know more than its file declares. `tables` are all decision tables
    of the file, those inside other expressions included."""

    problems: tuple[Problem, ...]
    tables: tuple[PlacedTable, ...]


def check_expressions(file: DmnFile) -> CheckedExpressions:
    """Look at every expression of a file with the types that it declares."""
    walk = Walk(file)
    walk.all()
    return CheckedExpressions(walk.findings.problems(), tuple(walk.tables))
