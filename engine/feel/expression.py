"""The door of FEEL: text in, a compiled expression out, cached by text and names; and evaluation within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from engine.feel import builtins
from engine.feel import syntax as s
from engine.feel.compiler import Code as Closure
from engine.feel.compiler import Compiler
from engine.feel.errors import Code, FeelError, FeelSyntaxError, Warning_
from engine.feel.grammar import parse_expression, parse_unary_tests
from engine.feel.names import Names, is_simple, table_of
from engine.feel.properties import LONG_NAMES
from engine.feel.run import DEFAULT_BUDGET, Budget, Frame, Run
from engine.feel.values import Value

_ALWAYS = table_of((*builtins.TABLE, *LONG_NAMES))
_CACHED_LENGTH = 4096
"""Longer texts are compiled anew, so that the cache stays small."""
_SCALARS = frozenset({type(None), bool, str})


class Result(NamedTuple):
    """The value, and what the author should know about how it came to be."""

    value: Value
    warnings: tuple[Warning_, ...] = ()


class CompiledExpression:
    """A FEEL text that is ready to run, any number of times, from any thread.

    `code` runs in a `Frame` with at least `slots` slots, for callers that evaluate many expressions over the same scope.
    `text` is what was compiled; `names` are the variables it may read from the scope, names that a filter may find in its
    items included.
    """

    __slots__ = ("code", "names", "slots", "syntax", "text")

    def __init__(self, text: str, syntax: s.Node, code: Closure, names: frozenset[str], slots: int) -> None:
        self.text, self.syntax, self.names = text, syntax, names
        self.code, self.slots = code, slots

    def evaluate(self, scope: Mapping[str, Value], *, now: datetime, budget: Budget | None = None) -> Result:
        """The value for the variables in `scope`. `now` is what now() and today() answer; it should have a zone.

        A mistake in the data gives null and a warning (§10.3.2.13). Raises FeelError when a limit of the budget is reached.
        """
        run = Run(now, budget or DEFAULT_BUDGET)
        return Result(self.run(scope, run), tuple(run.warnings) if run.warnings else ())

    def value(self, scope: Mapping[str, Value], now: datetime) -> Value:
        """As `evaluate`, without the warnings."""
        return self.run(scope, Run(now, DEFAULT_BUDGET))

    def run(self, scope: Mapping[str, Value], run: Run) -> Value:
        """As `evaluate`, inside an evaluation that has begun: its limits and warnings go on counting."""
        steps = run.steps
        try:
            value = self.code(Frame(scope, [None] * self.slots, run))
            if type(value) not in _SCALARS and steps - run.steps > 20:
                check_result(value, run)
        except RecursionError:
            raise FeelError(Code.CALLS_TOO_DEEP, "The expression, or a value in it, is nested too deeply.") from None
        return value

    def __repr__(self) -> str:
        return f"CompiledExpression({self.text!r})"


def check_result(value: Value, run: Run) -> None:
    """Raise FeelError when a list or context holds more values, or nests deeper, than the budget allows."""
    pending = [(value, 0)]
    count = 0
    while pending:
        current, depth = pending.pop()
        inner = current if type(current) is list else list(current.values()) if type(current) is dict else ()
        count += 1 + len(inner)
        if count > run.budget.size * 2:
            raise FeelError(Code.TOO_BIG, f"The result holds more than {run.budget.size:,} values.")
        if depth > run.budget.depth:
            raise FeelError(Code.CALLS_TOO_DEEP, f"The result is nested more than {run.budget.depth} deep.")
        pending.extend((v, depth + 1) for v in inner if type(v) in (list, dict))


def parse(text: str, names: Iterable[str] = ()) -> s.Node:
    """The syntax tree of an expression; raises FeelSyntaxError."""
    return _parse(text, tuple(names), unary=False)


def parse_tests(text: str, names: Iterable[str] = ()) -> s.Node:
    """The syntax tree of unary tests; raises FeelSyntaxError."""
    return _parse(text, tuple(names), unary=True)


def _parse(text: str, names: tuple[str, ...], *, unary: bool) -> s.Node:
    table = Names(names, _ALWAYS)
    try:
        return parse_unary_tests(text, table) if unary else parse_expression(text, table)
    except RecursionError:
        raise FeelSyntaxError(Code.TOO_DEEP, "The expression is nested too deeply.") from None


def compile_expression(
    text: str, names: Iterable[str] = (), types: Mapping[str, s.TypeNode] | None = None
) -> CompiledExpression:
    """Compile an expression (§10.3.1.2 rule 1). `names` are those in scope; only ones with spaces or signs make a difference.

    `types` are item definitions by name, for `instance of` and parameters. Raises FeelSyntaxError.
    """
    return _compile(text, names, types, unary=False)


def compile_unary_tests(
    text: str, names: Iterable[str] = (), types: Mapping[str, s.TypeNode] | None = None
) -> CompiledExpression:
    """Compile an input entry of a decision table (rule 15); its input is the variable `?`, its value true or false.

    Raises FeelSyntaxError.
    """
    return _compile(text, names, types, unary=True)


def compile_node(node: s.Node) -> CompiledExpression:
    """Compile a tree, or a part of one, that `parse` made. Raises FeelSyntaxError when it is nested too deeply."""
    return _made("", node, {})


def _compile(text: str, names: Iterable[str], types: Mapping[str, s.TypeNode] | None, *, unary: bool) -> CompiledExpression:
    long_names = tuple(sorted({n for n in names if not is_simple(n)}))
    if types or len(text) > _CACHED_LENGTH:
        return _make(text, long_names, types or {}, unary=unary)
    return _cached(text, long_names, unary)


@lru_cache(maxsize=8192)
def _cached(text: str, names: tuple[str, ...], unary: bool) -> CompiledExpression:
    return _make(text, names, {}, unary=unary)


def _make(text: str, names: tuple[str, ...], types: Mapping[str, s.TypeNode], *, unary: bool) -> CompiledExpression:
    node = _parse(text, names + tuple(t for t in types if not is_simple(t)), unary=unary)
    return _made(text, node, types)


def _made(text: str, node: s.Node, types: Mapping[str, s.TypeNode]) -> CompiledExpression:
    compiler = Compiler(types)
    try:
        code = compiler.compile(node)
    except RecursionError:
        raise FeelSyntaxError(Code.TOO_DEEP, "The expression is nested too deeply.") from None
    return CompiledExpression(text, node, code, frozenset(compiler.free), compiler.slots)
