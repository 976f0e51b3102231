"""List functions (DMN 1.5 §10.3.4.4) and `sort` (§10.3.4.6). Positions count from 1, or from the end with a minus."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.compare import equal, sort_key
from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.values import FeelFunction, Value


def _has(run: Run, items: list[Value], wanted: Value) -> bool:
    run.charge(len(items) >> 1)
    return any(equal(item, wanted, run) is True for item in items)


@builtin("list contains", "list: list, element: any", "Whether the list has the element.")
def list_contains(run: Run, list: list[Value], element: Value) -> bool:
    """list contains([1, 2, 3], 2) = true."""
    return _has(run, list, element)


@builtin("count", "list: list", "The number of items.")
def count(run: Run, list: list[Value]) -> Decimal:
    """count([1, 2, 3]) = 3."""
    return Decimal(len(list))


def _position(run: Run, position: Decimal, size: int) -> Value:
    """The index from 0, or None and a warning when there is no such item."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= size:
        return run.bad_value(f"There is no position {position} in a list of {size}.")
    return int(position) - 1 if position > 0 else size + int(position)


@builtin("sublist", "list: list, start position: number, length?: number", "Part of a list.")
def sublist(run: Run, list: list[Value], start_position: Decimal, length: Decimal | None = None) -> Value:
    """sublist([4, 5, 6], 1, 2) = [4, 5]."""
    start = _position(run, start_position, len(list))
    if start is None:
        return None
    if length is None:
        return list[start:]
    if length < 1 or start + length > len(list):
        return run.bad_value(f"There are not {length} items from position {start_position} on.")
    return list[start : start + int(length)]


def _grown(run: Run, items: list[Value]) -> list[Value]:
    run.check_size(len(items))
    return items


@builtin("append", "list: list, item...: any", "The list with items added at its end.")
def append(run: Run, items: list[Value]) -> Value:
    """append([1], 2, 3) = [1, 2, 3]."""
    return _grown(run, [*items[0], *items[1:]])


def _joined(run: Run, lists: list[Value]) -> list[Value]:
    made: list[Value] = []
    for item in lists:
        made += item if type(item) is list else [item]
        run.check_size(len(made))
    return made


@builtin("concatenate", "list...: any", "One list of the items of all.")
def concatenate(run: Run, lists: list[Value]) -> Value:
    """concatenate([1, 2], [3]) = [1, 2, 3]."""
    if any(item is None for item in lists):
        return run.wrong_arguments("concatenate joins lists, not null.")
    return _joined(run, lists)


@builtin("insert before", "list: list, position: number, newItem: any", "The list with an item put in.")
def insert_before(run: Run, list: list[Value], position: Decimal, newItem: Value) -> Value:
    """insert before([1, 3], 1, 2) = [2, 1, 3]."""
    at = _position(run, position, len(list))
    return None if at is None else _grown(run, [*list[:at], newItem, *list[at:]])


@builtin("remove", "list: list, position: number", "The list without the item at the position.")
def remove(run: Run, list: list[Value], position: Decimal) -> Value:
    """remove([1, 2, 3], 2) = [1, 3]."""
    at = _position(run, position, len(list))
    return None if at is None else _grown(run, [*list[:at], *list[at + 1 :]])


@builtin("list replace", "list: list, position: number, newItem: any", "The list with the item at the position replaced.")
def list_replace_at(run: Run, list: list[Value], position: Decimal, newItem: Value) -> Value:
    """list replace([2, 4], 1, 6) = [6, 4]."""
    at = _position(run, position, len(list))
    return None if at is None else _grown(run, [*list[:at], newItem, *list[at + 1 :]])


