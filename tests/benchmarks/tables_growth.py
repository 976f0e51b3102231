"""How decision tables grow: time for each rule of a table of 200 rules and of one of 2,000. A ratio near 1 is linear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from engine.api import (
    DmnFile,
    analyse_tables,
    evaluate_decision,
    import_table,
    read_csv,
    read_dmn,
    sheet_of,
    table_of,
    write_csv,
)
from tests.benchmarks import models
from tests.benchmarks.measure import Figure, cpu

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SMALL, LARGE = 200, 2_000
EVALUATIONS = 5

Work = Callable[[bytes, DmnFile], object]


def figures() -> list[Figure]:
    """Reading, checking and analysing, evaluating, and putting an edited sheet in: per rule."""
    works: dict[str, Work] = {
        "reading a table, per rule": lambda xml, _: read_dmn(xml, "tiers.dmn"),
        "analysing a table, per rule": lambda _, file: _analysed(file),
        f"{EVALUATIONS} evaluations of a table, per rule": lambda _, file: _evaluated(file),
        "importing a sheet into a table, per rule": _imported,
    }
    return [figure for what, work in works.items() for figure in _grown(what, work)]


def _grown(what: str, work: Work) -> list[Figure]:
    made = []
    for rules, who in ((SMALL, "Ringi"), (LARGE, f"the same with {LARGE:,} rules")):
        xml = models.table(ours=True, bands=rules // len(models.REGIONS))
        made.append(cpu(what, who, rules, partial(work, xml, read_dmn(xml, "tiers.dmn")), rounds=3))
    return made


def _analysed(file: DmnFile) -> None:
    (found,) = analyse_tables(file)
    assert found.complete


def _evaluated(file: DmnFile) -> None:
    """The first rule that matches is somewhere in the table; all are looked at."""
    for number in range(EVALUATIONS):
        value = evaluate_decision(file, "tier", {"amount": Decimal(number * 37 % 1000), "region": "EU"}, now=NOW).value
        assert value["tier"] == f"tier{number * 37 % 1000 // 100}"


def _imported(xml: bytes, file: DmnFile) -> None:
    """Half of the rules change their place, one its output."""
    table = table_of(file, "tier")
    assert table is not None
    first, *lines = write_csv(sheet_of(table)).splitlines()
    half = len(lines) // 2
    text = "\n".join([first, *lines[half:], *lines[:half]]).replace('"""tier0"""', '"""none"""', 1)
    made = import_table(xml, "tiers.dmn", "tier", read_csv(text))
    assert made.xml is not None
    assert len(made.changed) == 1
