"""Decision tables as sheets, both ways: for spreadsheets, and for people who would rather edit rows than XML."""

from __future__ import annotations

from engine.dmn.sheets.csv_text import CsvError, guarded, read_csv, write_csv
from engine.dmn.sheets.importing import TableImport, import_table
from engine.dmn.sheets.sheet import Row, Sheet, sheet_of, table_of

__all__ = [
    "CsvError",
    "Row",
    "Sheet",
    "TableImport",
    "guarded",
    "import_table",
    "read_csv",
    "sheet_of",
    "table_of",
    "write_csv",
]
