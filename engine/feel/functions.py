"""How built-in functions are declared, found by name and arguments, and called (DMN 1.5 §10.3.2.13.2–4, §10.3.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from keyword import iskeyword
from typing import TypeVar

from engine.feel.errors import near
from engine.feel.run import Run
from engine.feel.values import FeelFunction, Kind, Value, kind_of

Implementation = Callable[..., Value]
T = TypeVar("T")
_ANY = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class BuiltinParameter:
    """`kinds` are the types it takes; null only when Kind.NULL is among them."""

    name: str
    kinds: frozenset[Kind]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in. When `variadic`, the last parameter repeats; the function takes all arguments as one list."""

    text: str
    parameters: tuple[BuiltinParameter, ...]
    variadic: bool
    function: Implementation

    @property
    def counts(self) -> range:
        """How many positional arguments it takes."""
        if self.variadic:
            return range(len(self.parameters), 1_000_000)
        return range(sum(not p.optional for p in self.parameters), len(self.parameters) + 1)


_KIND_NAMES: dict[str, frozenset[Kind]] = {
    "any": _ANY,
    "duration": frozenset({Kind.DAYS_TIME, Kind.YEARS_MONTHS}),
    "point": _ANY - {Kind.LIST, Kind.CONTEXT, Kind.RANGE, Kind.FUNCTION, Kind.NULL},
    **{kind.value: frozenset({kind}) for kind in Kind},
}


def _parameter(text: str) -> BuiltinParameter:
    name, _, types = text.partition(":")
    kinds = frozenset[Kind]().union(*(_KIND_NAMES[t.strip()] for t in types.split("|")))
    return BuiltinParameter(name.strip().rstrip("?."), kinds, name.strip().endswith("?"))


def _signature(name: str, text: str, function: Implementation) -> Signature:
    parameters = tuple(_parameter(part) for part in re.split(r",\s*", text)) if text else ()
    return Signature(f"{name}({text})", parameters, "..." in text, function)


class Builtin(FeelFunction):
    """A function of the standard's table, or an addition that Camunda's users rely on (`standard` False)."""

    def __init__(self, name: str, family: str, purpose: str, standard: bool) -> None:
        self.name, self.family, self.purpose, self.standard = name, family, purpose, standard
        self.signatures: list[Signature] = []
        self._by_count: dict[int, tuple[Signature, ...]] = {}

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]  # the base has a plain attribute
        """The parameter names of the first signature."""
        return tuple(p.name for p in self.signatures[0].parameters)

    def call(self, arguments: list[Value], run: Run) -> Value:
        """Call by position; null and a warning when no signature takes the arguments."""
        count = len(arguments)
        candidates = self._by_count.get(count)
        if candidates is None:
            candidates = self._by_count[count] = tuple(s for s in self.signatures if count in s.counts)
        failure = f"{self.name} was called with {count} argument{'' if count == 1 else 's'}; it is {self._usage()}."
        for signature in candidates:
            bound = _bind(signature, arguments)
            if not isinstance(bound, str):
                return self._computed(_apply, signature, bound, run)
            failure = f"{self.name}: {bound}"
        return run.wrong_arguments(failure)

    def call_named(self, arguments: dict[str, Value], run: Run) -> Value:
        """Call by parameter names; null and a warning when no signature has them."""
        failure = ""
        for signature in self.signatures:
            names = [p.name for p in signature.parameters]
            missing = [p.name for p in signature.parameters if not p.optional and p.name not in arguments]
            if missing or signature.variadic or not arguments.keys() <= set(names):
                continue
            bound = _bind_named(signature, arguments)
            if not isinstance(bound, str):
                return self._computed(_apply_named, signature, bound, run)
            failure = bound
        unknown = next((a for a in arguments if all(a not in _names(s) for s in self.signatures)), None)
        hint = near(unknown, {n for s in self.signatures for n in _names(s)}) if unknown else ""
        return run.wrong_arguments(failure or f"{self.name} has no such parameters; it is {self._usage()}.{hint}")

    def _computed(self, apply: Callable[[Signature, T, Run], Value], signature: Signature, bound: T, run: Run) -> Value:
        try:
            return apply(signature, bound, run)
        except ArithmeticError:  # beyond decimal128 or the longest duration: no value, wherever it happens
            return run.bad_value(f"The result of {self.name} is too large or does not exist.")

    def _usage(self) -> str:
        return " or ".join(s.text for s in self.signatures)


