"""Calls and functions written in FEEL as closures (DMN 1.5 §10.3.2.9, §10.3.2.13.2–5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.errors import Code, Position, near
from engine.feel.functions import TABLE
from engine.feel.run import Frame, Run
from engine.feel.types import convert
from engine.feel.values import FeelFunction, Value, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.feel.compiler import Code as Closure
    from engine.feel.compiler import Compiler


def call(compiler: Compiler, node: s.Call) -> Closure:
    """`f(a, b)` and `f(x: a, y: b)`; calling what is no function is null."""
    function = _callee(compiler, node.function)
    arguments = [compiler.compile(a) for a in node.arguments]
    at, names = node.at, node.names
    if names is not None:
        return _named_call(function, list(zip(names, arguments, strict=True)), at)

    def run(frame: Frame) -> Value:
        called = function(frame)
        given = [argument(frame) for argument in arguments]
        run = frame.run
        if not isinstance(called, FeelFunction):
            return _no_function(run, at, called)
        run.steps -= 1
        run.at = at
        return called.call(given, run)

    return run


def _named_call(function: Closure, arguments: list[tuple[str, Closure]], at: Position) -> Closure:
    def run(frame: Frame) -> Value:
        called = function(frame)
        given = {name: argument(frame) for name, argument in arguments}
        if not isinstance(called, FeelFunction):
            return _no_function(frame.run, at, called)
        frame.run.charge(1)
        frame.run.at = at
        if len(given) < len(arguments):
            return frame.run.wrong_arguments("The call names an argument twice.")
        return called.call_named(given, frame.run)

    return run


def _no_function(run: Run, at: Position, value: Value) -> None:
    if value is not None:
        run.warn(Code.NO_FUNCTION, at, f"A {kind_of(value)} cannot be called.")


def _callee(compiler: Compiler, node: s.Node) -> Closure:
    """A built-in's name means the built-in, unless the expression or the scope has a function of that name."""
    if not isinstance(node, s.Name) or compiler.is_bound(node.name):
        return compiler.compile(node)
    name, at = node.name, node.at
    built_in = TABLE.get(name)
    if built_in is None:
        compiler.resolve(name)

    def find(frame: Frame) -> Value:
        own = frame.scope.get(name)
        if own is None:
            own = built_in
        elif built_in is not None and not isinstance(own, FeelFunction):
            return built_in
        if own is None:
            hint = near(name, (*TABLE, *(k for k, v in frame.scope.items() if isinstance(v, FeelFunction))))
            frame.run.warn(Code.NO_FUNCTION, at, f"There is no function “{name}”.{hint}")
        return own

    return find


class WrittenFunction(FeelFunction):
    """A function written in FEEL, with the values it saw when it was made."""

    def __init__(
        self, parameters: tuple[s.Parameter, ...], slots: tuple[int, ...], body: Closure, cost: int, frame: Frame
    ) -> None:
        self.name = ""
        self.parameters = tuple(p.name for p in parameters)
        self.types = tuple(p.type for p in parameters)
        self._slots, self._body, self._cost = slots, body, cost
        self._scope, self._values = frame.scope, frame.slots.copy()
        self.type_names: Mapping[str, s.TypeNode] = {}

    def call(self, arguments: list[Value], run: Run) -> Value:
        """The body's value for the arguments, converted to the declared types; null when one does not fit."""
        if len(arguments) != len(self.parameters):
            return run.wrong_arguments(f"The function takes {len(self.parameters)} arguments, not {len(arguments)}.")
        slots = self._values.copy()
        for name, slot, wanted, argument in zip(self.parameters, self._slots, self.types, arguments, strict=True):
            fits, value = (True, argument) if wanted is None else convert(argument, wanted, self.type_names, run)
            if not fits:
                return run.wrong_arguments(f"“{name}” is {kind_of(argument)}, which is not the declared type.")
            slots[slot] = value
        run.charge(self._cost)
        run.enter()
        value = self._body(Frame(self._scope, slots, run))
        run.leave()
        return value


def function_of(compiler: Compiler, node: s.FunctionOf) -> Closure:
    """`function(a, b) body`."""
    slots = tuple(compiler.new_slot() for _ in node.parameters)
    with compiler.bound(*((p.name, slot) for p, slot in zip(node.parameters, slots, strict=True))):
        body, cost = compiler.cost_of(node.body)
    if node.external:
        at = node.at
        body = lambda frame: frame.run.warn(Code.NO_FUNCTION, at, "External functions are not run.")  # noqa: E731
    types = compiler.types

    def make(frame: Frame) -> WrittenFunction:
        function = WrittenFunction(node.parameters, slots, body, cost, frame)
        function.type_names = types
        return function

    return make
