"""Literals, names, lists, contexts, ranges and paths as closures (DMN 1.5 §10.3.2.5–7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.compare import order
from engine.feel.errors import Code, Position, near
from engine.feel.functions import TABLE
from engine.feel.properties import PROPERTIES
from engine.feel.run import Frame, Run
from engine.feel.temporal import read_any
from engine.feel.values import Kind, Range, Value, kind_of

if TYPE_CHECKING:
    from engine.feel.compiler import Code as Closure
    from engine.feel.compiler import Compiler


def constant(node: s.Null | s.Boolean | s.Number | s.String | s.At) -> Closure:
    """The value itself; an at-literal that is no date, time or duration is null and warns."""
    if isinstance(node, s.At):
        return _at_literal(node)
    value = None if isinstance(node, s.Null) else node.value
    return lambda _: value


def _at_literal(node: s.At) -> Closure:
    value = read_any(node.text)
    if value is not None:
        return lambda _: value
    message = f"“{node.text}” is no date, time, date and time or duration."
    return lambda frame: frame.run.warn(Code.BAD_VALUE, node.at, message)


def name(compiler: Compiler, node: s.Name) -> Closure:
    """A variable: in the entries of filtered items, else bound in the expression, else in the scope, else a built-in
    function."""
    items, slot = compiler.resolve(node.name)
    found = _free(node.name, node.at) if slot is None else _bound(slot)
    for item in reversed(items):
        found = _item_entry(node.name, item, found)
    return found


def _bound(slot: int) -> Closure:
    return lambda frame: frame.slots[slot]


def _free(key: str, at: Position) -> Closure:
    def read(frame: Frame) -> Value:
        try:
            return frame.scope[key]
        except KeyError:
            pass
        if key in TABLE:
            return TABLE[key]
        frame.run.warn(Code.NO_VARIABLE, at, f"There is no variable “{key}”.{near(key, frame.scope)}")
        return None

    return read


def _item_entry(key: str, slot: int, otherwise: Closure) -> Closure:
    def read(frame: Frame) -> Value:
        item = frame.slots[slot]
        if type(item) is dict and key in item:
            return item[key]
        return item if key == "item" else otherwise(frame)

    return read


def list_of(compiler: Compiler, node: s.ListOf) -> Closure:
    """`[a, b]`."""
    items = [compiler.compile(item) for item in node.items]
    cost = 1 + len(items) // 4

    def make(frame: Frame) -> list[Value]:
        frame.run.charge(cost)
        return [item(frame) for item in items]

    return make


def context_of(compiler: Compiler, node: s.ContextOf) -> Closure:
    """`{a: 1, b: a + 1}`: an entry sees the ones before it. A key that is given twice makes the context null (§10.3.2.6)."""
    keys = [key for key, _ in node.entries]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        return lambda frame: frame.run.warn(Code.BAD_VALUE, node.at, f"The context has the entry “{twice}” twice.")
    entries: list[tuple[str, int, Closure]] = []
    scope: list[tuple[str | None, int]] = []
    for key, value in node.entries:
        with compiler.bound(*scope):
            code = compiler.compile(value)
        slot = compiler.new_slot()
        entries.append((key, slot, code))
        scope.append((key, slot))
    cost = 1 + len(entries) // 4

    def make(frame: Frame) -> dict[str, Value]:
        frame.run.charge(cost)
        made: dict[str, Value] = {}
        for key, slot, code in entries:
            made[key] = frame.slots[slot] = code(frame)
        return made

    return make


def range_of(compiler: Compiler, node: s.RangeOf) -> Closure:
    """`[a..b]`: both ends of one kind that has an order, the lower first; a null end is kept and includes nothing."""
    start, end = compiler.compile(node.start), compiler.compile(node.end)

    def make(frame: Frame) -> Range | None:
        low, high = start(frame), end(frame)
        if low is not None and high is not None and not _is_ascending(low, high):
            frame.run.warn(
                Code.BAD_RANGE, node.at, f"A range goes from a lower to a higher value of one type, not from {low} to {high}."
            )
            return None
        return Range(low, high, node.start_included, node.end_included)

    return make


def _is_ascending(low: Value, high: Value) -> bool:
    found = order(low, high)
    return found is not None and found <= 0


def open_range(compiler: Compiler, node: s.OpenRange) -> Closure:
    """`(< 5)`."""
    operand, operator = compiler.compile(node.operand), node.operator

    def make(frame: Frame) -> Range | None:
        return range_from(operator, operand(frame))

    return make


def range_from(operator: str, value: Value) -> Range:
    """The range of all values that stand so to `value`."""
    match operator:
        case "<" | "<=":
            return Range(None, value, False, operator == "<=", operator)
        case ">" | ">=":
            return Range(value, None, operator == ">=", False, operator)
        case _:
            return Range(value, value, operator == "=", operator == "=", operator)


def path(compiler: Compiler, node: s.Path) -> Closure:
    """`source.name`: the entry of a context, the property of a date or range, or the entries of all contexts of a list."""
    source, key, at = compiler.compile(node.source), node.name, node.at

    def read(frame: Frame) -> Value:
        value = source(frame)
        if type(value) is dict and key in value:
            return value[key]
        return _member(value, key, at, frame.run)

    return read


def _member(value: Value, key: str, at: Position, run: Run) -> Value:
    kind = kind_of(value)
    if kind is Kind.LIST:
        run.check_size(len(value))
        run.charge(len(value))
        return [item[key] if type(item) is dict and key in item else _member(item, key, at, run) for item in value]
    if kind is Kind.CONTEXT:
        if key in value:
            return value[key]
        run.warn(Code.NO_PROPERTY, at, f"The context has no entry “{key}”.{near(key, value)}")
        return None
    read = PROPERTIES.get(kind, {}).get(key)
    if read is not None:
        return read(value)
    what = "null" if value is None else f"a {kind}"
    run.warn(Code.NO_PROPERTY, at, f"“{key}” was asked of {what}.{near(key, PROPERTIES.get(kind, {}))}")
    return None
