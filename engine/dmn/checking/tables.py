"""Decision tables without values: the types of their columns, and cells that never hold (DMN 1.5 §8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn import model as m
from engine.dmn.checking.scopes import Scope
from engine.dmn.checking.texts import text_type
from engine.dmn.item_types import syntax_of
from engine.feel import syntax as s
from engine.feel.run import Run
from engine.feel.static import Finding, analyse
from engine.feel.static import kinds as k
from engine.feel.syntax import TypeNode
from engine.feel.types import ANY
from engine.feel.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.dmn.checking.walk import Place, Walk


def table_type(walk: Walk, table: m.DecisionTable, scope: Scope, place: Place) -> TypeNode:
    """The type of what the table answers; the table is noted with the types of its columns."""
    columns = tuple(_column(walk, c, scope, place, n) for n, c in enumerate(table.inputs, 1))
    walk.note_table(table, columns, scope, place)
    for number, kind in enumerate(columns, 1):
        _cells(walk, table, number, {**scope, "?": kind}, place)
    outputs = [_output(walk, table, number, scope, place) for number in range(1, len(table.outputs) + 1)]
    return _answer(table, outputs)


def _column(walk: Walk, column: m.TableInput, scope: Scope, place: Place, number: int) -> TypeNode:
    """The type of the input's values: as declared for the column, with the allowed values that either declares."""
    here = place.at(f"input {number}")
    found = text_type(walk, column.expression, scope, here)
    kind = _narrower(walk, found, column.expression.type, here)
    if column.allowed is None or column.allowed.feel is None:
        return kind
    text_type(walk, column.allowed, {**scope, "?": kind}, place.at(f"values of input {number}"))
    return s.ConstrainedType(kind, _allows(column.allowed), syntax_of(column.allowed))


def _allows(tests: m.Literal) -> Callable[[Value, Run], bool]:
    def allows(value: Value, run: Run) -> bool:
        return tests.feel is None or tests.feel.run({"?": value}, run) is True

    return allows


def _narrower(walk: Walk, found: TypeNode, declared: TypeNode | None, place: Place) -> TypeNode:
    if declared is None or found == k.NULL:
        return found if declared is None else declared
    kinds = k.kinds_of(found, walk.types)
    if kinds is None or k.constraint_of(found, walk.types) is None:
        walk.conform(found, declared, place, "The input")
        return declared
    return found if k.constraint_of(declared, walk.types) is None else declared


def _cells(walk: Walk, table: m.DecisionTable, number: int, scope: Scope, place: Place) -> None:
    """Look at each text of a column once; its findings are told for every cell that has it."""
    seen: dict[str, tuple[Finding, ...]] = {}
    for rule in table.rules:
        cell = rule.conditions[number - 1] if number <= len(rule.conditions) else None
        if cell is None or cell.feel is None:
            continue
        if cell.text not in seen:
            seen[cell.text] = analyse(cell.feel.syntax, scope, walk.types, closed=place.closed).findings
        for finding in seen[cell.text]:
            walk.findings.add(place.element, cell, finding, f"input {number} of rule {rule.number}")


def _output(walk: Walk, table: m.DecisionTable, number: int, scope: Scope, place: Place) -> TypeNode:
    """The type of an output column: what its cells and its default have in common, if it is what is declared."""
    column = table.outputs[number - 1]
    seen: dict[str, tuple[TypeNode, tuple[Finding, ...]]] = {}
    cells = [(f"output {number} of rule {r.number}", r.outputs[number - 1]) for r in table.rules if number <= len(r.outputs)]
    cells += [(f"default of output {number}", column.default)] if column.default is not None else []
    for field, cell in cells:
        if cell.feel is None:
            continue
        if cell.text not in seen:
            found = analyse(cell.feel.syntax, scope, walk.types, closed=place.closed)
            seen[cell.text] = (found.type, found.findings)
        kind, findings = seen[cell.text]
        for finding in findings:
            walk.findings.add(place.element, cell, finding, field)
        if column.type is not None:
            walk.conform(kind, column.type, place.at(field, cell.line), "The output")
    return k.join_all((kind for kind, _ in seen.values()), walk.types)


def _answer(table: m.DecisionTable, outputs: list[TypeNode]) -> TypeNode:
    """The table's value by its hit policy (§8.2.10)."""
    if table.aggregation is m.Aggregation.COUNT:
        return k.NUMBER
    one: TypeNode = ANY
    if len(outputs) == 1:
        one = outputs[0]
    elif outputs:
        one = s.ContextType(tuple((c.name, kind) for c, kind in zip(table.outputs, outputs, strict=True)))
    several = table.hit_policy in (m.HitPolicy.RULE_ORDER, m.HitPolicy.OUTPUT_ORDER, m.HitPolicy.COLLECT)
    return s.ListType(one) if several and table.aggregation is None else one
