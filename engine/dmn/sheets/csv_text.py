"""Sheets as CSV text (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from engine.dmn.sheets.sheet import Row, Sheet, lines_joined

DELIMITERS = (",", ";", "\t")
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so can be taken as a formula (OWASP, CSV injection)."""
_HARMLESS = re.compile(r"-?\d+(\.\d+)?|-", re.ASCII)
"""The sign for anything, and plain numbers."""
_MARK = "'"
_TRUTHS = {"TRUE": "true", "FALSE": "false", "ИСТИНА": "true", "ЛОЖЬ": "false"}
"""How spreadsheets save the cells true and false, which they take as their own (in English, Japanese; in Russian)."""
_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+", re.ASCII)
MAX_ROWS = 20_000
MAX_TEXT = 5 * 1024 * 1024
"""Characters of a file."""


class CsvError(Exception):
    """The text is no CSV that can be read; `row` is where."""

    def __init__(self, message: str, row: int = 1) -> None:
        super().__init__(message)
        self.message, self.row = message, row


def write_csv(sheet: Sheet) -> str:
    """The sheet as CSV with commas. Cells that a spreadsheet would calculate or change begin with an apostrophe, which reading
    takes off again."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guarded(cell) for cell in sheet.header])
    for row in sheet.rows:
        writer.writerow([guarded(cell) for cell in row.cells])
    return text.getvalue()


def guarded(cell: str) -> str:
    """The cell as text that no spreadsheet calculates."""
    return _MARK + cell if _is_risky(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == _MARK and _is_risky(cell[1:]) else cell


def _is_risky(cell: str) -> bool:
    return cell in _TRUTHS or (cell.startswith((*_TRIGGERS, _MARK)) and not _HARMLESS.fullmatch(cell))


def read_csv(text: str, name: str = "") -> Sheet:
    """Read CSV with commas, semicolons or tabs, whichever parts the header into the most cells. Raises CsvError."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        raise CsvError(f"The file has more than {MAX_TEXT:,} characters.")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = [Row(number, tuple(_read(c, delimiter, number) for c in cells)) for number, cells in _records(text, delimiter)]
    header = rows[0].cells if rows else ()
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise CsvError("The first row must have the names of the columns.")
    return Sheet(header, tuple(row for row in rows[1:] if any(row.cells)), name)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the numbers of their rows, which a spreadsheet shows."""
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise CsvError(f"The file has more than {MAX_ROWS:,} rows.", number)
            yield number, cells
    except csv.Error as error:
        told = "a cell is too long" if "limit" in str(error) else "its quotes do not fit"
        raise CsvError(f"This row cannot be read: {told}.", number + 1) from None


def _read(cell: str, delimiter: str, row: int) -> str:
    cell = lines_joined(cell).strip()
    if delimiter == ";" and _COMMA_NUMBER.fullmatch(cell):
        whole, part = cell.split(",")
        told = (
            f"“{cell}” may be one number or two. Write {whole}.{part} for the number, or “{whole}, {part}” for either of two."
        )
        raise CsvError(told, row)
    return _TRUTHS.get(cell) or unguarded(cell)
