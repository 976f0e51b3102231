"""From the syntax tree to closures: each form becomes a function of a `Frame` (DMN 1.5 §10.3.2).

Names are resolved once: those bound inside the expression to numbered slots, those inside a filter to the item's entries
first, the rest
to the scope that the evaluation is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from engine.feel import compile_calls as calls
from engine.feel import compile_loops as loops
from engine.feel import compile_operators as operators
from engine.feel import compile_tests as tests
from engine.feel import compile_values as values
from engine.feel import syntax as s
from engine.feel.run import Frame
from engine.feel.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

Code = Callable[[Frame], Value]


@dataclass
class Compiler:
    """The state of compiling one expression. `types` are the item definitions that `instance of` may name."""

    types: Mapping[str, s.TypeNode] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    slots: int = 0
    nodes: int = 0
    _scopes: list[tuple[str | None, int]] = field(default_factory=list)

    def compile(self, node: s.Node) -> Code:
        """The closure of a node."""
        self.nodes += 1
        return self._compile(node)

    def _compile(self, node: s.Node) -> Code:  # noqa: C901, PLR0912 - one exhaustive match over the grammar
        match node:
            case s.Null() | s.Boolean() | s.Number() | s.String() | s.At():
                return values.constant(node)
            case s.Name():
                return values.name(self, node)
            case s.ListOf():
                return values.list_of(self, node)
            case s.ContextOf():
                return values.context_of(self, node)
            case s.RangeOf():
                return values.range_of(self, node)
            case s.OpenRange():
                return values.open_range(self, node)
            case s.Path():
                return values.path(self, node)
            case s.Negation():
                return operators.negation(self, node)
            case s.Arithmetic():
                return operators.arithmetic(self, node)
            case s.Comparison():
                return operators.comparison(self, node)
            case s.And():
                return operators.conjunction(self, node)
            case s.Or():
                return operators.disjunction(self, node)
            case s.Between():
                return operators.between(self, node)
            case s.In():
                return tests.member(self, node)
            case s.UnaryTests():
                return tests.unary_tests(self, node)
            case s.InstanceOf():
                return operators.instance_of(self, node)
            case s.If():
                return operators.conditional(self, node)
            case s.For():
                return loops.for_loop(self, node)
            case s.Quantified():
                return loops.quantified(self, node)
            case s.Filter():
                return loops.filtered(self, node)
            case s.Call():
                return calls.call(self, node)
            case s.FunctionOf():
                return calls.function_of(self, node)
            case _:
                assert_never(node)

    def cost_of(self, node: s.Node) -> tuple[Code, int]:
        """The closure, and the steps that running it once is charged with when it stands in a loop or function."""
        before = self.nodes
        code = self.compile(node)
        return code, 1 + (self.nodes - before) // 4

    def new_slot(self) -> int:
        """A place for a value bound inside the expression."""
        self.slots += 1
        return self.slots - 1

    @contextmanager
    def bound(self, *names: tuple[str | None, int]) -> Iterator[None]:
        """Names in scope with their slots; the name None stands for all entries of the context in the slot, and for `item`."""
        self._scopes.extend(names)
        yield
        del self._scopes[len(self._scopes) - len(names) :]

    def resolve(self, name: str) -> tuple[list[int], int | None]:
        """Slots of filter items that may have the name, innermost first, and the slot it is bound to, None when it is free."""
        items: list[int] = []
        for bound, slot in reversed(self._scopes):
            if bound is None:
                items.append(slot)
            elif bound == name:
                return items, slot
        self.free.add(name)
        return items, None

    def is_bound(self, name: str) -> bool:
        """Whether the expression itself gives the name a meaning."""
        return any(bound == name for bound, _ in self._scopes)
