"""Decision tables as CSV: nothing is lost, nothing is calculated."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn.sheets import CsvError, Row, Sheet, read_csv, write_csv
from engine.dmn.sheets.csv_text import MAX_ROWS

RISKY = ["=1+1", "+1", "-x", "@SUM(A1)", "＝1", "'quoted", "=cmd|'/c calc'!A1", '@"2026-01-01"', "-5 + x", "TRUE", "ИСТИНА"]
cells = st.one_of(
    st.sampled_from([*RISKY, "-", "-5", "0.5", "true", '"a", "b"', "[1..5)", "a\nb", "''", "not(1,2)", ""]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip),
)


@given(st.lists(st.tuples(cells, cells, cells).filter(any), max_size=6))
def test_what_is_read_is_what_was_written(rows: list[tuple[str, ...]]) -> None:
    sheet = Sheet(("rule", "when x", "then y"), tuple(Row(n, cells) for n, cells in enumerate(rows, 2)))
    read = read_csv(write_csv(sheet))
    assert (read.header, read.rows) == (sheet.header, sheet.rows)


@pytest.mark.parametrize("cell", RISKY)
def test_a_cell_that_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    written = write_csv(Sheet(("when x",), (Row(2, (cell,)),)))
    (_, (plain,)) = csv.reader(io.StringIO(written))
    assert plain == "'" + cell


@pytest.mark.parametrize("cell", ["-", "-5", "-0.25", "5", "< 5", '"a"', "[1..5]", "not(1)"])
def test_anything_and_numbers_are_written_as_they_are(cell: str) -> None:
    written = write_csv(Sheet(("when x",), (Row(2, (cell,)),)))
    assert next(row for n, row in enumerate(csv.reader(io.StringIO(written))) if n) == [cell]


def test_an_apostrophe_that_the_spreadsheet_took_off_is_not_missed() -> None:
    assert read_csv('when x\n"@""2026-01-01"""\n').rows[0].cells == ('@"2026-01-01"',)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_are_seen(delimiter: str) -> None:
    text = delimiter.join(("rule", "when x", "then y")) + "\n" + delimiter.join(("r1", '"< 5"', "2")) + "\n"
    sheet = read_csv("\ufeff" + text)
    assert sheet.header == ("rule", "when x", "then y")
    assert sheet.rows == (Row(2, ("r1", "< 5", "2")),)


def test_truth_values_that_a_spreadsheet_took_as_its_own_are_feel_again() -> None:
    assert [r.cells[0] for r in read_csv("when x\nTRUE\nFALSE\nИСТИНА\nЛОЖЬ\n").rows] == ["true", "false", "true", "false"]


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    assert [r.number for r in read_csv("when x\n1\n\n,\n4\n").rows] == [2, 5]


def test_a_number_with_a_comma_is_not_taken_for_two() -> None:
    with pytest.raises(CsvError, match=r"may be one number or two. Write 0\.5") as caught:
        read_csv("when x;then y\n1;2\n0,5;1\n")
    assert caught.value.row == 3


@pytest.mark.parametrize(
    ("text", "row", "told"),
    [
        ("", 1, "names of the columns"),
        (",,\n1,2,3\n", 1, "names of the columns"),
        ('when x\n"1\n', 2, "quotes"),
        ('when x\n"a"b\n', 2, "quotes"),
        ("when x\n" + "a" * 200_000, 2, "too long"),
        ("when x\n" + "1\n" * MAX_ROWS, MAX_ROWS + 1, "more than"),
        ("x" * (5 * 1024 * 1024 + 1), 1, "characters"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_row(text: str, row: int, told: str) -> None:
    with pytest.raises(CsvError, match=told) as caught:
        read_csv(text)
    assert caught.value.row == row
