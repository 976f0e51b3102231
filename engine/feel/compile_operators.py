"""Operators, conditions and tests as closures, with quick paths for numbers and constants (DMN 1.5 §10.3.2.8, §10.3.2.13)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.arithmetic import NUMERIC, negate, operation_for
from engine.feel.compare import PLAIN, QUICK, compare
from engine.feel.errors import Code, Position
from engine.feel.run import Frame, Run
from engine.feel.types import is_instance
from engine.feel.values import Value, kind_of

if TYPE_CHECKING:
    from engine.feel.compiler import Code as Closure
    from engine.feel.compiler import Compiler


def negation(compiler: Compiler, node: s.Negation) -> Closure:
    """`-x`."""
    operand, at = compiler.compile(node.operand), node.at

    def run(frame: Frame) -> Value:
        value = operand(frame)
        result = negate(value)
        if result is None:
            frame.run.warn(Code.WRONG_TYPE, at, f"- needs a number or duration, not {kind_of(value)}.")
        return result

    return run


def arithmetic(compiler: Compiler, node: s.Arithmetic) -> Closure:
    """`+ - * / **`: two numbers the quick way, all else by the tables of kinds."""
    left, right, at, sign = compiler.compile(node.left), compiler.compile(node.right), node.at, node.operator
    quick = NUMERIC[sign]

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return quick(a, b)
            except ArithmeticError:
                return _not_computable(frame.run, at, sign, b)
        return _calculate(sign, a, b, frame.run, at)

    return run


def _calculate(sign: str, a: Value, b: Value, run: Run, at: Position) -> Value:
    operation = operation_for(sign, a, b)
    if operation is None:
        run.warn(Code.WRONG_TYPE, at, f"{sign} does not work on {kind_of(a)} and {kind_of(b)}.")
        return None
    if type(a) is str:
        run.check_size(len(a) + len(b))
    try:
        result = operation(a, b)
    except (ArithmeticError, ValueError):
        return _not_computable(run, at, sign, b)
    if result is None:
        run.warn(Code.NOT_COMPUTABLE, at, f"{sign} has no value for this {kind_of(a)} and {kind_of(b)}.")
    return result


def _not_computable(run: Run, at: Position, sign: str, right: Value) -> None:
    by_zero = sign == "/" and not right
    run.warn(
        Code.NOT_COMPUTABLE, at, "Division by zero." if by_zero else f"The result of {sign} is too large or does not exist."
    )


def comparison(compiler: Compiler, node: s.Comparison) -> Closure:
    """The six comparisons; a constant on the right is not evaluated again."""
    left, right, at, sign = compiler.compile(node.left), compiler.compile(node.right), node.at, node.operator
    quick = QUICK[sign]
    if isinstance(node.right, s.Number | s.String):
        fixed = node.right.value
        kind = type(fixed)

        def run_fixed(frame: Frame) -> bool | None:
            a = left(frame)
            return quick(a, fixed) if type(a) is kind else _compare(sign, a, fixed, frame.run, at)

        return run_fixed

    def run(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in PLAIN:
            return quick(a, b)
        return _compare(sign, a, b, frame.run, at)

    return run


def _compare(sign: str, a: Value, b: Value, run: Run, at: Position) -> bool | None:
    result = compare(sign, a, b, run)
    if result is None:
        run.warn(Code.NOT_COMPARABLE, at, f"{kind_of(a)} {sign} {kind_of(b)} has no answer.")
    return result


def conjunction(compiler: Compiler, node: s.And) -> Closure:
    """Three-valued: false wins, then null (table 50); what is no boolean counts as null."""
    left, right, at = compiler.compile(node.left), compiler.compile(node.right), node.at

    def run(frame: Frame) -> bool | None:
        a = left(frame)
        if a is False:
            return False
        b = right(frame)
        if b is False:
            return False
        return True if a is True and b is True else _no_boolean(frame.run, at, "and", a, b)

    return run


def disjunction(compiler: Compiler, node: s.Or) -> Closure:
    """Three-valued: true wins, then null (table 50)."""
    left, right, at = compiler.compile(node.left), compiler.compile(node.right), node.at

    def run(frame: Frame) -> bool | None:
        a = left(frame)
        if a is True:
            return True
        b = right(frame)
        if b is True:
            return True
        return False if a is False and b is False else _no_boolean(frame.run, at, "or", a, b)

    return run


def _no_boolean(run: Run, at: Position, word: str, *operands: Value) -> Value:
    wrong = next((o for o in operands if o is not None and type(o) is not bool), None)
    if wrong is not None:
        run.warn(Code.NOT_A_CONDITION, at, f"“{word}” joins true and false, not {kind_of(wrong)}.")
    return None


def conditional(compiler: Compiler, node: s.If) -> Closure:
    """`if`: everything but true takes the else branch (§10.3.2.13.6)."""
    condition, then, otherwise, at = (
        compiler.compile(node.condition),
        compiler.compile(node.then),
        compiler.compile(node.otherwise),
        node.condition.at,
    )

    def run(frame: Frame) -> Value:
        chosen = condition(frame)
        if chosen is True:
            return then(frame)
        if chosen is not False:
            frame.run.warn(Code.NOT_A_CONDITION, at, f"The condition of “if” is {kind_of(chosen)}; “else” was taken.")
        return otherwise(frame)

    return run


def between(compiler: Compiler, node: s.Between) -> Closure:
    """`x between a and b` is `x >= a and x <= b`."""
    value, low, high, at = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high), node.at

    def run(frame: Frame) -> bool | None:
        v, a, b = value(frame), low(frame), high(frame)
        first, second = _compare(">=", v, a, frame.run, at), _compare("<=", v, b, frame.run, at)
        if first is False or second is False:
            return False
        return True if first and second else None

    return run


def instance_of(compiler: Compiler, node: s.InstanceOf) -> Closure:
    """`x instance of type`."""
    value, wanted, types = compiler.compile(node.value), node.type, compiler.types
    return lambda frame: is_instance(value(frame), wanted, types, frame.run)
