"""From the syntax tree of a condition to an operand. What does not depend on the record is evaluated by FEEL itself, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, case, exists, false, literal_column, select, true

from engine.api import Kind, Value
from engine.api import feel_syntax as s
from runtime.records.predicates import calculating, comparing
from runtime.records.predicates.comparing import compared, conjunction, disjunction, surely
from runtime.records.predicates.dialect import Sql, Sql_, nothing
from runtime.records.predicates.functions import called
from runtime.records.predicates.operands import Operand, truth
from runtime.records.predicates.refusals import TOO_LARGE, NotCompilable, refused
from runtime.records.predicates.scope import Scope, constant

MOST_PARTS = 2_000
"""Names, constants and operators of one condition, items of lists included; a loop over constants counts once for each."""
MOST_NESTING = 75
"""How far operators may stand inside each other: SQLite's parser has room for 100 open parts. A chain of and is one."""
_NESTING: Mapping[type, int] = {
    s.Name: 1,
    s.And: 2,
    s.Or: 2,
    s.If: 5,
    s.Arithmetic: 6,
    s.Negation: 6,
    s.Call: 7,
    s.Path: 7,
    s.Comparison: 8,
    s.Between: 8,
    s.In: 8,
    s.Quantified: 13,
}
"""What a form opens in the SQL that it becomes."""


