"""`ringi table`: analyse, export, import."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.api import evaluate_decision, read_dmn
from tests.engine.dmn.making import table_xml
from tests.runtime.cli.conftest import Ringi

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GAPS = [["< 5", "1"], [">= 3", "2"], ["> 20", "3"]]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with an overlap and a rule that can only fail."""
    file = tmp_path / "grade.dmn"
    file.write_bytes(table_xml(GAPS, ["amount"], types=["number"]))
    return file


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "sound.dmn"
    rows = [['@"2026-01-01"', '"=a"', "1"], ["-", "-", "-5"]]
    file.write_bytes(table_xml(rows, ["day", "name"], types=["date", "string"], policy="FIRST"))
    return file


def test_findings_are_told_with_code_example_and_way_out(ringi: Ringi, table: Path) -> None:
    said = ringi("table", "analyse", table)
    assert said.code == 1
    assert "Table 3 rules" in said.lines
    assert any(
        line.startswith("warning DMN-3102 Rules 1 and 2 both match when “amount” is from 3 to below 5") for line in said.lines
    )
    assert any(line.startswith("warning DMN-3104 Rule 3 can only fail") for line in said.lines)
    assert any(line.startswith("→ Make the rules exclude each other") for line in said.lines)
    assert any(line.startswith("note DMN-3110") for line in said.lines)


def test_a_table_with_nothing_to_mend_says_so(ringi: Ringi, sound: Path) -> None:
    said = ringi("table", "analyse", sound, "t")
    assert (said.code, said.lines[1]) == (0, "No gap, overlap or rule without effect was found.")


def test_findings_are_data_with_examples(ringi: Ringi, table: Path) -> None:
    said = ringi("table", "analyse", table, "--json")
    assert said.code == 1
    (found,) = said.data["tables"]
    assert (found["decision"], found["name"], found["rules"], found["complete"]) == ("t", "Table", 3, True)
    overlap = next(f for f in found["findings"] if f["code"] == "DMN-3102")
    assert (overlap["severity"], overlap["rules"], overlap["example"]) == ("warning", [1, 2], {"amount": 4})


@pytest.mark.parametrize(
    ("kind", "cell", "example"),
    [
        ("date", '< @"2026-01-01"', "2026-01-01"),
        ("days and time duration", '< @"PT1H"', "PT1H"),
        ("years and months duration", '< @"P1Y"', "P1Y"),
        ("boolean", "true", False),
        ("time", '> @"10:00:00"', "09:00:00"),
    ],
)
def test_examples_of_every_kind_are_data(ringi: Ringi, tmp_path: Path, kind: str, cell: str, example: object) -> None:
    (tmp_path / "t.dmn").write_bytes(table_xml([[cell, "1"]], types=[kind]))
    gap = ringi("table", "analyse", "t.dmn", "--json").data["tables"][0]["findings"][0]
    assert gap["example"] == {"x": example}


def test_a_file_with_errors_is_mended_first(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "bad.dmn").write_bytes(table_xml([["< ", "1"]]))
    said = ringi("table", "analyse", "bad.dmn")
    assert said.code == 1
    assert "CLI-1020" in said.err
    assert "FEEL-1001" in said.err


@pytest.mark.parametrize(
    "words",
    [("analyse", "grade.dmn", "nothing"), ("export", "grade.dmn", "nothing", "o.csv"), ("export", "none.dmn", "t", "o.csv")],
)
def test_what_is_not_there_is_said(ringi: Ringi, table: Path, words: tuple[str, ...]) -> None:
    said = ringi("table", *words)
    assert said.code in (1, 2)
    assert "nothing" in said.err or "none.dmn" in said.err


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "T.CSV"])
def test_a_table_goes_out_and_comes_back_unchanged(ringi: Ringi, sound: Path, name: str) -> None:
    before = sound.read_bytes()
    assert ringi("table", "export", sound, "Table", name).out == f"2 rules written to {name}.\n"
    said = ringi("table", "import", sound, "t", name)
    assert (said.code, said.out) == (0, "2 rules stayed, 0 changed, 0 added, 0 removed.\n")
    assert sound.read_bytes() == before


def test_the_sheet_is_safe_to_open(ringi: Ringi, sound: Path, tmp_path: Path) -> None:
    ringi("table", "export", sound, "t", "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8") == (
        '\ufeffrule,when day,when name,then answer\r\nrule-1,"\'@""2026-01-01""","""=a""",1\r\nrule-2,-,-,-5\r\n'
    )
    ringi("table", "export", sound, "t", "t.xlsx")
    (page,) = load_workbook(tmp_path / "t.xlsx").worksheets
    assert [cell.value for cell in page[2]] == ["rule-1", '@"2026-01-01"', '"=a"', "1"]


