"""From a syntax tree to the type of its value, and to what will be null because of a mistake, without any value at hand."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from engine.feel import syntax as s
from engine.feel.errors import Code, Position, near
from engine.feel.functions import TABLE
from engine.feel.static import comparing, loops
from engine.feel.static import kinds as k
from engine.feel.static.calls import call_type
from engine.feel.static.members import filter_type, path_type
from engine.feel.static.operators import NEGATED, ORDERED, arithmetic_type, may_compare
from engine.feel.static.scopes import Scope
from engine.feel.types import ANY, SIMPLE, Types
from engine.feel.values import Kind


class Finding(NamedTuple):
    """What will be null, or never hold, whatever the values: the warning of the evaluation, said beforehand.

    `name` is the one that nobody knows, when that is the mistake.
    """

    code: str
    message: str
    line: int
    column: int
    length: int = 0
    name: str = ""


class Inference:
    """One expression being looked at. When `closed`, the scope has all variables, and any other name is a finding."""

    def __init__(self, scope: Scope, types: Types, *, closed: bool) -> None:
        self.scope, self.types, self.closed = scope, types, closed
        self.findings: dict[tuple[str, Position], Finding] = {}

    def find(self, code: str, at: Position, message: str, name: str = "") -> None:
        """Note a finding; the same place is told once."""
        self.findings.setdefault((code, at), Finding(code, message, *at, name))

    def told(self, node: s.TypeNode) -> str:
        """A type in a sentence."""
        return k.told(node, self.types)

    def infer(self, node: s.Node) -> s.TypeNode:  # noqa: C901, PLR0912 - one exhaustive match over the grammar
        """The type of a node's value, null aside."""
        match node:
            case s.Null():
                return k.NULL
            case s.Boolean():
                return k.BOOLEAN
            case s.Number():
                return k.NUMBER
            case s.String():
                return k.STRING
            case s.At():
                return self._at_literal(node)
            case s.Name():
                return self._name(node)
            case s.ListOf(items):
                return s.ListType(k.join_all([self.infer(item) for item in items], self.types))
            case s.ContextOf():
                return self._context(node)
            case s.RangeOf():
                return self._range(node)
            case s.OpenRange(_, operand):
                return s.RangeType(self.infer(operand))
            case s.Path():
                return path_type(self, node)
            case s.Filter():
                return filter_type(self, node)
            case s.Negation():
                return self._negation(node)
            case s.Arithmetic():
                return self._arithmetic(node)
            case s.Comparison():
                return comparing.comparison(self, node)
            case s.And(left, right):
                return self._joined("and", left, right)
            case s.Or(left, right):
                return self._joined("or", left, right)
            case s.Between(value, low, high):
                found = self.infer(value)
                self.compared(">=", found, self.infer(low), node.at)
                self.compared("<=", found, self.infer(high), node.at)
                return k.BOOLEAN
            case s.In():
                return comparing.member(self, node)
            case s.UnaryTests():
                return comparing.unary_tests(self, node)
            case s.InstanceOf():
                return self._instance_of(node)
            case s.If(condition, then, otherwise):
                self.condition(condition, "The condition of “if” is {}; “else” is taken.")
                return k.join(self.infer(then), self.infer(otherwise), self.types)
            case s.For():
                return loops.for_loop(self, node)
            case s.Quantified():
                return loops.quantified(self, node)
            case s.Call():
                return call_type(self, node)
            case s.FunctionOf():
                return loops.function_of(self, node)
            case _:
                assert_never(node)

    def _at_literal(self, node: s.At) -> s.TypeNode:
        found = k.type_of_literal(node.text)
        if found is None:
            self.find(Code.BAD_VALUE, node.at, f"“{node.text}” is no date, time, date and time or duration.")
        return found or ANY

    def _name(self, node: s.Name) -> s.TypeNode:
        found = self.scope.resolve(node.name)
        if found is None and node.name not in TABLE and self.closed:
            hint = near(node.name, self.scope.known())
            self.find(Code.NO_VARIABLE, node.at, f"There is no variable “{node.name}”.{hint}", node.name)
        return ANY if found is None else found

    def _context(self, node: s.ContextOf) -> s.TypeNode:
        entries: list[tuple[str, s.TypeNode]] = []
        for key, value in node.entries:
            with self.scope.bound(*entries):
                entries.append((key, self.infer(value)))
        keys = [key for key, _ in entries]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            self.find(Code.BAD_VALUE, node.at, f"The context has the entry “{twice}” twice.")
            return ANY
        return s.ContextType(tuple(entries))

    def _range(self, node: s.RangeOf) -> s.TypeNode:
        start, end = self.infer(node.start), self.infer(node.end)
        ours, theirs = k.kinds_of(start, self.types), k.kinds_of(end, self.types)
        descending = isinstance(node.start, s.Number) and isinstance(node.end, s.Number) and node.start.value > node.end.value
        unfit = ours is not None and theirs is not None and not ours & theirs & ORDERED and k.NULL not in (start, end)
        if descending or unfit:
            ends = "a higher to a lower value" if descending else f"{self.told(start)} to {self.told(end)}"
            self.find(Code.BAD_RANGE, node.at, f"A range goes from a lower to a higher value of one type, not from {ends}.")
            return ANY
        return s.RangeType(k.join(start, end, self.types))

    def _negation(self, node: s.Negation) -> s.TypeNode:
        found = self.infer(node.operand)
        kinds = k.kinds_of(found, self.types)
        if kinds is None:
            return ANY
        if not kinds & NEGATED:
            self.find(Code.WRONG_TYPE, node.at, f"- needs a number or duration, not {self.told(found)}.")
            return ANY
        return k.type_of_kind(next(iter(kinds & NEGATED)))

    def _arithmetic(self, node: s.Arithmetic) -> s.TypeNode:
        left, right = self.infer(node.left), self.infer(node.right)
        found = arithmetic_type(node.operator, left, right, self.types)
        if found is None:
            self.find(Code.WRONG_TYPE, node.at, f"{node.operator} does not work on {self.told(left)} and {self.told(right)}.")
            return ANY
        if node.operator == "/" and isinstance(node.right, s.Number) and not node.right.value:
            self.find(Code.NOT_COMPUTABLE, node.at, "Division by zero.")
        return found

    def _joined(self, word: str, left: s.Node, right: s.Node) -> s.TypeNode:
        for operand in (left, right):
            found = self.infer(operand)
            kinds = k.kinds_of(found, self.types)
            if kinds is not None and Kind.BOOLEAN not in kinds and Kind.NULL not in kinds:
                self.find(Code.NOT_A_CONDITION, operand.at, f"“{word}” joins true and false, not {self.told(found)}.")
        return k.BOOLEAN

    def _instance_of(self, node: s.InstanceOf) -> s.TypeNode:
        self.infer(node.value)
        wanted = node.type
        if isinstance(wanted, s.NamedType) and wanted.name not in self.types and wanted.name not in (*SIMPLE, "Any"):
            hint = near(wanted.name, (*SIMPLE, *self.types))
            self.find(Code.WRONG_TYPE, node.at, f"There is no type “{wanted.name}”.{hint}")
        return k.BOOLEAN

    def condition(self, node: s.Node, message: str) -> None:
        """A part that must be true or false; `message` has a place for what it is instead."""
        found = self.infer(node)
        kinds = k.kinds_of(found, self.types)
        if kinds is not None and Kind.BOOLEAN not in kinds:
            self.find(Code.NOT_A_CONDITION, node.at, message.format(self.told(found)))

    def compared(self, sign: str, left: s.TypeNode, right: s.TypeNode, at: Position) -> None:
        """Note a comparison that never has an answer."""
        if not may_compare(sign, k.kinds_of(left, self.types), k.kinds_of(right, self.types)):
            self.find(Code.NOT_COMPARABLE, at, f"{self.told(left)} {sign} {self.told(right)} has no answer.")
