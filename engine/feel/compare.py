"""Equality and order of FEEL values, three-valued (DMN 1.5 §10.3.2.13, tables 49–54). None stands for FEEL's null: not
comparable."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.run import Run
from engine.feel.temporal import AnyDateTime, AnyTime, nanosecond_of, offset_of
from engine.feel.values import Kind, Range, Value, YearMonthDuration, kind_of
from engine.feel.wide import WideDate, day_number

PLAIN = frozenset({Decimal, str, date, timedelta, YearMonthDuration})
"""Types whose own operators are FEEL's equality and order."""

QUICK: dict[str, Callable[[Value, Value], bool]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
"""The six comparison operators on two values of one plain type."""

Key = tuple[int, ...]


def date_key(value: date | WideDate) -> Key:
    """Orders dates of all years."""
    return (value.year, value.month, value.day)


def time_key(value: AnyTime) -> tuple[str, int, int]:
    """The time line a time lives on (local, one zone, or UTC), its second on that line, and its fraction."""
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    offset = offset_of(value.tzinfo, value)
    if value.tzinfo is None or offset is None:
        return (str(value.tzinfo or ""), seconds, nanosecond_of(value))
    return ("utc", seconds - int(offset.total_seconds()), nanosecond_of(value))


def date_time_key(value: AnyDateTime) -> tuple[str, int, int]:
    """The same for a date and time; one with a zone lives on the line of UTC."""
    seconds = day_number(value.year, value.month, value.day) * 86_400 + value.hour * 3600 + value.minute * 60 + value.second
    offset = offset_of(value.tzinfo, value)
    if offset is None:
        return ("", seconds, nanosecond_of(value))
    return ("utc", seconds - int(offset.total_seconds()), nanosecond_of(value))


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """Whether two values are equal; None when they are of different kinds and neither is null (table 49)."""
    kind = type(left)
    if kind is type(right) and kind in PLAIN:
        return bool(left == right)
    if left is None or right is None:
        return left is right
    ours = kind_of(left)
    if ours is not kind_of(right):
        return None
    return _equal_of_kind(ours, left, right, run)


def _equal_of_kind(kind: Kind, left: Value, right: Value, run: Run) -> bool | None:
    match kind:
        case Kind.LIST:
            return _equal_lists(left, right, run)
        case Kind.CONTEXT:
            return _equal_contexts(left, right, run)
        case Kind.TIME:
            # Equality looks at whole seconds: `second` is what §10.3.2.3.4 compares.
            return time_key(left)[:2] == time_key(right)[:2]
        case Kind.DATE_TIME:
            return date_time_key(left)[:2] == date_time_key(right)[:2]
        case Kind.RANGE:
            return _equal_ranges(left, right, run)
        case Kind.FUNCTION:
            return left is right
        case _:
            return bool(left == right)


def _equal_lists(left: list[Value], right: list[Value], run: Run) -> bool:
    if len(left) != len(right):
        return False
    run.charge(len(left))
    return all(equal(a, b, run) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], run: Run) -> bool:
    run.charge(len(left))
    return left.keys() == right.keys() and all(equal(value, right[key], run) is True for key, value in left.items())


def _equal_ranges(left: Range, right: Range, run: Run) -> bool:
    same = (left.start_included, left.end_included, left.operator) == (right.start_included, right.end_included, right.operator)
    return same and equal(left.start, right.start, run) is True and equal(left.end, right.end, run) is True


def order(left: Value, right: Value) -> int | None:
    """Negative, zero or positive as `left` is before, the same as, or after `right`; None when they have no order."""
    if type(left) is type(right) and type(left) in PLAIN:
        return -1 if left < right else int(left > right)
    kind = kind_of(left)
    if kind is not kind_of(right):
        return None
    if kind is Kind.DATE:
        return _compare(date_key(left), date_key(right))
    if kind is Kind.TIME or kind is Kind.DATE_TIME:
        key = time_key if kind is Kind.TIME else date_time_key
        ours, theirs = key(left), key(right)
        return _compare(ours[1:], theirs[1:]) if ours[0] == theirs[0] else None
    return None


def _compare(left: Key, right: Key) -> int:
    return -1 if left < right else int(left > right)


def compare(operator: str, left: Value, right: Value, run: Run) -> bool | None:
    """Any of the six comparison operators."""
    if operator in ("=", "!="):
        same = equal(left, right, run)
        return same if same is None or operator == "=" else not same
    found = order(left, right)
    if found is None:
        return None
    if operator in ("<=", ">=") and equal(left, right, run):
        return True
    return found < 0 if operator[0] == "<" else found > 0


def includes(interval: Range, value: Value, run: Run) -> bool | None:
    """Whether a value lies in a range; None when it cannot be compared with its ends."""
    if interval.operator in ("=", "!="):
        return compare(interval.operator, value, interval.start, run)
    low: bool | None = True
    high: bool | None = True
    if interval.start is not None:
        low = compare(">=" if interval.start_included else ">", value, interval.start, run)
    elif interval.operator not in ("<", "<="):
        low = None
    if interval.end is not None:
        high = compare("<=" if interval.end_included else "<", value, interval.end, run)
    elif interval.operator not in (">", ">="):
        high = None
    return None if low is None or high is None else low and high


def holds(value: Value, test: Value, run: Run) -> bool | None:
    """`value in test`: in a range, in a list or in a range of a list, or equal (table 55)."""
    if type(test) is Range:
        return includes(test, value, run)
    if type(test) is list:
        run.charge(len(test))
        if type(value) is list and equal(value, test, run):
            return True
        return any(holds(value, item, run) is True for item in test)
    return equal(value, test, run)


def sort_key(values: list[Value]) -> list[Value] | None:
    """The values in ascending order, or None when two of them have no order."""
    if any(order(values[0], other) is None for other in values[1:]):
        return None
    return sorted(values, key=cmp_to_key(lambda a, b: order(a, b) or 0))