def test_an_edited_sheet_changes_the_decision(ringi: Ringi, sound: Path, tmp_path: Path) -> None:
    ringi("table", "export", sound, "t", "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    book.worksheets[0]["D3"] = 7
    book.worksheets[0].insert_rows(2)
    for place, value in enumerate((None, "-", '"new"', '"first"'), 1):
        book.worksheets[0].cell(2, place).value = value
    book.save(tmp_path / "t.xlsx")
    said = ringi("table", "import", sound, "t", "t.xlsx", "--json")
    assert (said.code, said.data) == (
        0,
        {"kept": 1, "changed": ["rule-2"], "added": ["tt_rule_3"], "removed": [], "written": True, "problems": []},
    )
    file = read_dmn(sound.read_bytes(), "sound.dmn")
    assert [rule.id for rule in file.decisions["t"].expression.rules] == ["tt_rule_3", "rule-1", "rule-2"]  # type: ignore[union-attr]  # it is a table


def test_a_dry_run_writes_nothing(ringi: Ringi, sound: Path, tmp_path: Path) -> None:
    before = sound.read_bytes()
    (tmp_path / "t.csv").write_text("rule,when day,when name,then answer\nrule-1,-,-,1\n", encoding="utf-8")
    said = ringi("table", "import", sound, "t", "t.csv", "--dry-run")
    assert said.out == "0 rules stayed, 1 would be changed, 0 would be added, 1 would be removed.\n"
    assert ringi("table", "import", sound, "t", "t.csv", "--dry-run", "--json").data["written"] is False
    assert sound.read_bytes() == before


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (b"rule,when day,when name,then answer\nrule-1,< ,-,1\n", "Cell B2: Expected"),
        (b"rule,when day,when name,then answer\nrule-1,-,-,\n", "Cell D2: the output"),
        (b"rule,when day,when name,then answer\nrule-1,-,-,1\nrule-1,-,-,2\n", "Cell A3: row 2 is the rule"),
        (b"rule,when dya,when name,then answer\n", "no column “when dya”. Did you mean 'when day'?"),
        (b"rule,when day,when name\nrule-1,-,-\n", "The column “then answer” is missing."),
        (b"rule;when day\nrule-1;0,5\n", "row 2: “0,5” may be one number or two."),
        ("rule,when día\n".encode("latin-1"), "is not text in UTF-8"),
        (b'rule,"when\n', "quotes"),
        (b"", "names of the columns"),
    ],
)
def test_a_sheet_that_does_not_fit_changes_nothing(ringi: Ringi, sound: Path, tmp_path: Path, sheet: bytes, told: str) -> None:
    before = sound.read_bytes()
    (tmp_path / "t.csv").write_bytes(sheet)
    said = ringi("table", "import", sound, "t", "t.csv")
    assert said.code == 1
    assert told in said.err
    assert "t.csv" in said.err
    assert sound.read_bytes() == before
    assert (
        ringi("table", "import", sound, "t", "t.csv", "--json").data["problems"] or "row" in told or "UTF" in told or told != ""
    )


@pytest.mark.parametrize("name", ["t.ods", "t", "t.dmn"])
def test_other_files_than_csv_and_xlsx_are_refused(ringi: Ringi, sound: Path, tmp_path: Path, name: str) -> None:
    said = ringi("table", "export", sound, "t", name)
    assert (said.code, (tmp_path / name).exists()) == (1, False)
    assert "neither .csv nor .xlsx" in said.err


def test_a_broken_workbook_is_refused(ringi: Ringi, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04")
    assert "DMN-3201" in ringi("table", "import", sound, "t", "t.xlsx").err


def test_the_file_keeps_its_rights_and_no_other_file_is_left(ringi: Ringi, sound: Path, tmp_path: Path) -> None:
    sound.chmod(0o640)
    (tmp_path / "t.csv").write_text("rule,when day,when name,then answer\nrule-1,-,-,1\n", encoding="utf-8")
    assert ringi("table", "import", sound, "t", "t.csv").code == 0
    assert stat.S_IMODE(sound.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["sound.dmn", "t.csv"]
    answer = evaluate_decision(read_dmn(sound.read_bytes(), "s"), "t", {"day": None, "name": None}, now=NOW).value
    assert answer == 1


def test_a_folder_that_is_not_there_is_said(ringi: Ringi, sound: Path) -> None:
    assert "CLI-1024" in ringi("table", "export", sound, "t", "no/such/t.csv").err


@pytest.mark.parametrize(
    ("words", "taught"), [(("analyse",), "A gap is"), (("export",), "“-” is any value"), (("import",), "a new rule")]
)
def test_help_teaches(ringi: Ringi, words: tuple[str, ...], taught: str) -> None:
    said = ringi("table", *words, "-h")
    assert said.code == 0
    assert taught in " ".join(said.out.split())
    assert "ringi table" in said.out


def test_excel_is_loaded_only_when_a_workbook_is_asked_for() -> None:
    code = "import sys, runtime.cli.main; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
