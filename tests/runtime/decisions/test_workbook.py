"""Decision tables as Excel workbooks."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from engine.api import Row, Sheet
from runtime.decisions import workbook
from runtime.decisions.workbook import feel_of, read_workbook, write_workbook
from runtime.errors import Invalid

CELLS = [
    "-",
    "=1+1",
    "+1",
    "@SUM(A1)",
    "'x",
    '@"2026-01-01"',
    "TRUE",
    "true",
    "-5",
    "0.10",
    "a\nb",
    "_x0041_",
    "<&>",
    "日本",
    "1e5",
]
cells = st.one_of(
    st.sampled_from(CELLS), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=9)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(cells.map(str.strip), cells.map(str.strip)).filter(any), max_size=4))
def test_what_is_read_is_what_was_written(rows: list[tuple[str, ...]]) -> None:
    sheet = Sheet(("rule", "when x"), tuple(Row(n, cells) for n, cells in enumerate(rows, 2)))
    read = read_workbook(write_workbook(sheet, "Table"), "t.xlsx")
    assert (read.header, read.rows) == (sheet.header, sheet.rows)


def test_nothing_in_the_workbook_is_calculated() -> None:
    data = write_workbook(Sheet(("x",), tuple(Row(n, (text,)) for n, text in enumerate(CELLS, 2))), "T")
    (page,) = load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in page.iter_rows() for cell in row} == {"s"}
    assert {cell.number_format for row in page.iter_rows() for cell in row} == {"@"}, "what is typed over a text stays a text"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("title", ["a/b:c*[d]?", "x" * 80, "", "[]"])
def test_any_name_makes_the_title_of_a_sheet(title: str) -> None:
    (page,) = load_workbook(io.BytesIO(write_workbook(Sheet(("x",), ()), title))).worksheets
    assert 0 < len(page.title) < 32


@pytest.mark.parametrize(
    ("value", "feel"),
    [
        (None, ""),
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (True, "true"),
        (False, "false"),
        (
            datetime(2026, 3, 1),  # noqa: DTZ001 - Excel knows no zones
            '@"2026-03-01"',
        ),
        (
            datetime(2026, 3, 1, 10, 30),  # noqa: DTZ001
            '@"2026-03-01T10:30:00"',
        ),
        (date(2026, 3, 1), '@"2026-03-01"'),
        (time(10, 30), '@"10:30:00"'),
        (" < 5\r\n", "< 5"),
    ],
)
def test_what_was_typed_into_a_cell_becomes_feel(value: Any, feel: str) -> None:
    assert feel_of(value) == feel


def typed(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_numbers_and_dates_that_were_typed_in_are_read() -> None:
    read = read_workbook(typed(("when x", "then y", None), (5, True), (None, None), (date(2026, 3, 1), "-")), "t.xlsx")
    assert read.header == ("when x", "then y")
    assert [(row.number, row.cells[:2]) for row in read.rows] == [(2, ("5", "true")), (4, ('@"2026-03-01"', "-"))]


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_workbook(data, "t.xlsx")
    assert caught.value.code == "DMN-3201"
    assert "t.xlsx" in caught.value.detail
    return caught.value.detail


def test_a_formula_is_refused_with_its_cell() -> None:
    assert "B2 has a formula" in refusal(typed(("x", "y"), (1, "=1+1")))


def test_merged_cells_are_refused() -> None:
    book = Workbook()
    book.worksheets[0].append(("x", "y"))
    book.worksheets[0].merge_cells("A2:A3")
    packed = io.BytesIO()
    book.save(packed)
    assert "A2:A3 are merged" in refusal(packed.getvalue())


@pytest.mark.parametrize("data", [b"", b"when x\n1\n", b"PK\x03\x04nothing", typed(), typed((None, "x"))[:-30]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refusal(data)


def test_the_first_row_must_have_names() -> None:
    assert "names of the columns" in refusal(typed((None, None), (1, 2)))


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(typed(("x",), (1,)))) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(old, new, 1) if name == part else data)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(SHEET, b"<sheetData>", b"<sheetData>" + b" " * (workbook.MAX_UNPACKED + 1))
    assert len(bomb) < 200_000
    assert "larger than 50 MB" in refusal(bomb)


def test_a_workbook_of_too_many_cells_is_refused() -> None:
    many = changed(SHEET, b"<sheetData>", b"<sheetData>" + b"<row/>" * (workbook.MAX_ELEMENTS + 1))
    assert "1,000,000 cells" in refusal(many)


def test_a_cell_far_out_is_refused() -> None:
    far = changed(SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    assert "20,000 rows" in refusal(far)


def test_entities_are_refused() -> None:
    assert "DOCTYPE" in refusal(changed(SHEET, b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaa">]><worksheet'))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"</worksheet>", b""),
        (SHEET, b'r="A1"', b'r="??"'),
        (SHEET, b"<v>", b"<v>x"),
        ("xl/workbook.xml", b"<sheets>", b"<shoots>"),
        ("xl/workbook.xml", b'r:id="rId1"', b'r:id="rId77"'),
        ("[Content_Types].xml", b"sheet.main", b"nothing"),
        ("xl/styles.xml", b"<styleSheet", b"<nothing"),
    ],
)
def test_a_damaged_workbook_is_refused_in_words(part: str, old: bytes, new: bytes) -> None:
    assert refusal(changed(part, old, new))


def test_a_text_that_is_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    with pytest.raises(Invalid, match=r"32,767 characters.*\.csv"):
        write_workbook(Sheet(("x",), (Row(2, ("a" * 40_000,)),)), "T")
