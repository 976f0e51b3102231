"""`in` and the cells of decision tables as closures: one test against one value (DMN 1.5 §10.3.1.2 rules 7–17, table 55)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.compare import QUICK, compare, holds
from engine.feel.compile_values import range_from
from engine.feel.errors import Code
from engine.feel.run import Frame, Run
from engine.feel.values import Range, Value, kind_of

if TYPE_CHECKING:
    from engine.feel.compiler import Code as Closure
    from engine.feel.compiler import Compiler


def member(compiler: Compiler, node: s.In) -> Closure:
    """`x in (tests)`: true when one holds; else null when one cannot be answered; else false."""
    value = compiler.compile(node.value)
    tests = [_test(compiler, test) for test in node.tests]
    at = node.at

    def run(frame: Frame) -> bool | None:
        v = value(frame)
        answers = False
        for test in tests:
            answer = test(frame, v)
            if answer is True:
                return True
            answers = answers or answer is None
        if answers:
            frame.run.warn(Code.NOT_COMPARABLE, at, f"“in” cannot compare {kind_of(v)} with what it is asked to be in.")
            return None
        return False

    return run


Test = Callable[[Frame, Value], bool | None]


def _test(compiler: Compiler, node: s.Node) -> Test:
    """One test against a value: a comparison, a fixed text, number or boolean, or an expression that gives a range or value."""
    if isinstance(node, s.OpenRange):
        return _comparison_test(compiler, node)
    if isinstance(node, s.Number | s.String | s.Boolean):
        fixed = node.value
        kind = type(fixed)
        return lambda frame, v: v == fixed if type(v) is kind else holds(v, fixed, frame.run)
    if isinstance(node, s.RangeOf) and isinstance(node.start, s.Number) and isinstance(node.end, s.Number):
        return _number_range_test(compiler, node, node.start.value, node.end.value)
    expected = compiler.compile(node)
    return lambda frame, v: holds(v, expected(frame), frame.run)


def _comparison_test(compiler: Compiler, node: s.OpenRange) -> Test:
    operand, sign = compiler.compile(node.operand), node.operator
    quick = QUICK[sign]

    def compared(frame: Frame, v: Value) -> bool | None:
        return _held(v, range_from(sign, operand(frame)), frame.run)

    if not isinstance(node.operand, s.Number):
        return compared
    fixed = node.operand.value
    return lambda frame, v: quick(v, fixed) if type(v) is Decimal else compared(frame, v)


def _held(value: Value, interval: Range, run: Run) -> bool | None:
    bound = interval.end if interval.operator in ("<", "<=") else interval.start
    return compare(interval.operator, value, bound, run)


def _number_range_test(compiler: Compiler, node: s.RangeOf, low: Decimal, high: Decimal) -> Test:
    above, below = QUICK[">=" if node.start_included else ">"], QUICK["<=" if node.end_included else "<"]
    expected = compiler.compile(node)
    if low > high:
        return lambda frame, v: holds(v, expected(frame), frame.run)

    def test(frame: Frame, v: Value) -> bool | None:
        if type(v) is Decimal:
            return above(v, low) and below(v, high)
        return holds(v, expected(frame), frame.run)

    return test


def unary_tests(compiler: Compiler, node: s.UnaryTests) -> Closure:
    """A cell against the input `?`: true or false, never null (rules 7–17)."""
    if not node.tests:
        return lambda _: True
    tests = [_cell_test(compiler, test) for test in node.tests]
    negated = node.negated
    if len(tests) == 1 and not negated:
        only = tests[0]
        return lambda frame: only(frame, frame.scope.get("?")) is True

    def run(frame: Frame) -> bool:
        v = frame.scope.get("?")
        answers = [test(frame, v) for test in tests]
        if True in answers:
            return not negated
        return negated and None not in answers  # what cannot be answered is not the case, negated or not

    return run


def _cell_test(compiler: Compiler, node: s.Node) -> Test:
    """As `in`, but an expression over `?`, or a condition on an input that is none, is true or false by itself."""
    if isinstance(node, s.OpenRange | s.Number | s.String | s.RangeOf | s.Boolean):
        return _test(compiler, node)
    asked_before = "?" in compiler.free
    compiler.free.discard("?")
    code = compiler.compile(node)
    answer = _own_answer if "?" in compiler.free else _answer_or_member
    if asked_before:
        compiler.free.add("?")
    return lambda frame, v: answer(frame, v, code(frame))


def _own_answer(frame: Frame, value: Value, found: Value) -> bool | None:
    """A condition over `?` that is null does not hold, for a missing value neither."""
    return found if type(found) is bool or found is None else holds(value, found, frame.run)


def _answer_or_member(frame: Frame, value: Value, found: Value) -> bool | None:
    return found if type(found) is bool and type(value) is not bool else holds(value, found, frame.run)
