"""CSV files as they come (RFC 4180 and its relatives): encoding and delimiter are found out, rows keep their number.

Read are UTF-8 with or without a byte order mark, UTF-16 with one, and the code pages 932 (Japanese) and 1251 (Cyrillic). Any
bytes are text in some code page, so those two are told apart by what the text would look like; saying the encoding is always
possible.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runtime.errors import Invalid
from runtime.i18n import _

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932", "cp1251", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
MAX_BYTES = 20 * 1024 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 200_000

_CYRILLIC_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number as a spreadsheet shows it (the header is 1); `error` says why it could not be read."""

    number: int
    cells: tuple[str, ...] = ()
    error: str | None = None

    @property
    def blank(self) -> bool:
        """True for a row without any content, which no list means to import."""
        return self.error is None and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An opened file. `rows` begins behind the header and may begin later."""

    text: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]

    def rows(self, after: int = 1) -> Iterator[Row]:
        """The rows with a number above `after`."""
        return (row for row in _rows(self.text, self.delimiter) if row.number > after)


def open_csv(
    data: bytes, *, encoding: str | None = None, delimiter: str | None = None, known: Callable[[str], bool] | None = None
) -> CsvFile:
    """Decode the bytes, find the delimiter, read the header. `known` tells whether a header is one that is expected.

    Raises Invalid (IMP-1002) for a file that is too large, empty, or not text in any encoding we know.
    """
    if len(data) > MAX_BYTES:
        raise _refused(_("The file is larger than %(n)s MB.", n=MAX_BYTES // 1024 // 1024))
    text, found = _decode(data, encoding)
    if not text.strip():
        raise _refused(_("The file is empty."))
    if delimiter is not None and delimiter not in DELIMITERS:
        raise _refused(_("The delimiter must be a comma, semicolon, tab or vertical bar."))
    chosen = delimiter or max(DELIMITERS, key=lambda one: _score(text, one, known))
    first = next(_rows(text, chosen))
    if first.error or first.blank:
        raise _refused(first.error or _("The first row of the file must hold the names of the columns."))
    header = tuple(cell.strip() for cell in first.cells)
    if len(header) > MAX_COLUMNS:
        raise _refused(_("The file has %(n)s columns; at most %(max)s are read.", n=len(header), max=MAX_COLUMNS))
    return CsvFile(text, found, chosen, header)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Every row with its number. Quotes that do not fit make an error of that row, and reading goes on behind it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield Row(number, tuple(next(reader)))
        except StopIteration:
            return
        except csv.Error:
            yield Row(number, error=_("This row cannot be read: its quotes do not fit."))


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding is not None:
        if encoding.lower() not in ENCODINGS:
            raise _refused(_("The encoding must be one of %(known)s.", known=", ".join(ENCODINGS)))
        text = _strictly(data, encoding.lower())
        if text is None:
            raise _refused(_("The file is not text in the encoding %(encoding)s.", encoding=encoding))
        return text.removeprefix("\ufeff"), encoding.lower()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8", *_code_pages(data)]
    for candidate in candidates:
        text = _strictly(data, candidate)
        if text is not None and "\0" not in text:
            return text, candidate
    known = ", ".join(ENCODINGS)
    raise _refused(
        _("The encoding of the file cannot be told. Save it as UTF-8, or say which of %(known)s it is.", known=known)
    )


def _code_pages(data: bytes) -> tuple[str, str]:
    """The likelier one first: read as code page 1251, Russian is nearly all Cyrillic letters, and Japanese is mostly signs."""
    foreign = [c for c in data.decode("cp1251", errors="replace") if ord(c) > 127]
    letters = sum("А" <= c <= "я" or c in "Ёё" for c in foreign)
    return ("cp1251", "cp932") if letters >= len(foreign) * _CYRILLIC_ENOUGH else ("cp932", "cp1251")


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _score(text: str, delimiter: str, known: Callable[[str], bool] | None) -> tuple[int, int, int]:
    """How well a delimiter explains the first rows: expected headers, rows as wide as the header, columns."""
    first: list[Row] = []
    for row in _rows(text[:20_000], delimiter):
        first.append(row)
        if len(first) == 20:
            break
    header = first[0].cells
    expected = sum(known(cell) for cell in header) if known else 0
    even = sum(len(row.cells) == len(header) for row in first) if len(header) > 1 else 0
    return expected, even, len(header)


def _refused(said: str) -> Invalid:
    return Invalid("IMP-1002", said, fields={"file": [said]})
