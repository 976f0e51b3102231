"""Sheets of decision tables as Excel workbooks (.xlsx, ECMA-376), with every cell as text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from engine.api import Row, Sheet
from runtime.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_PARTS = 500
MAX_ELEMENTS = 1_000_000
"""Of XML, in all parts; a row with ten cells has about thirty."""
MAX_ROWS = 20_000
MAX_COLUMNS = 500
LONGEST = 32_767
"""Characters of a cell (ECMA-376, and what Excel takes)."""
WIDEST = 48
_TEXT = "@"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MIDNIGHT = time()


def write_workbook(sheet: Sheet, title: str) -> bytes:
    """A workbook with one sheet. Nothing in it is ever calculated: texts that look like formulas stay texts.

    Raises Invalid (DMN-3201) for a text that is too long for a cell.
    """
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)  # a new workbook has one
    page.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or "Table"
    for number, cells in enumerate((sheet.header, *(row.cells for row in sheet.rows)), 1):
        for place, text in enumerate(cells, 1):
            _put(page.cell(number, place), text, bold=number == 1)
    page.freeze_panes = "A2"
    for place in range(1, len(sheet.header) + 1):
        longest = max((len(c[place - 1]) for c in (sheet.header, *(r.cells for r in sheet.rows)) if place <= len(c)), default=0)
        page.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, 8), WIDEST)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _put(cell: Cell | MergedCell, text: str, *, bold: bool) -> None:
    if len(text) > LONGEST:
        raise _refused(
            "Excel", f"A cell holds at most {LONGEST:,} characters, “{text[:40]}…” has {len(text):,}; export it as .csv."
        )
    cell.value = _UNPRINTABLE.sub("", text)
    if text:
        cell.data_type = "s"  # otherwise “=…” would be a formula
        cell.quotePrefix = True
    cell.number_format = _TEXT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)


def read_workbook(data: bytes, name: str) -> Sheet:
    """The first sheet of a workbook as text. Numbers, dates and truth values that were typed in become FEEL.

    Raises Invalid (DMN-3201) for what is no workbook or too large, and for formulas and merged cells, whose meaning is not the
    text that is seen.
    """
    _must_be_harmless(data, name)
    try:
        book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
        page = book.worksheets[0] if book.worksheets else None
    except Exception as error:
        raise _refused(name, "The file is no Excel workbook (.xlsx) that can be read.") from error
    if page is None:
        raise _refused(name, "The workbook has no sheet.")
    if page.merged_cells.ranges:
        merged = min(area.coord for area in page.merged_cells.ranges)
        raise _refused(name, f"The cells {merged} are merged; each rule needs cells of its own.")
    if page.max_row > MAX_ROWS or page.max_column > MAX_COLUMNS:
        raise _refused(name, f"The sheet has more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns.")
    rows = [Row(n, tuple(_text_of(c, name) for c in cells)) for n, cells in enumerate(page.iter_rows(), 1)]
    header = tuple(rows[0].cells) if rows else ()
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise _refused(name, "The first row must have the names of the columns.")
    return Sheet(header, tuple(row for row in rows[1:] if any(row.cells)), name)


def _must_be_harmless(data: bytes, name: str) -> None:
    """A workbook is a zip file of XML, which may unpack to far more than it seems, and hold entities."""
    if len(data) > MAX_BYTES:
        raise _refused(name, f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise _refused(name, f"Unpacked the workbook is larger than {MAX_UNPACKED // 1024 // 1024} MB.")
            count = 0
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    count = _elements(packed.read(part), count, name)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise _refused(name, "The file is no Excel workbook (.xlsx) that can be read.") from error


def _elements(xml: bytes, before: int, name: str) -> int:
    """The elements of a part added to those before. Raises Invalid for too many, and for a DOCTYPE."""
    count = before
    parser = expat.ParserCreate()

    def begin(element: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS:
            raise _refused(name, f"The workbook has more than {MAX_ELEMENTS:,} cells and other elements.")

    def refuse(*_: object) -> None:
        raise _refused(name, "The workbook has a DOCTYPE, which no spreadsheet writes.")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)
    return count


def _refused(name: str, message: str) -> Invalid:
    return Invalid("DMN-3201", f"{name}: {message}")


def _text_of(cell: Cell | MergedCell, name: str) -> str:
    if cell.data_type == "f":
        raise _refused(name, f"The cell {cell.coordinate} has a formula; paste it as a value.")
    if cell.data_type == "e":
        raise _refused(name, f"The cell {cell.coordinate} has an error ({cell.value}).")
    return feel_of(cell.value)


def feel_of(value: Any) -> str:
    """What was typed into a cell, as FEEL: 0.1 as 0.1, TRUE as true, a date as @"2026-03-01"; texts as they are."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return format(Decimal(repr(value)).normalize(), "f")
        case datetime():
            return (
                f'@"{value.date().isoformat()}"' if value.time() == _MIDNIGHT else f'@"{value.isoformat(timespec="seconds")}"'
            )
        case date() | time():
            return f'@"{value.isoformat()}"'
        case _:
            return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
