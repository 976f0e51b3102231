"""FEEL as data: one frozen class for each form of the grammar (DMN 1.5 §10.3.1.2). `at` is where the form begins, and is not
compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.feel.errors import Position

NOWHERE = Position()
"""The position of a form that was not read from a text."""


@dataclass(frozen=True, slots=True)
class Null:
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class String:
    value: str
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class At:
    """`@"2026-03-01"`: a date, time, date and time or duration by its text."""

    text: str
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ContextOf:
    entries: tuple[tuple[str, Node], ...]
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RangeOf:
    """`[1..5)`."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OpenRange:
    """`(< 5)` as a value, and `< 5` as a test: operator is one of = != < <= > >=."""

    operator: str
    operand: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """operator is one of + - * / **."""

    operator: str
    left: Node
    right: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """operator is one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    left: Node
    right: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    left: Node
    right: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`value in (tests)`: true when one of the tests holds."""

    value: Node
    tests: tuple[Node, ...]
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class InstanceOf:
    value: Node
    type: TypeNode
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Path:
    source: Node
    name: str
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Filter:
    source: Node
    condition: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`names` has a name for each argument of a call with named arguments, and is None for a positional one."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class For:
    iterators: tuple[Iterator, ...]
    body: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some … satisfies` and `every … satisfies`."""

    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """`external` functions are read, and answer null: an expression reaches nothing outside."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The cell of a decision table: no tests at all for `-`."""

    tests: tuple[Node, ...]
    negated: bool = False
    at: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NamedType:
    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    item: TypeNode


@dataclass(frozen=True, slots=True)
class RangeType:
    item: TypeNode


@dataclass(frozen=True, slots=True)
class ContextType:
    entries: tuple[tuple[str, TypeNode], ...]


@dataclass(frozen=True, slots=True)
class FunctionType:
    """`names` are those of the parameters, where they are known; they make no other type."""

    parameters: tuple[TypeNode, ...]
    result: TypeNode
    names: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ConstrainedType:
    """A type with allowed values, as item definitions have them; `allows` takes the value and the `Run`, `tests` are what it
    was made from."""

    base: TypeNode
    allows: Callable[[Any, Any], bool] = field(compare=False)
    tests: UnaryTests | None = field(default=None, compare=False)


TypeNode = NamedType | ListType | RangeType | ContextType | FunctionType | ConstrainedType

Node = (
    Null
    | Boolean
    | Number
    | String
    | At
    | Name
    | ListOf
    | ContextOf
    | RangeOf
    | OpenRange
    | Negation
    | Arithmetic
    | Comparison
    | And
    | Or
    | Between
    | In
    | InstanceOf
    | Path
    | Filter
    | Call
    | If
    | For
    | Quantified
    | FunctionOf
    | UnaryTests
)
