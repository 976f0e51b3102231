"""Parts of an expression that have the same value whatever is in scope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from engine.feel import syntax as s
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError, Warning_
from engine.feel.functions import TABLE
from engine.feel.run import Budget, Frame, Run
from engine.feel.types import Types
from engine.feel.values import Value

_UNSTEADY = frozenset({"now", "today"})
_BUDGET = Budget(steps=20_000, size=20_000)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""A clock for evaluations that do not ask for it."""


class Constant(NamedTuple):
    """The value, and what its author should know about it."""

    value: Value
    warnings: tuple[Warning_, ...] = ()


def constant_of(node: s.Node, types: Types) -> Constant | None:
    """The constant that a node is; None when it reads a variable or the clock, or costs too much to find out."""
    match node:
        case s.Null():
            return Constant(None)
        case s.Boolean() | s.Number() | s.String():
            return Constant(node.value)
    return _evaluated(node, types) if _is_closed(node) else None


def _evaluated(node: s.Node, types: Types) -> Constant | None:
    compiler = Compiler(types)
    run = Run(EPOCH, _BUDGET)
    try:
        code = compiler.compile(node)
        value = code(Frame({}, [None] * compiler.slots, run))
    except (FeelError, RecursionError):
        return None
    return Constant(value, tuple(run.warnings))


def _is_closed(node: s.Node) -> bool:
    """Whether no name occurs but those of functions that always answer the same."""
    pending: list[object] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, s.Name) and (current.name not in TABLE or current.name in _UNSTEADY):
            return False
        if isinstance(current, tuple):
            pending.extend(current)
        elif hasattr(current, "__dataclass_fields__"):
            pending.extend(getattr(current, name) for name in current.__dataclass_fields__)
    return True