def _names(signature: Signature) -> list[str]:
    return [p.name for p in signature.parameters]


def _apply(signature: Signature, bound: list[Value], run: Run) -> Value:
    if signature.variadic:
        return signature.function(run, bound)
    return signature.function(run, *bound)


def _apply_named(signature: Signature, bound: dict[int, Value], run: Run) -> Value:
    """By position as far as the arguments go without a gap; an optional one after a gap by its Python name."""
    gap = next((n for n in range(len(bound)) if n not in bound), len(bound))
    late = {_python_name(signature.parameters[n].name): value for n, value in bound.items() if n >= gap}
    return signature.function(run, *(bound[n] for n in range(gap)), **late)


def _bind_named(signature: Signature, arguments: dict[str, Value]) -> dict[int, Value] | str:
    bound: dict[int, Value] = {}
    for place, parameter in enumerate(signature.parameters):
        if parameter.name in arguments:
            found = _fit(parameter, arguments[parameter.name])
            if isinstance(found, _Misfit):
                return found.message
            bound[place] = found
    return bound


def _python_name(name: str) -> str:
    return name.replace(" ", "_") + ("_" if iskeyword(name) else "")


def _bind(signature: Signature, arguments: list[Value]) -> list[Value] | str:
    parameters = signature.parameters
    if signature.variadic:
        parameters += parameters[-1:] * (len(arguments) - len(parameters))
    bound: list[Value] = []
    for parameter, argument in zip(parameters, arguments, strict=False):
        if parameter.kinds is _ANY or kind_of(argument) in parameter.kinds:
            bound.append(argument)
            continue
        found = _fit(parameter, argument)
        if isinstance(found, _Misfit):
            return found.message
        bound.append(found)
    return bound


@dataclass(frozen=True, slots=True)
class _Misfit:
    message: str


def _fit(parameter: BuiltinParameter, argument: Value) -> Value | _Misfit:
    """The argument, converted as §10.3.2.9.4 says: a list of one to its item, an item to a list, a date to its midnight in
    UTC."""
    kinds = parameter.kinds
    kind = kind_of(argument)
    if kind in kinds:
        return argument
    if kind is Kind.LIST and len(argument) == 1 and kind_of(argument[0]) in kinds:
        return argument[0]
    if Kind.LIST in kinds and kind is not Kind.NULL:
        return [argument]
    if type(argument) is date and Kind.DATE_TIME in kinds:
        return datetime(argument.year, argument.month, argument.day, tzinfo=UTC)
    expected = " or ".join(sorted(k.value for k in kinds - {Kind.NULL}))
    return _Misfit(f"“{parameter.name}” must be {expected}, but is {kind}.")


TABLE: dict[str, Builtin] = {}
"""Every built-in by name; filled by the modules of `engine.feel.builtins`."""


def builtin(
    name: str, signature: str, purpose: str = "", *, standard: bool = True
) -> Callable[[Implementation], Implementation]:
    """Declare a signature of a built-in.

    `signature` is like "string: string, length?: number": `?` after the name makes it optional, `|` joins types, `any` takes
    null too, and
    "list...: any" gathers all arguments into one list. The function takes the `Run` first and Python names with `_` for spaces.
    """

    def declare(function: Implementation) -> Implementation:
        family = function.__module__.rpartition(".")[2]
        if name not in TABLE:
            TABLE[name] = Builtin(name, family, purpose, standard)
        signatures = TABLE[name].signatures
        # Decorators run from the bottom up: keep the order in which they are written.
        place = next((n for n, s in enumerate(signatures) if s.function is function), len(signatures))
        signatures.insert(place, _signature(name, signature, function))
        TABLE[name].purpose = purpose or TABLE[name].purpose
        return function

    return declare