@builtin("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(run: Run, list: list[Value], match: FeelFunction, newItem: Value) -> Value:
    """list replace([2, 4, 7], function(item, newItem) item < newItem, 5) = [5, 5, 7]."""
    if len(match.parameters) != 2:
        return run.wrong_arguments("The function of list replace takes the item and the new item.")
    answers = [match.call([item, newItem], run) for item in list]
    if not all(type(answer) is bool for answer in answers):
        return run.bad_value("The function of list replace must answer true or false for each item.")
    return [newItem if answer else item for item, answer in zip(list, answers, strict=True)]


@builtin("reverse", "list: list", "The list from its end to its beginning.")
def reverse(run: Run, list: list[Value]) -> Value:
    """reverse([1, 2, 3]) = [3, 2, 1]."""
    return _grown(run, list[::-1])


@builtin("index of", "list: list, match: any", "All positions of the item.")
def index_of(run: Run, list: list[Value], match: Value) -> list[Decimal]:
    """index of([1, 2, 3, 2], 2) = [2, 4]."""
    run.charge(len(list) >> 1)
    return [Decimal(n) for n, item in enumerate(list, 1) if equal(item, match, run) is True]


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    # Numbers and texts are found by hash, other values by comparing with those kept so far.
    seen: set[Value] = set()
    kept: list[Value] = []
    others: list[Value] = []
    for item in items:
        if type(item) in (Decimal, str):
            if item in seen:
                continue
            seen.add(item)
        elif _has(run, others, item):
            continue
        else:
            others.append(item)
        kept.append(item)
    return _grown(run, kept)


@builtin("union", "list...: any", "One list of the items of all, each once.")
def union(run: Run, lists: list[Value]) -> Value:
    """union([1, 2], [2, 3]) = [1, 2, 3]."""
    if any(item is None for item in lists):
        return run.wrong_arguments("union joins lists, not null.")
    return _distinct(run, _joined(run, lists))


@builtin("distinct values", "list: list", "The list with each value once.")
def distinct_values(run: Run, list: list[Value]) -> Value:
    """distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]."""
    return _distinct(run, list)


@builtin("duplicate values", "list: list", "The values that occur more than once.", standard=False)
def duplicate_values(run: Run, list: list[Value]) -> Value:
    """duplicate values([1, 2, 3, 2, 1]) = [1, 2]."""
    return [value for value in _distinct(run, list) if len(index_of(run, list, value)) > 1]


def _leaves(run: Run, items: list[Value]) -> Iterator[Value]:
    for item in items:
        run.charge(1)
        if type(item) is list:
            yield from _leaves(run, item)
        else:
            yield item


@builtin("flatten", "list: list", "The items of all nested lists in one list.")
def flatten(run: Run, list: list[Value]) -> Value:
    """flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]."""
    return [*_leaves(run, list)]


@builtin("sort", "list: list, precedes: function", "The list in the order in which one item precedes the other.")
def sort(run: Run, list: list[Value], precedes: FeelFunction) -> Value:
    """sort([3, 1, 2], function(x, y) x < y) = [1, 2, 3]."""
    if len(precedes.parameters) != 2:
        return run.wrong_arguments("The function of sort takes two items and says whether the first precedes the second.")

    def compare(a: Value, b: Value) -> int:
        if precedes.call([a, b], run) is True:
            return -1
        return int(precedes.call([b, a], run) is True)

    return sorted(list, key=cmp_to_key(compare))


@builtin("sort", "list: list", standard=False)
def sort_ascending(run: Run, list: list[Value]) -> Value:
    """sort([3, 1, 2]) = [1, 2, 3]."""
    run.charge(len(list))
    ordered = sort_key(list) if list else []
    return ordered if ordered is not None else run.bad_value("The items of sort cannot all be compared; give a function.")


@builtin("is empty", "list: list", "Whether the list has no items.", standard=False)
def is_empty(run: Run, list: list[Value]) -> bool:
    """is empty([]) = true."""
    return not list


@builtin("partition", "list: list, size: number", "Lists of so many items each.", standard=False)
def partition(run: Run, list: list[Value], size: Decimal) -> Value:
    """partition([1, 2, 3], 2) = [[1, 2], [3]]."""
    if size < 1 or size > len(list) + 1:
        return [list] if size >= 1 else run.bad_value("The size of a part is at least 1.")
    return _grown(run, [list[at : at + int(size)] for at in range(0, len(list), int(size))])
