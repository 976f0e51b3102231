"""Loops and written functions without values (DMN 1.5 §10.3.2.14, §10.3.2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.errors import Code
from engine.feel.static import kinds as k
from engine.feel.types import ANY
from engine.feel.values import Kind

if TYPE_CHECKING:
    from engine.feel.static.inference import Inference

Bound = list[tuple[str | None, s.TypeNode]]

_COUNTED = frozenset({Kind.NUMBER, Kind.DATE})


def _iterators(inference: Inference, iterators: tuple[s.Iterator, ...]) -> Bound:
    """Each loop variable with its type, in the scope of those before it."""
    made: Bound = []
    for iterator in iterators:
        with inference.scope.bound(*made):
            made.append((iterator.name, _turn(inference, iterator)))
    return made


def _turn(inference: Inference, iterator: s.Iterator) -> s.TypeNode:
    source = inference.infer(iterator.source)
    if iterator.end is not None:
        return _counted(inference, iterator, source, inference.infer(iterator.end))
    inner = k.bare(source, inference.types)
    if inner == k.NULL:
        inference.find(Code.WRONG_TYPE, iterator.source.at, "The loop goes over null; it needs a list or range.")
        return ANY
    return inner.item if isinstance(inner, s.RangeType) else k.item_of(source, inference.types)


def _counted(inference: Inference, iterator: s.Iterator, start: s.TypeNode, end: s.TypeNode) -> s.TypeNode:
    ours, theirs = (k.kinds_of(t, inference.types) or _COUNTED for t in (start, end))
    common = ours & theirs & _COUNTED
    if not common:
        message = f"A loop counts whole numbers or days, not from {inference.told(start)} to {inference.told(end)}."
        inference.find(Code.BAD_RANGE, iterator.source.at, message)
    return k.type_of_kind(next(iter(common))) if len(common) == 1 else ANY


def for_loop(inference: Inference, node: s.For) -> s.TypeNode:
    """The list of the bodies' values; of `partial` no more is known than that it is one."""
    made = _iterators(inference, node.iterators)
    with inference.scope.bound(*made, ("partial", s.ListType(ANY))):
        return s.ListType(inference.infer(node.body))


def quantified(inference: Inference, node: s.Quantified) -> s.TypeNode:
    """`some` and `every`."""
    made = _iterators(inference, node.iterators)
    with inference.scope.bound(*made):
        inference.condition(node.condition, "What “satisfies” asks is {}, not true or false.")
    return k.BOOLEAN


def function_of(inference: Inference, node: s.FunctionOf) -> s.TypeNode:
    """A function with its declared parameters and what its body gives."""
    parameters = [(p.name, p.type or ANY) for p in node.parameters]
    with inference.scope.bound(*parameters):
        result = ANY if node.external else inference.infer(node.body)
    return s.FunctionType(tuple(kind for _, kind in parameters), result, tuple(name for name, _ in parameters))
