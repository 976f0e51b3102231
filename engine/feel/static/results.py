"""What each built-in function gives, by the types of its arguments (DMN 1.5 §10.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.feel import syntax as s
from engine.feel.static import kinds as k
from engine.feel.static.kinds import bare, item_of, join_all
from engine.feel.static.operators import NEGATED
from engine.feel.types import ANY, Types

Arguments = list[s.TypeNode]
Result = Callable[[Arguments, Types], s.TypeNode]

_STRINGS = s.ListType(k.STRING)
_NUMBERS = s.ListType(k.NUMBER)
_ENTRIES = s.ListType(s.ContextType((("key", k.STRING), ("value", ANY))))


def _always(node: s.TypeNode, names: str) -> dict[str, Result]:
    """Functions, separated by commas, that give one type whatever they are called with."""
    return {name.strip(): lambda arguments, types: node for name in names.split(",")}


def as_list(node: s.TypeNode, types: Types) -> s.ListType:
    """The list that an argument is taken as (§10.3.2.9.4): itself, or a list of one."""
    inner = bare(node, types)
    return inner if isinstance(inner, s.ListType) else s.ListType(ANY if node == k.NULL else item_of(node, types))


def _first_list(arguments: Arguments, types: Types) -> s.TypeNode:
    return as_list(arguments[0], types)


def _list_with(arguments: Arguments, types: Types) -> s.TypeNode:
    """The first argument's list, with the last argument among its items."""
    return s.ListType(join_all((as_list(arguments[0], types).item, arguments[-1]), types))


def _appended(arguments: Arguments, types: Types) -> s.TypeNode:
    return s.ListType(join_all((as_list(arguments[0], types).item, *arguments[1:]), types))


def _lists_in_one(arguments: Arguments, types: Types) -> s.TypeNode:
    return s.ListType(join_all((as_list(a, types).item for a in arguments), types))


def _leaf(node: s.TypeNode, types: Types, depth: int = 0) -> s.TypeNode:
    inner = bare(node, types)
    if isinstance(inner, s.ListType):
        return ANY if depth > k.MAX_NESTING else _leaf(inner.item, types, depth + 1)
    return ANY if k.kinds_of(node, types) == k.ONLY_LIST else node


def _flattened(arguments: Arguments, types: Types) -> s.TypeNode:
    return s.ListType(_leaf(as_list(arguments[0], types).item, types))


def _one_of(arguments: Arguments, types: Types) -> s.TypeNode:
    """An item of the list, when there is one argument, or one of the arguments."""
    if len(arguments) > 1:
        return join_all(arguments, types)
    return as_list(arguments[0], types).item if k.kinds_of(arguments[0], types) is not None else ANY


def _of_one_kind(arguments: Arguments, types: Types) -> s.TypeNode:
    """As `_one_of`, without the allowed values: the sum of allowed numbers may be another."""
    found = _one_of(arguments, types)
    kinds = k.kinds_of(found, types)
    return k.type_of_kind(next(iter(kinds))) if kinds and len(kinds) == 1 else ANY


def _like_first(arguments: Arguments, types: Types) -> s.TypeNode:
    """A number or duration of the argument's kind."""
    kinds = k.kinds_of(arguments[0], types) or frozenset()
    return k.type_of_kind(next(iter(kinds))) if len(kinds) == 1 and kinds <= NEGATED else ANY


def _either(arguments: Arguments, types: Types) -> s.TypeNode:
    return join_all(arguments, types)


def _unknown(arguments: Arguments, types: Types) -> s.TypeNode:
    return ANY


RESULTS: Mapping[str, Result] = {
    **_always(k.DATE, "date, today, last day of month"),
    **_always(k.DATE_TIME, "date and time, now"),
    **_always(k.TIME, "time"),
    **_always(k.YEARS_MONTHS, "years and months duration"),
    **_always(
        k.STRING, "string, substring, upper case, lower case, substring before, substring after, replace, string join, trim"
    ),
    **_always(k.STRING, "day of week, month of year"),
    **_always(
        k.BOOLEAN,
        "not, contains, starts with, ends with, matches, is blank, odd, even, list contains, is empty, all, any, is, "
        "is defined",
    ),
    **_always(
        k.BOOLEAN,
        "before, after, meets, met by, overlaps, overlaps before, overlaps after, finishes, finished by, includes, during, "
        "starts, started by, coincides",
    ),
    **_always(k.NUMBER, "number, string length, decimal, floor, ceiling, round up, round down, round half up, round half down"),
    **_always(k.NUMBER, "modulo, sqrt, log, exp, count, mean, product, median, stddev, day of year, week of year"),
    **_always(_STRINGS, "split, extract"),
    **_always(_NUMBERS, "index of, mode"),
    **_always(s.RangeType(ANY), "range"),
    **_always(_ENTRIES, "get entries"),
    **_always(k.CONTEXT, "context, context put, context merge"),
    "duration": _like_first,
    "abs": _like_first,
    **dict.fromkeys(("sublist", "remove", "reverse", "distinct values", "duplicate values", "sort"), _first_list),
    **dict.fromkeys(("insert before", "list replace"), _list_with),
    "append": _appended,
    **dict.fromkeys(("concatenate", "union"), _lists_in_one),
    "flatten": _flattened,
    "partition": lambda arguments, types: s.ListType(as_list(arguments[0], types)),
    **dict.fromkeys(("min", "max"), _one_of),
    "sum": _of_one_kind,
    "get value": _unknown,
    "get or else": _either,
}
"""Name of a built-in → the type of its value."""


def result_of(name: str, arguments: Iterable[s.TypeNode], types: Types) -> s.TypeNode:
    """The type of a built-in's value; Any when nothing is known of the arguments."""
    given = list(arguments)
    return RESULTS[name](given, types) if given or name in ("now", "today", "is") else ANY
