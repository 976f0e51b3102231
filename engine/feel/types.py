"""FEEL's types as asked by `instance of` and declared for parameters and items (DMN 1.5 §10.3.2.9, §7.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from engine.feel import syntax as s
from engine.feel.run import Run
from engine.feel.values import FeelFunction, Kind, Value, kind_of

Types = Mapping[str, s.TypeNode]

ANY = s.NamedType("Any")
SIMPLE: dict[str, frozenset[Kind]] = {
    **{k.value: frozenset({k}) for k in Kind if k not in (Kind.NULL, Kind.RANGE)},
    "day time duration": frozenset({Kind.DAYS_TIME}),
    "year month duration": frozenset({Kind.YEARS_MONTHS}),
    "dayTimeDuration": frozenset({Kind.DAYS_TIME}),
    "yearMonthDuration": frozenset({Kind.YEARS_MONTHS}),
    "dateTime": frozenset({Kind.DATE_TIME}),
    "Null": frozenset({Kind.NULL}),
}


def is_instance(value: Value, wanted: s.TypeNode, types: Types, run: Run, *, strict: bool = False) -> bool | None:
    """Whether the value is of the type; null is of type Null only. None for a type that does not exist.

    Allowed values count only when `strict`: they belong to the declaration, not to the type that `instance of` asks for
    (§7.3.3).
    """
    run.charge(1)
    match wanted:
        case s.NamedType(name):
            return _is_named(value, name, types, run, strict)
        case s.ListType(item):
            return _all_of(value, item, types, run, strict) if type(value) is list else False
        case s.RangeType(item):
            return kind_of(value) is Kind.RANGE and all(
                is_instance(e, item, types, run, strict=strict) for e in (value.start, value.end) if e is not None
            )
        case s.ContextType(entries):
            if type(value) is not dict:
                return False
            return all(key in value and is_or_null(value[key], inner, types, run, strict) for key, inner in entries)
        case s.ConstrainedType(base, allows):
            fits = is_instance(value, base, types, run, strict=strict)
            return allows(value, run) if fits and strict else fits
        case s.FunctionType(parameters):
            return isinstance(value, FeelFunction) and len(value.parameters) == len(parameters)


def _is_named(value: Value, name: str, types: Types, run: Run, strict: bool) -> bool | None:
    if name in types:
        return is_instance(value, types[name], types, run, strict=strict)
    if name == "Any":
        return value is not None
    kinds = SIMPLE.get(name)
    return None if kinds is None else kind_of(value) in kinds


def _all_of(value: list[Value], item: s.TypeNode, types: Types, run: Run, strict: bool) -> bool | None:
    return all(is_or_null(v, item, types, run, strict) for v in value)


def is_or_null(value: Value, wanted: s.TypeNode, types: Types, run: Run, strict: bool = True) -> bool | None:
    """As `is_instance`, but null fits every type."""
    return True if value is None else is_instance(value, wanted, types, run, strict=strict)


def convert(value: Value, wanted: s.TypeNode, types: Types, run: Run) -> tuple[bool, Value]:
    """Whether the value conforms to the type, and the value after the implicit conversions of §10.3.2.9.4."""
    if is_or_null(value, wanted, types, run):
        return True, value
    if type(value) is list and len(value) == 1 and is_instance(value[0], wanted, types, run, strict=True):
        return True, value[0]
    if is_instance([value], wanted, types, run, strict=True):
        return True, [value]
    if type(value) is date:
        midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
        if is_instance(midnight, wanted, types, run, strict=True):
            return True, midnight
    return False, None
