"""From a sheet back to the rules of a decision table in its DMN file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from engine.dmn import model as m
from engine.dmn.codes import DmnCode
from engine.dmn.document import Document, Element
from engine.dmn.reader import Imports, read_dmn, read_root
from engine.dmn.sheets.matching import Wanted, matched, placed_columns, texts_of
from engine.dmn.sheets.rewriting import Rewriting
from engine.dmn.sheets.sheet import Column, ColumnKind, Sheet, cell_name, columns_of, table_of
from engine.dmn.sheets.spans import spans_of
from engine.feel.errors import near
from engine.problems import Problem, Severity
from engine.xml import parse_xml

_BOM = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""\A<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_UTF_8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_CELL = re.compile(r"(input|output) (\d+) of rule (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableImport:
    """`xml` is the file with the sheet's rules, None when there are errors: then nothing may be written.

    `kept` counts the rules that stayed as they were; `changed`, `added` and `removed` have their ids. `problems` name the
    sheet's rows as lines.
    """

    xml: bytes | None
    kept: int = 0
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def import_table(xml: bytes, resource: str, decision: str, sheet: Sheet, imported: Imports | None = None) -> TableImport:
    """Put the rows of a sheet in the place of a table's rules: of a decision or knowledge model, by its id or name.

    Rules that say the same keep their id and every byte; those that a row names by their id keep the id. Never raises on bad
    input. `imported` are the files that the DMN file imports, by namespace.
    """
    root = parse_xml(xml, resource)
    if isinstance(root, Problem):
        return TableImport(xml=None, problems=(root,))
    if not _is_utf_8(xml):
        return _refused(resource, "The DMN file is not in UTF-8.", "Save it as UTF-8, and import again.")
    document = Document(root, resource)
    file = read_root(root, resource, imported or {})
    table, element = table_of(file, decision), _table_element(document, decision)
    if table is None or element is None:
        owners = [own_id for own_id in (*file.decisions, *file.knowledge) if table_of(file, own_id) is not None]
        tables = f"Its tables are: {', '.join(owners)}." if owners else "The file has no decision table."
        return _refused(resource, f"“{decision}” is no decision with a table.{near(decision, owners)}", tables)
    places, problems = placed_columns(sheet, columns_of(table))
    rows, more = texts_of(sheet, places) if not problems else ([], [])
    if problems or more:
        return TableImport(xml=None, problems=(*problems, *more))
    taken = frozenset(e.get("id") or "" for e in root.iter(etree.Element))
    wanted = matched(table, rows, taken)
    plain = xml.removeprefix(_BOM)
    rewriting = Rewriting(plain, document, element, spans_of(plain, root))
    made = xml[: len(xml) - len(plain)] + rewriting.rewritten(wanted)
    again = read_dmn(made, resource, imported)
    lines = _lines(table_of(again, decision))
    found = tuple(_told(problem, sheet, wanted, places, lines) for problem in again.problems)
    return TableImport(
        xml=None if any(p.severity is Severity.ERROR for p in found) else made,
        kept=sum(not w.changed for w in wanted),
        changed=tuple(w.id or f"rule {w.rule + 1}" for w in wanted if w.rule is not None and w.changed),
        added=tuple(w.id for w in wanted if w.rule is None),
        removed=_removed(table, wanted),
        problems=found,
    )


def _removed(table: m.DecisionTable, wanted: Sequence[Wanted]) -> tuple[str, ...]:
    left = {w.rule for w in wanted}
    return tuple(rule.id or f"rule {rule.number}" for n, rule in enumerate(table.rules) if n not in left)


def _refused(resource: str, message: str, fix: str) -> TableImport:
    return TableImport(xml=None, problems=(Problem(code=DmnCode.BAD_SHEET, message=message, resource=resource, fix=fix),))


def _is_utf_8(xml: bytes) -> bool:
    """Whether the bytes are UTF-8, and claim nothing else: only then can parts of them be replaced."""
    declared = _DECLARED.match(xml.removeprefix(_BOM))
    if declared is not None and declared.group(1).lower() not in _UTF_8:
        return False
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _table_element(document: Document, wanted: str) -> Element | None:
    """The element of the table that `table_of` finds."""
    owners = [*document.children(document.root, "decision"), *document.children(document.root, "businessKnowledgeModel")]
    found = next((o for o in owners if (o.get("id") or o.get("name")) == wanted), None)
    found = found if found is not None else next((o for o in owners if o.get("name") == wanted), None)
    if found is None:
        return None
    logic = document.child(found, "encapsulatedLogic")
    return document.child(found if logic is None else logic, "decisionTable")


def _told(problem: Problem, sheet: Sheet, wanted: Sequence[Wanted], places: Mapping[Column, int], lines: range) -> Problem:
    """A problem of the new file; one in a cell of the table, which stands in these lines, is told by the cell of the sheet."""
    match = _CELL.fullmatch(problem.field or "")
    if match is None or (problem.line or 0) not in lines:
        return problem
    kind, place, number = ColumnKind(match[1]), int(match[2]) - 1, int(match[3])
    column = next((c for c in places if c.kind is kind and c.place == place), None)
    if column is None or number > len(wanted):
        return problem
    row = wanted[number - 1].row
    told = f"Cell {cell_name(places[column], row)}: {problem.message}"
    return replace(problem, message=told, resource=sheet.name or problem.resource, line=row, field=column.header)


def _lines(table: m.DecisionTable | None) -> range:
    """The lines in which the rules of a table stand."""
    cells = [c for rule in table.rules for c in (*rule.conditions, *rule.outputs) if c is not None] if table is not None else []
    if table is None or not cells:
        return range(0)
    return range(table.rules[0].line, max(cell.line + cell.text.count("\n") for cell in cells) + 1)
