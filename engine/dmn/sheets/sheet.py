"""Decision tables as sheets of text: a header, then a row for each rule, as spreadsheets have them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from engine.dmn import model as m

ID_HEADER = "rule"
DESCRIPTION_HEADER = "description"
ANYTHING = "-"


class ColumnKind(StrEnum):
    """What a column of a sheet holds."""

    ID = "id"
    INPUT = "input"
    OUTPUT = "output"
    ANNOTATION = "annotation"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Column:
    """`place` counts the columns of its kind, from 0."""

    kind: ColumnKind
    place: int
    header: str

    @property
    def required(self) -> bool:
        """Whether a sheet without it says too little."""
        return self.kind in (ColumnKind.INPUT, ColumnKind.OUTPUT)


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row's in the spreadsheet, where the header is 1."""

    number: int
    cells: tuple[str, ...]


def cell_name(place: int, row: int) -> str:
    """What a spreadsheet calls a cell: B7 for the second column (`place` 1) of row 7."""
    letters = ""
    column = place + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def lines_joined(text: str) -> str:
    """The text with every line end as XML reads it (XML 1.0 §2.11)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header and the rows of one sheet; `name` is the file's, for messages."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str = ""


def columns_of(table: m.DecisionTable) -> tuple[Column, ...]:
    """The columns of a table's sheet, each with a header of its own."""
    described = any(rule.description for rule in table.rules)
    named = [
        (ColumnKind.ID, 0, ID_HEADER),
        *((ColumnKind.INPUT, n, f"when {column.label}") for n, column in enumerate(table.inputs)),
        *((ColumnKind.OUTPUT, n, f"then {column.label or column.name or 'result'}") for n, column in enumerate(table.outputs)),
        *((ColumnKind.ANNOTATION, n, f"note {name}".strip()) for n, name in enumerate(table.annotations)),
        *([(ColumnKind.DESCRIPTION, 0, DESCRIPTION_HEADER)] if described else []),
    ]
    seen: Counter[str] = Counter()
    made: list[Column] = []
    for kind, place, header in named:
        plain = " ".join(header.split())
        seen[plain.casefold()] += 1
        count = seen[plain.casefold()]
        made.append(Column(kind, place, plain if count == 1 else f"{plain} ({count})"))
    return tuple(made)


def sheet_of(table: m.DecisionTable, name: str = "") -> Sheet:
    """The table as a sheet; FEEL stands as it is written, `-` for an input that does not matter."""
    columns = columns_of(table)
    rows = tuple(Row(n, tuple(cell_of(rule, c) for c in columns)) for n, rule in enumerate(table.rules, 2))
    return Sheet(tuple(c.header for c in columns), rows, name)


def cell_of(rule: m.Rule, column: Column) -> str:
    """What a rule has in a column."""
    match column.kind:
        case ColumnKind.ID:
            return rule.id
        case ColumnKind.INPUT:
            condition = rule.conditions[column.place] if column.place < len(rule.conditions) else None
            return ANYTHING if condition is None else condition.text
        case ColumnKind.OUTPUT:
            return rule.outputs[column.place].text if column.place < len(rule.outputs) else ""
        case ColumnKind.ANNOTATION:
            return rule.annotations[column.place] if column.place < len(rule.annotations) else ""
        case ColumnKind.DESCRIPTION:
            return rule.description


def table_of(file: m.DmnFile, wanted: str) -> m.DecisionTable | None:
    """The table of a decision or knowledge model, by its id or name; None when it is none, or has another expression."""
    owners: list[m.Decision | m.KnowledgeModel] = [*file.decisions.values(), *file.knowledge.values()]
    found = next((o for o in owners if o.id == wanted), None) or next((o for o in owners if o.name == wanted), None)
    box = found.expression if isinstance(found, m.Decision) else found.function.body if found is not None else None
    return box if isinstance(box, m.DecisionTable) else None
