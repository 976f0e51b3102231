"""Comparisons, `in` and the cells of decision tables without values (DMN 1.5 §10.3.1.2 rules 7–17, tables 49–55)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.compile_loops import uses_name
from engine.feel.errors import Code, Position, near
from engine.feel.run import Budget, Run
from engine.feel.static import kinds as k
from engine.feel.static.constants import EPOCH, constant_of
from engine.feel.static.operators import may_hold
from engine.feel.text import scalar_text
from engine.feel.types import ANY
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.feel.static.inference import Inference


def comparison(inference: Inference, node: s.Comparison) -> s.TypeNode:
    """Whether both sides can be compared at all, and whether a text that is asked for is one of the allowed ones."""
    left, right = inference.infer(node.left), inference.infer(node.right)
    inference.compared(node.operator, left, right, node.at)
    if node.operator in ("=", "!="):
        _check_allowed(inference, left, node.right)
        _check_allowed(inference, right, node.left)
    return k.BOOLEAN


def member(inference: Inference, node: s.In) -> s.TypeNode:
    """`value in (tests)`."""
    value = inference.infer(node.value)
    for test in node.tests:
        _test(inference, test, value, "“in” cannot find {value} in {test}.")
    return k.BOOLEAN


def unary_tests(inference: Inference, node: s.UnaryTests) -> s.TypeNode:
    """A cell against the input `?`."""
    value = inference.scope.resolve("?")
    for test in node.tests:
        _cell(inference, test, ANY if value is None else value)
    return k.BOOLEAN


_NEVER = "The input is {value}, so it is never {test}."


def _cell(inference: Inference, test: s.Node, value: s.TypeNode) -> None:
    """A condition decides by itself; anything else is compared with the input."""
    if isinstance(test, s.OpenRange | s.Boolean):
        _test(inference, test, value, _NEVER)
        return
    found = inference.infer(test)
    if k.kinds_of(found, inference.types) == k.ONLY_BOOLEAN:
        return
    if not uses_name(test, "?"):
        _held(inference, test, found, value, _NEVER)


def _test(inference: Inference, test: s.Node, value: s.TypeNode, message: str) -> None:
    if isinstance(test, s.OpenRange):
        inference.compared(test.operator, value, inference.infer(test.operand), test.at)
        if test.operator in ("=", "!="):
            _check_allowed(inference, value, test.operand)
        return
    _held(inference, test, inference.infer(test), value, message)


def _held(inference: Inference, test: s.Node, found: s.TypeNode, value: s.TypeNode, message: str) -> None:
    if not may_hold(k.kinds_of(value, inference.types), found, inference.types):
        told = message.format(value=inference.told(value), test=inference.told(found))
        inference.find(Code.NOT_COMPARABLE, test.at, told)
        return
    for item in test.items if isinstance(test, s.ListOf) else (test,):
        _check_allowed(inference, value, item)


def _check_allowed(inference: Inference, declared: s.TypeNode, node: s.Node) -> None:
    """Note a literal that the declared type does not allow."""
    constraint = k.constraint_of(declared, inference.types)
    if constraint is None or not isinstance(node, s.String | s.Number | s.Boolean | s.At):
        return
    constant = constant_of(node, inference.types)
    if constant is None or constant.value is None or _allows(constraint, constant.value):
        return
    allowed = allowed_texts(constraint)
    hint = near(constant.value, allowed) if isinstance(constant.value, str) else ""
    listed = f": {', '.join(allowed[:10])}{', …' if len(allowed) > 10 else ''}" if allowed else ""
    _not_allowed(inference, node.at, constant.value, f"{listed}.{hint}")


def _not_allowed(inference: Inference, at: Position, value: Value, rest: str) -> None:
    inference.find(Code.BAD_VALUE, at, f"“{scalar_text(value)}” is none of the allowed values{rest}")


def _allows(constraint: s.ConstrainedType, value: Value) -> bool:
    return constraint.allows(value, Run(EPOCH, Budget(steps=5_000)))


def allowed_texts(constraint: s.ConstrainedType) -> list[str]:
    """The allowed values that are listed as texts."""
    listed = constraint.tests.tests if constraint.tests is not None and not constraint.tests.negated else ()
    return [test.value for test in listed if isinstance(test, s.String)]
