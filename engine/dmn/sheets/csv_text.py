"""Sheets as CSV text (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

from engine.dmn.sheets.sheet import Row, Sheet

DELIMITERS = (",", ";", "\t")
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so can be taken as a formula (OWASP, CSV injection)."""
_HARMLESS = re.compile(r"-?\d+(\.\d+)?|-", re.ASCII)
"""The sign for anything, and plain numbers."""
_MARK = "'"
MAX_ROWS = 20_000
MAX_CELL = 64 * 1024


class CsvError(Exception):
    """The text is no CSV that can be read; `row` is where."""

    def __init__(self, message: str, row: int = 1) -> None:
        super().__init__(message)
        self.message, self.row = message, row


def write_csv(sheet: Sheet) -> str:
    """The sheet as CSV with commas. Cells that a spreadsheet would calculate begin with an apostrophe, which reading takes off
    again."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guarded(cell) for cell in sheet.header])
    for row in sheet.rows:
        writer.writerow([guarded(cell) for cell in row.cells])
    return text.getvalue()


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet calculates."""
    risky = cell.startswith((*_TRIGGERS, _MARK)) and not _HARMLESS.fullmatch(cell)
    return _MARK + cell if risky else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == _MARK and cell[1:].startswith((*_TRIGGERS, _MARK)) else cell


def read_csv(text: str, name: str = "") -> Sheet:
    """Read CSV with commas, semicolons or tabs, whichever parts the header into the most cells. Raises CsvError."""
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise CsvError(f"The file has more than {MAX_ROWS:,} rows.", number)
            rows.append(Row(number, tuple(unguarded(cell.strip()) for cell in cells)))
    except csv.Error:
        raise CsvError("This row cannot be read: its quotes do not fit.", len(rows) + 1) from None
    if not rows:
        raise CsvError("The file is empty.")
    return Sheet(rows[0].cells, tuple(row for row in rows[1:] if any(row.cells)), name)
