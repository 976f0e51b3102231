"""Which row of a sheet is which rule of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.dmn import model as m
from engine.dmn.codes import CODES, DmnCode
from engine.dmn.sheets.sheet import ANYTHING, Column, ColumnKind, Row, Sheet, cell_name, cell_of
from engine.feel.errors import near
from engine.problems import Problem

_ID = re.compile(r"[^\W\d][\w.-]*")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 (§2.2) has no place for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as a row wants it: its texts by column, the index of the rule that it is (None for a new one) and its id."""

    row: int
    texts: Mapping[Column, str]
    rule: int | None
    id: str
    changed: bool


def placed_columns(sheet: Sheet, columns: tuple[Column, ...]) -> tuple[dict[Column, int], list[Problem]]:
    """Where in the sheet each column of the table stands, by its header; a wrong header is a problem."""
    known = {_folded(c.header): c for c in columns}
    found: dict[Column, int] = {}
    problems: list[Problem] = []
    for place, header in enumerate(sheet.header):
        column = known.get(_folded(header))
        if column is None and header:
            hint = near(header, (c.header for c in columns))
            problems.append(_problem(sheet, DmnCode.BAD_HEADER, 1, header, f"The table has no column “{header}”.{hint}"))
        elif column in found:
            problems.append(_problem(sheet, DmnCode.BAD_HEADER, 1, header, f"The column “{header}” is there twice."))
        elif column is not None:
            found[column] = place
    for column in columns:
        if column.required and column not in found:
            problems.append(_problem(sheet, DmnCode.BAD_HEADER, 1, column.header, f"The column “{column.header}” is missing."))
    return found, problems


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()


def _problem(sheet: Sheet, code: DmnCode, row: int, field: str, message: str) -> Problem:
    return Problem(code=code, message=message, resource=sheet.name, field=field, line=row, fix=CODES[code][1])


def texts_of(sheet: Sheet, places: Mapping[Column, int]) -> tuple[list[tuple[Row, dict[Column, str]]], list[Problem]]:
    """The texts of each row by column; an empty input is `-`."""
    made: list[tuple[Row, dict[Column, str]]] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    used = frozenset(places.values())
    for row in sheet.rows:
        texts = {c: row.cells[p] if p < len(row.cells) else "" for c, p in places.items()}
        made.append((row, {c: t or ANYTHING if c.kind is ColumnKind.INPUT else t for c, t in texts.items()}))
        wrong = [(places[column], column.header, told) for column, told in _wrong(row, texts, seen)]
        wrong += [
            (place, "", f"“{cell}” stands in a column without a header.")
            for place, cell in enumerate(row.cells)
            if cell and place not in used
        ]
        for place, header, told in wrong:
            message = f"Cell {cell_name(place, row.number)}: {told}"
            problems.append(_problem(sheet, DmnCode.BAD_ROW, row.number, header, message))
    return made, problems


def _wrong(row: Row, texts: Mapping[Column, str], seen: dict[str, int]) -> Iterator[tuple[Column, str]]:
    """What is wrong in a row whatever the table is; `seen` has the ids of the rows before."""
    for column, text in texts.items():
        if column.kind is ColumnKind.OUTPUT and not text:
            yield column, f"the output “{column.header}” is empty; write null when there is nothing to say."
        if _UNWRITABLE.search(text):
            yield column, f"“{column.header}” has a character that XML cannot hold."
        if column.kind is ColumnKind.ID and text in seen:
            yield column, f"row {seen[text]} is the rule “{text}” already. In the row of a new rule leave this cell empty."
        elif column.kind is ColumnKind.ID and text:
            seen[text] = row.number


def matched(table: m.DecisionTable, rows: list[tuple[Row, dict[Column, str]]], taken: frozenset[str]) -> list[Wanted]:
    """Each row with the rule that it is: by its id, else by saying the same; other rows are new rules.

    `taken` are the ids of the whole document; a new rule gets one of its own.
    """
    return list(_Matching(table, rows, taken).wanted())


class _Matching:
    def __init__(self, table: m.DecisionTable, rows: list[tuple[Row, dict[Column, str]]], taken: frozenset[str]) -> None:
        self.table, self.rows, self.used = table, rows, set(taken)
        self.by_id = {rule.id: n for n, rule in enumerate(table.rules) if rule.id}
        self.said: dict[tuple[str, ...], list[int]] = {}
        self.free = set(range(len(table.rules)))
        self.rule_of: dict[int, int] = {}
        self.next_number = len(table.rules) + 1

    def wanted(self) -> Iterator[Wanted]:
        """The rows that still say what a rule says choose first, then those that name a rule."""
        self._choose(unchanged=True)
        self._choose(unchanged=False)
        self._choose_by_content()
        for place, (row, texts) in enumerate(self.rows):
            rule = self.rule_of.get(place)
            if rule is None:
                yield Wanted(row.number, texts, None, self._new_id(_id_in(texts)), True)
            else:
                yield Wanted(row.number, texts, rule, self.table.rules[rule].id, not self._says(rule, texts))

    def _choose(self, *, unchanged: bool) -> None:
        for place, (_, texts) in enumerate(self.rows):
            rule = self.by_id.get(_id_in(texts))
            if rule in self.free and place not in self.rule_of and (not unchanged or self._says(rule, texts)):
                self._take(place, rule)

    def _choose_by_content(self) -> None:
        """Rows that name no rule of the table, in the order of the rules that say the same."""
        left: dict[tuple[tuple[Column, str], ...], list[int]] = {}
        columns = [c for c in (self.rows[0][1] if self.rows else {}) if c.kind is not ColumnKind.ID]
        for rule in sorted(self.free, reverse=True):
            left.setdefault(tuple((c, cell_of(self.table.rules[rule], c)) for c in columns), []).append(rule)
        for place, (_, texts) in enumerate(self.rows):
            same = left.get(tuple((c, texts[c]) for c in columns)) if place not in self.rule_of else None
            if same:
                self._take(place, same.pop())

    def _take(self, place: int, rule: int | None) -> None:
        if rule is not None:
            self.rule_of[place] = rule
            self.free.discard(rule)

    def _says(self, rule: int | None, texts: Mapping[Column, str]) -> bool:
        if rule is None:
            return False
        return all(cell_of(self.table.rules[rule], c) == t for c, t in texts.items() if c.kind is not ColumnKind.ID)

    def _new_id(self, given: str) -> str:
        """The id that the row gives when it can be one and is free, else the next free number."""
        chosen = given if _ID.fullmatch(given) and given not in self.used else ""
        while not chosen or chosen in self.used:
            chosen = f"{self.table.id or 'table'}_rule_{self.next_number}"
            self.next_number += 1
        self.used.add(chosen)
        return chosen


def _id_in(texts: Mapping[Column, str]) -> str:
    return next((text for column, text in texts.items() if column.kind is ColumnKind.ID), "")
