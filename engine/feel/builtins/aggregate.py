"""Functions that make one value of a list (DMN 1.5 §10.3.4.4): extremes, sums, averages, and all/any."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

from engine.feel.arithmetic import operation_for
from engine.feel.compare import order
from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.values import DECIMAL, Value


def _extreme(run: Run, items: list[Value], sign: int, name: str) -> Value:
    if not items:
        return None
    run.charge(len(items) >> 1)
    best = items[0]
    for item in items[1:]:
        found = order(item, best)
        if found is None:
            return run.bad_value(f"The items of {name} cannot all be compared.")
        best = item if found * sign > 0 else best
    return best if order(best, best) is not None else run.bad_value(f"{name} needs values that have an order.")


@builtin("min", "list: list", "The least item.")
@builtin("min", "list...: any")
def minimum(run: Run, list: list[Value]) -> Value:
    """min(1, 2, 3) = min([1, 2, 3])."""
    return _extreme(run, list, -1, "min")


@builtin("max", "list: list", "The greatest item.")
@builtin("max", "list...: any")
def maximum(run: Run, list: list[Value]) -> Value:
    """max(1, 2, 3) = max([1, 2, 3])."""
    return _extreme(run, list, 1, "max")


def _added(run: Run, items: list[Value], name: str) -> Value:
    run.charge(len(items) >> 1)
    total = items[0]
    for item in items[1:]:
        operation = operation_for("+", total, item)
        if operation is None or type(total) is str:
            return run.bad_value(f"{name} adds numbers or durations of one kind.")
        try:
            total = operation(total, item)
        except (ArithmeticError, ValueError):
            return run.bad_value(f"The result of {name} is too large.")
    return total if operation_for("-", total, total) is not None else run.bad_value(f"{name} adds numbers or durations.")


@builtin("sum", "list: list", "The sum of numbers, or of durations of one kind.")
@builtin("sum", "list...: any")
def total(run: Run, list: list[Value]) -> Value:
    """sum([1, 2, 3]) = 6; null for an empty list."""
    return _added(run, list, "sum") if list else None


@builtin("mean", "list: list", "The average of numbers.")
@builtin("mean", "list...: any")
def mean(run: Run, list: list[Value]) -> Value:
    """mean([1, 2, 3]) = 2."""
    numbers = _numbers(run, list, "mean")
    return DECIMAL.divide(reduce(DECIMAL.add, numbers), Decimal(len(numbers))) if numbers else None


def _numbers(run: Run, items: list[Value], name: str) -> Value:
    run.charge(len(items) >> 1)
    if not all(type(item) is Decimal for item in items):
        return run.bad_value(f"{name} needs numbers only.")
    return items


@builtin("product", "list: list", "The product of numbers.")
@builtin("product", "list...: any")
def product(run: Run, list: list[Value]) -> Value:
    """product([2, 3, 4]) = 24."""
    numbers = _numbers(run, list, "product")
    try:
        return reduce(DECIMAL.multiply, numbers) if numbers else None
    except ArithmeticError:
        return run.bad_value("The result of product is too large.")


@builtin("median", "list: list", "The middle number, or the mean of the two in the middle.")
@builtin("median", "list...: any")
def median(run: Run, list: list[Value]) -> Value:
    """median([8, 2, 5, 3, 4]) = 4."""
    numbers = _numbers(run, list, "median")
    if not numbers:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(numbers) % 2 else DECIMAL.divide(DECIMAL.add(ordered[half - 1], ordered[half]), Decimal(2))


@builtin("stddev", "list: list", "The standard deviation of a sample of at least two numbers.")
@builtin("stddev", "list...: any")
def stddev(run: Run, list: list[Value]) -> Value:
    """stddev([2, 4, 7, 5]) = 2.081665999466132735282297706979931."""
    numbers = _numbers(run, list, "stddev")
    if numbers is None or len(numbers) < 2:
        return None if numbers is None else run.bad_value("stddev needs at least two numbers.")
    average = DECIMAL.divide(reduce(DECIMAL.add, numbers), Decimal(len(numbers)))
    squares = [DECIMAL.power(DECIMAL.subtract(n, average), Decimal(2)) for n in numbers]
    return DECIMAL.sqrt(DECIMAL.divide(reduce(DECIMAL.add, squares), Decimal(len(numbers) - 1)))


@builtin("mode", "list: list", "The most frequent numbers, in ascending order.")
@builtin("mode", "list...: any")
def mode(run: Run, list: list[Value]) -> Value:
    """mode([6, 1, 9, 6, 1]) = [1, 6]."""
    numbers = _numbers(run, list, "mode")
    if numbers is None:
        return None
    frequency: dict[Decimal, int] = {}
    for number in numbers:
        frequency[number] = frequency.get(number, 0) + 1
    return sorted(n for n, times in frequency.items() if times == max(frequency.values()))


def _decided(items: list[Value], deciding: bool) -> bool | None:
    if any(item is deciding for item in items):
        return deciding
    return not deciding if all(item is not deciding and type(item) is bool for item in items) else None


@builtin("all", "list: list", "True when no item is false; null when one is no boolean.")
@builtin("all", "list...: any")
def every(run: Run, list: list[Value]) -> bool | None:
    """all([true, false]) = false; all([]) = true."""
    return _decided(list, False)


@builtin("any", "list: list", "True when an item is true; null when one is no boolean.")
@builtin("any", "list...: any")
def some(run: Run, list: list[Value]) -> bool | None:
    """any([true, false]) = true; any([]) = false."""
    return _decided(list, True)
