"""The list of messy requests: the same every time, messy in the ways that it says, and visibly made up."""

import csv
import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "data"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_leads", FOLDER / "make_leads.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_file_is_what_the_script_makes(maker: ModuleType, tmp_path: Path) -> None:
    maker.write(tmp_path / "leads.csv")
    assert (tmp_path / "leads.csv").read_bytes() == (FOLDER / "leads.csv").read_bytes()


def test_it_has_two_thousand_rows_of_which_most_are_good(maker: ModuleType) -> None:
    faults = Counter(fault for _, fault in maker.rows())
    assert faults.total() == 2_000
    assert 1_700 < faults[None] < 1_900
    assert set(faults) == {None, "Ref", "Received", "E-mail", "Budget", "Decision within (days)"}
    assert min(faults.values()) > 5


def test_references_are_given_once(maker: ModuleType) -> None:
    references = [row["Ref"] for row, _ in maker.rows() if row["Ref"]]
    assert len(references) == len(set(references))


def test_it_holds_three_scripts_doubles_and_gaps(maker: ModuleType) -> None:
    rows = [row for row, _ in maker.rows()]
    assert sum(bool(re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", row["Name"])) for row in rows) > 300
    assert sum(bool(re.search(r"[\u0400-\u04ff]", row["Name"])) for row in rows) > 200
    addresses = Counter(row["E-mail"].strip().lower() for row in rows if row["E-mail"])
    assert sum(count > 1 for count in addresses.values()) > 50
    assert all(any(not row[column] for row in rows) for column in maker.COLUMNS if column not in {"Country", "Subject"})


def test_people_and_firms_are_visibly_made_up(maker: ModuleType) -> None:
    made_up = re.compile(r"demo|демо|пример|デモ|example|beispiel", re.IGNORECASE)
    for row, fault in maker.rows():
        assert not row["Company"] or made_up.search(row["Company"]), row
        assert fault == "E-mail" or not row["E-mail"] or re.search(r"\.example\.(com|net|org|jp)\s*$", row["E-mail"].lower()), (
            row
        )


def test_the_file_opens_in_any_spreadsheet() -> None:
    with (FOLDER / "leads.csv").open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {19}
