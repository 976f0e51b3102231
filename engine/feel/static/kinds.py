"""Types without values: which kinds of value a type admits, and what two types have in common (DMN 1.5 §10.3.2.9).

Every type admits null as well. `Null` is the type of what is always null, `Any` that of what nobody declared.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel import syntax as s
from engine.feel.temporal import read_any
from engine.feel.types import ANY, SIMPLE, Types
from engine.feel.values import FeelFunction, Kind, Value, kind_of

NULL = s.NamedType("Null")
BOOLEAN = s.NamedType("boolean")
NUMBER = s.NamedType("number")
STRING = s.NamedType("string")
DATE = s.NamedType("date")
TIME = s.NamedType("time")
DATE_TIME = s.NamedType("date and time")
DAYS_TIME = s.NamedType("days and time duration")
YEARS_MONTHS = s.NamedType("years and months duration")
CONTEXT = s.NamedType("context")
"""A context of which no entry is known."""

ONLY_LIST = frozenset({Kind.LIST})
ONLY_BOOLEAN = frozenset({Kind.BOOLEAN})

MAX_NESTING = 12
"""Types inside types beyond this are taken as Any; item definitions may refer to themselves."""
MAX_NAMES = 40


def bare(node: s.TypeNode, types: Types) -> s.TypeNode:
    """The type behind names and allowed values; Any for a name that does not exist."""
    for _ in range(MAX_NAMES):
        if isinstance(node, s.ConstrainedType):
            node = node.base
        elif isinstance(node, s.NamedType) and node.name in types:
            node = types[node.name]
        else:
            return node if not isinstance(node, s.NamedType) or node.name in SIMPLE else ANY
    return ANY


def constraint_of(node: s.TypeNode, types: Types) -> s.ConstrainedType | None:
    """The allowed values that a type has; None when any value of its base is allowed."""
    for _ in range(MAX_NAMES):
        if isinstance(node, s.ConstrainedType):
            return node
        if not isinstance(node, s.NamedType) or node.name not in types:
            return None
        node = types[node.name]
    return None


def kinds_of(node: s.TypeNode, types: Types) -> frozenset[Kind] | None:
    """The kinds that values of the type have, null aside; {null} for Null, None for Any."""
    match bare(node, types):
        case s.NamedType(name):
            return SIMPLE.get(name)
        case s.ListType():
            return ONLY_LIST
        case s.RangeType():
            return frozenset({Kind.RANGE})
        case s.ContextType():
            return frozenset({Kind.CONTEXT})
        case _:
            return frozenset({Kind.FUNCTION})


def type_of_kind(kind: Kind) -> s.TypeNode:
    """The widest type of a kind."""
    match kind:
        case Kind.LIST:
            return s.ListType(ANY)
        case Kind.RANGE:
            return s.RangeType(ANY)
        case Kind.FUNCTION:
            return ANY
        case Kind.NULL:
            return NULL
        case _:
            return s.NamedType(kind.value)


def type_of_value(value: Value) -> s.TypeNode:
    """The narrowest type of a value."""
    match value:
        case list():
            return s.ListType(join_all((type_of_value(item) for item in value), {}))
        case dict():
            return s.ContextType(tuple((key, type_of_value(item)) for key, item in value.items()))
        case FeelFunction():
            return ANY
        case _:
            return type_of_kind(kind_of(value))


def type_of_literal(text: str) -> s.TypeNode | None:
    """The type of an at-literal; None when the text is no date, time or duration."""
    value = read_any(text)
    return None if value is None else type_of_kind(kind_of(value))


def item_of(node: s.TypeNode, types: Types) -> s.TypeNode:
    """What a loop or filter sees of a value: an item of a list, and anything else as it is."""
    match bare(node, types):
        case s.ListType(item):
            return ANY if item == NULL else item
        case s.NamedType("list"):
            return ANY
        case _:
            return node


def join_all(nodes: Iterable[s.TypeNode], types: Types) -> s.TypeNode:
    """The type of a value that has one of the types; Null when there is none."""
    found: s.TypeNode = NULL
    for node in nodes:
        found = join(found, node, types)
        if found == ANY:
            break
    return found


def join(left: s.TypeNode, right: s.TypeNode, types: Types, depth: int = 0) -> s.TypeNode:
    """The narrowest type that admits what either admits; Any when they have nothing in common."""
    if right in (left, NULL):
        return left
    if left == NULL:
        return right
    if depth > MAX_NESTING:
        return ANY
    match bare(left, types), bare(right, types):
        case s.ListType(ours), s.ListType(theirs):
            return s.ListType(join(ours, theirs, types, depth + 1))
        case s.RangeType(ours), s.RangeType(theirs):
            return s.RangeType(join(ours, theirs, types, depth + 1))
        case s.ContextType(ours), s.ContextType(theirs):
            return _join_contexts(dict(ours), dict(theirs), types, depth)
        case s.NamedType() as ours, s.NamedType() as theirs if ours == theirs:
            return ours
        case _:
            return ANY


def _join_contexts(ours: dict[str, s.TypeNode], theirs: dict[str, s.TypeNode], types: Types, depth: int) -> s.TypeNode:
    """A context with the entries of both: an entry that only one has may be missing, which is null."""
    merged = {**theirs, **ours}
    for key in ours.keys() & theirs.keys():
        merged[key] = join(ours[key], theirs[key], types, depth + 1)
    return s.ContextType(tuple(merged.items()))


def told(node: s.TypeNode, types: Types) -> str:
    """The type in a sentence."""
    kinds = kinds_of(node, types)
    return " or ".join(sorted(kind.value for kind in kinds)) if kinds else "any value"
