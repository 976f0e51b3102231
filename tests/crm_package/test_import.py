"""A list of requests comes in: every good row starts the intake, every bad one is told with row, column and reason."""

import csv
import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from runtime.access.actor import SYSTEM

DATA = Path(__file__).parents[2] / "examples" / "data"
ROWS = 60
HEADING = 1
"""The first row of data is the second line of the file."""


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_leads", DATA / "make_leads.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def a_file(maker: ModuleType, rows: list[dict[str, str]]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, maker.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def brought_in(crm: Any, data: bytes) -> Any:
    imports = crm.platform.imports
    progress = imports.run(crm.database, SYSTEM, imports.stage(crm.database, SYSTEM, imports.guess(data), data))
    crm.work_off()
    return progress


def bad_rows(crm: Any, progress: Any) -> dict[int, set[str]]:
    """Row number to the columns at fault."""
    with crm.database.read(SYSTEM) as work:
        page = crm.platform.imports.errors(work, progress.id, limit=200)
        return {row.row: {error.column for error in row.errors} for row in page.rows}


def test_the_shipped_file_is_understood_row_by_row(crm: Any, maker: ModuleType) -> None:
    faults = {number: fault for number, (_, fault) in enumerate(maker.rows(), HEADING + 1) if fault}
    data = (DATA / "leads.csv").read_bytes()
    import_id = crm.platform.imports.stage(crm.database, SYSTEM, crm.platform.imports.guess(data), data)
    with crm.database.read(SYSTEM) as work:
        found: dict[int, str] = {}
        after = None
        while True:
            page = crm.platform.imports.errors(work, import_id, after=after, limit=200)
            found |= {row.row: row.errors[0].column for row in page.rows}
            after = page.next
            if after is None:
                break
    assert found == faults


def test_good_rows_become_leads_and_bad_ones_are_told(crm: Any, maker: ModuleType) -> None:
    rows = list(maker.rows(ROWS))
    faults = {number: {fault} for number, (_, fault) in enumerate(rows, HEADING + 1) if fault}
    assert faults, "the sample has bad rows"
    progress = brought_in(crm, a_file(maker, [row for row, _ in rows]))
    assert bad_rows(crm, progress) == faults
    good = ROWS - len(faults)
    assert (progress.invalid, progress.done, progress.failed) == (len(faults), good, 0)
    assert len(crm.status("lead_intake")) == good
    waiting = crm.tasks("demo-steward").count("Same or new?")
    joined = crm.count("touchpoint", kind="import") - crm.count("lead", channel="import")
    assert crm.count("lead", channel="import") + joined + waiting == good
    assert joined + waiting > 0, "the sample has doubles"


def test_again_makes_no_doubles(crm: Any, maker: ModuleType) -> None:
    data = a_file(maker, [row for row, _ in maker.rows(20)])
    first = brought_in(crm, data)
    before = [crm.count(type) for type in ("lead", "touchpoint", "activity")]
    again = brought_in(crm, data)
    assert (again.done, again.repeated) == (0, first.done)
    assert [crm.count(type) for type in ("lead", "touchpoint", "activity")] == before