class Compiler:
    """The state of compiling one condition."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._parts = 0
        self._nesting = 0

    def compile(self, node: s.Node) -> Operand:
        """The operand of a node. Raises NotCompilable."""
        with self._counted(node):
            found = self.constant(node)
            if found is not None:
                return found
            handler = _HANDLERS.get(type(node))
            if handler is None:
                raise refused(*_refusal(node))
            return handler(self, node)

    def constant(self, node: s.Node) -> Operand | None:
        """The value of a node that names no field, else None; the items of a list count as parts."""
        found = self.scope.constant(node)
        if found is not None and found.kind is Kind.LIST:
            self._spend(len(found.value), node)
        return found

    def condition(self, node: s.Node) -> Operand:
        """The same where true or false is wanted: what is neither counts as null."""
        found = self.compile(node)
        if found.kind is None:
            raise refused(f"“{found.column}” is a JSON field; its values are of no one kind.", found.at)
        return found if found.kind is Kind.BOOLEAN else comparing.answer(None, node.at)

    def _spend(self, parts: int, node: s.Node) -> None:
        self._parts += parts
        if self._parts > MOST_PARTS:
            raise NotCompilable(TOO_LARGE, f"The condition has more than {MOST_PARTS:,} parts.", node.at, "Make it shorter.")

    @contextmanager
    def _counted(self, node: s.Node) -> Iterator[None]:
        self._spend(1, node)
        nesting = _NESTING.get(type(node), 2)
        self._nesting += nesting
        if self._nesting > MOST_NESTING:
            raise NotCompilable(TOO_LARGE, "The condition is nested too deeply.", node.at, "Join conditions with and, or.")
        yield
        self._nesting -= nesting


def _name(compiler: Compiler, node: s.Name) -> Operand:
    return compiler.scope.find(node.name, node.at)


def _chain(node: s.And | s.Or) -> list[s.Node]:
    """The parts of `a and b and c`, which the parser nests to the left."""
    parts: list[s.Node] = [node.right]
    left = node.left
    while type(left) is type(node):
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def _and(compiler: Compiler, node: s.And) -> Operand:
    return conjunction([compiler.condition(part) for part in _chain(node)], node.at)


def _or(compiler: Compiler, node: s.Or) -> Operand:
    return disjunction([compiler.condition(part) for part in _chain(node)], node.at)


def _comparison(compiler: Compiler, node: s.Comparison) -> Operand:
    return compared(node.operator, compiler.compile(node.left), compiler.compile(node.right), node.at)


def _between(compiler: Compiler, node: s.Between) -> Operand:
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))
    return conjunction([compared(">=", value, low, node.at), compared("<=", value, high, node.at)], node.at)


def _in(compiler: Compiler, node: s.In) -> Operand:
    value = compiler.compile(node.value)
    plain: list[Value] = []
    parts: list[Operand] = []
    for test in node.tests:
        compiler._spend(1, test)
        found = None if isinstance(test, s.OpenRange) else compiler.scope.constant(test)
        if found is not None and comparing.is_plain(value, found.value):
            plain.append(found.value)
        else:
            parts.append(_test(compiler, value, test))
    return disjunction([*comparing.one_of(value, plain, node.at), *parts], node.at)


def _test(compiler: Compiler, value: Operand, test: s.Node) -> Operand:
    with compiler._counted(test):
        if isinstance(test, s.OpenRange):
            return compared(test.operator, value, compiler.compile(test.operand), test.at)
        found = compiler.constant(test)
        if found is not None:
            return comparing.holds(value, found, test.at)
        if isinstance(test, s.ListOf):
            if value.kind is Kind.LIST:
                raise refused("Whether a list is in a list is not asked of a database.", test.at, "Use some … satisfies.")
            return disjunction([surely(_test(compiler, value, item)) for item in test.items], test.at)
        if isinstance(test, s.RangeOf):
            ends = compiler.compile(test.start), compiler.compile(test.end)
            return comparing.between_fields(value, *ends, (test.start_included, test.end_included), test.at)
        return comparing.holds(value, compiler.compile(test), test.at)


def _if(compiler: Compiler, node: s.If) -> Operand:
    return calculating.chosen(
        compiler.condition(node.condition), compiler.compile(node.then), compiler.compile(node.otherwise), node.at
    )


def _arithmetic(compiler: Compiler, node: s.Arithmetic) -> Operand:
    return calculating.calculated(node.operator, compiler.compile(node.left), compiler.compile(node.right), node.at)


def _negation(compiler: Compiler, node: s.Negation) -> Operand:
    return calculating.negated(compiler.compile(node.operand), node.at)


def _path(compiler: Compiler, node: s.Path) -> Operand:
    return calculating.part_of(compiler.compile(node.source), node.name, node.at)


def _call(compiler: Compiler, node: s.Call) -> Operand:
    if not isinstance(node.function, s.Name):
        raise refused("Only built-in functions are called.", node.at)
    if node.names is not None:
        raise refused("Arguments are not given by name here.", node.at, "Give them in their order.")
    name = node.function.name
    if compiler.scope.hides(name):
        raise refused(f"“{name}” does not mean the built-in function here.", node.at, "Give the loop another name.")
    arguments = [compiler.condition(a) if name == "not" else compiler.compile(a) for a in node.arguments]
    return called(name, arguments, node.at)


def _quantified(compiler: Compiler, node: s.Quantified) -> Operand:
    """`some` and `every` over the choices of a field, or over constants: then the condition is written for each of them."""
    if len(node.iterators) != 1 or node.iterators[0].end is not None:
        raise refused("A loop goes over one list here.", node.at, "Write one loop inside the other.")
    loop = node.iterators[0]
    source = compiler.compile(loop.source)
    if source.is_null:
        return constant(None, node.at)
    if source.kind is not Kind.LIST:
        raise refused("A loop goes over a field of several choices, or over a constant list.", source.at)
    if source.is_constant:
        return _over_constants(compiler, node, loop.name, source)
    return _over_rows(compiler, node, loop.name, source)


def _over_constants(compiler: Compiler, node: s.Quantified, name: str, source: Operand) -> Operand:
    parts: list[Operand] = []
    for value in source.value:
        with compiler.scope.bound(name, constant(value, source.at)):
            parts.append(compiler.condition(node.condition))
    return conjunction(parts, node.at) if node.every else disjunction(parts, node.at)


def _over_rows(compiler: Compiler, node: s.Quantified, name: str, source: Operand) -> Operand:
    rows: dict[int, Any] = {}
    item = Operand(kind=Kind.STRING, write=lambda sql: rows[id(sql)].c.value, at=source.at, column=name)
    with compiler.scope.bound(name, item):
        condition = compiler.condition(node.condition)
    decided, undecided = (false(), true()) if node.every else (true(), false())

    def render(sql: Sql) -> Sql_:
        column = source.render(sql)
        rows[id(sql)] = items = sql.items(column)
        holds = condition.render(sql)
        del rows[id(sql)]
        any_row: Select[Any] = select(literal_column("1")).select_from(items).correlate_except(items)
        decides = exists(any_row.where(holds.is_not_distinct_from(decided)))
        unknown = exists(any_row.where(holds.is_(None)))
        null = nothing(Kind.BOOLEAN)
        return case((column.is_(None), null), (decides, decided), (unknown, null), else_=undecided)

    return truth(render, node.at)


_HANDLERS: Mapping[type, Callable[[Compiler, Any], Operand]] = {
    s.Name: _name,
    s.And: _and,
    s.Or: _or,
    s.Comparison: _comparison,
    s.Between: _between,
    s.In: _in,
    s.If: _if,
    s.Arithmetic: _arithmetic,
    s.Negation: _negation,
    s.Path: _path,
    s.Call: _call,
    s.Quantified: _quantified,
}
"""Form of the grammar → what it becomes when it depends on the record."""

REFUSED: Mapping[type, tuple[str, str, str]] = {
    s.Filter: (
        "`list[…]`",
        "Filters and positions of lists are not compiled.",
        "Use some … satisfies, list contains or count.",
    ),
    s.For: ("`for … return`", "Loops that make lists are not compiled.", "Use some or every."),
    s.ContextOf: ("`{…}`", "Contexts of fields are not compiled.", "Compare the fields one by one."),
    s.ListOf: ("`[a, b]`", "A list of fields stands only behind in.", "Compare the fields one by one."),
    s.RangeOf: ("`[a..b]`", "A range between fields stands only behind in.", "Write low <= value and value <= high."),
    s.OpenRange: ("`(< a)`", "A range up to a field stands only behind in.", "Write value < limit."),
    s.InstanceOf: ("`instance of`", "A field always has its declared type.", "Ask whether it is null."),
    s.FunctionOf: ("`function(…)`", "Functions are not compiled.", "Write the condition itself."),
}
"""Form of the grammar → how it looks, why it is refused when it depends on the record, and what to write instead."""


def _refusal(node: s.Node) -> tuple[str, Any, str]:
    _, reason, way_out = REFUSED.get(type(node), ("", "This is not compiled.", ""))
    return reason, node.at, way_out
