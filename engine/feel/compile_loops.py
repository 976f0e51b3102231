"""`for`, `some`, `every` and filters as closures; each turn is charged to the budget (DMN 1.5 §10.3.2.5, §10.3.2.14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.errors import Code, Position
from engine.feel.run import Frame, Run
from engine.feel.values import Range, Value, kind_of

if TYPE_CHECKING:
    from engine.feel.compiler import Code as Closure
    from engine.feel.compiler import Compiler

Domain = Callable[[Frame], Iterable[Value] | None]


def _domains(
    compiler: Compiler, iterators: tuple[s.Iterator, ...]
) -> tuple[list[tuple[int, Domain]], list[tuple[str | None, int]]]:
    """Each iterator's slot and values, in the scope of those before it."""
    made: list[tuple[int, Domain]] = []
    scope: list[tuple[str | None, int]] = []
    for iterator in iterators:
        with compiler.bound(*scope):
            domain = _domain(compiler, iterator)
        slot = compiler.new_slot()
        made.append((slot, domain))
        scope.append((iterator.name, slot))
    return made, scope


def _domain(compiler: Compiler, iterator: s.Iterator) -> Domain:
    source, at = compiler.compile(iterator.source), iterator.source.at
    if iterator.end is None:
        return lambda frame: _values_of(source(frame), frame.run, at)
    end = compiler.compile(iterator.end)
    return lambda frame: _count(source(frame), end(frame), frame.run, at)


def _values_of(value: Value, run: Run, at: Position) -> Iterable[Value] | None:
    if type(value) is list:
        return value
    if type(value) is Range:
        counted = _count(value.start, value.end, run, at, ascending=True)
        return counted if counted is None else _inside(value, counted)
    if value is None:
        run.warn(Code.WRONG_TYPE, at, "The loop goes over null; it needs a list or range.")
        return None
    return [value]


def _inside(interval: Range, values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        excluded = (value == interval.start and not interval.start_included) or (
            value == interval.end and not interval.end_included
        )
        if not excluded:
            yield value


_COUNTABLE = Decimal(10) ** 34
"""From here on a number has no neighbour one step away (34 digits, §10.3.2.3.1)."""


def _count(start: Value, end: Value, run: Run, at: Position, *, ascending: bool = False) -> Iterable[Value] | None:
    """All whole numbers or days from `start` to `end`, up or down. Lazy: the budget ends it, not the memory."""
    if (
        type(start) is Decimal
        and type(end) is Decimal
        and start == start.to_integral_value()
        and end == end.to_integral_value()
        and abs(start) < _COUNTABLE
    ):
        low, high = int(start), int(end)
        numbers = range(low, high + 1) if low <= high or ascending else range(low, high - 1, -1)
        return map(Decimal, numbers)
    if type(start) is date and type(end) is date:
        days = (end - start).days
        steps = range(days + 1) if days >= 0 or ascending else range(0, days - 1, -1)
        return (start + timedelta(days=n) for n in steps)
    told = f"from {kind_of(start)} to {kind_of(end)}" if type(start) is not Decimal or type(end) is not Decimal else "these"
    run.warn(Code.BAD_RANGE, at, f"A loop counts whole numbers of up to 34 digits, or days, not {told}.")
    return None


class _NoDomain(Exception):
    """A loop's source is no list: the loop is null."""


def _turns(frame: Frame, domains: list[tuple[int, Domain]], depth: int = 0) -> Iterator[None]:
    slot, domain = domains[depth]
    values = domain(frame)
    if values is None:
        raise _NoDomain
    slots, last = frame.slots, depth == len(domains) - 1
    for value in values:
        slots[slot] = value
        if last:
            yield
        else:
            frame.run.charge(1)
            yield from _turns(frame, domains, depth + 1)


def for_loop(compiler: Compiler, node: s.For) -> Closure:
    """`for … return`: the list of the bodies' values; `partial` is the list made so far."""
    domains, scope = _domains(compiler, node.iterators)
    partial = compiler.new_slot()
    with compiler.bound(*scope, ("partial", partial)):
        body, cost = compiler.cost_of(node.body)
    keeps_partial = uses_name(node.body, "partial")

    def run(frame: Frame) -> list[Value] | None:
        made: list[Value] = []
        run, slots = frame.run, frame.slots
        limit = run.budget.size
        try:
            for _ in _turns(frame, domains):
                run.steps -= cost
                if run.steps < 0 or len(made) >= limit:
                    run.charge(0)
                    run.check_size(len(made) + 1)
                if keeps_partial:
                    run.charge(len(made) >> 5)
                    slots[partial] = made.copy()
                made.append(body(frame))
        except _NoDomain:
            return None
        return made

    return run


def quantified(compiler: Compiler, node: s.Quantified) -> Closure:
    """`some` and `every`: one true or one false decides; else null when one condition was not boolean."""
    domains, scope = _domains(compiler, node.iterators)
    with compiler.bound(*scope):
        condition, cost = compiler.cost_of(node.condition)
    deciding = not node.every

    def run(frame: Frame) -> Value:
        unknown = False
        try:
            for _ in _turns(frame, domains):
                frame.run.charge(cost)
                answer = condition(frame)
                if answer is deciding:
                    return deciding
                unknown = unknown or type(answer) is not bool
        except _NoDomain:
            return None
        return None if unknown else not deciding

    return run


def filtered(compiler: Compiler, node: s.Filter) -> Closure:
    """`list[condition]` and `list[number]`: which of the two, the value of the bracket decides (§10.3.2.5)."""
    source, at = compiler.compile(node.source), node.at
    slot = compiler.new_slot()
    with compiler.bound((None, slot)):
        condition, cost = compiler.cost_of(node.condition)

    def run(frame: Frame) -> Value:
        value = source(frame)
        if value is None:
            return None
        items = value if type(value) is list else [value]
        slots, charge = frame.slots, frame.run.charge
        slots[slot] = items[0] if items else None
        first = condition(frame)
        if type(first) is Decimal:
            return _item_at(items, first, frame.run, at)
        if not items:
            return []
        kept = [items[0]] if first is True else []
        for item in items[1:]:
            charge(cost)
            slots[slot] = item
            if condition(frame) is True:
                kept.append(item)
        return kept

    return run


def _item_at(items: list[Value], index: Decimal, run: Run, at: Position) -> Value:
    if index == index.to_integral_value() and 1 <= abs(index) <= len(items):
        return items[int(index) - 1 if index > 0 else int(index)]
    run.warn(Code.NO_SUCH_ITEM, at, f"There is no item {index} in a list of {len(items)}.")
    return None


def uses_name(node: object, name: str) -> bool:
    """Whether a name occurs anywhere in a tree."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, s.Name) and current.name == name:
            return True
        if isinstance(current, tuple):
            pending.extend(current)
        elif hasattr(current, "__dataclass_fields__"):
            pending.extend(getattr(current, f) for f in current.__dataclass_fields__)
    return False


def turns_of(value: Value, run: Run) -> Iterable[Value] | None:
    """What a boxed loop goes over: the items of a list, the numbers or days of a range, a single value; None for null."""
    return _values_of(value, run, Position())
