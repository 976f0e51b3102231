"""Paths and filters without values (DMN 1.5 §10.3.2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import syntax as s
from engine.feel.errors import Code, near
from engine.feel.properties import PROPERTIES
from engine.feel.static import kinds as k
from engine.feel.types import ANY
from engine.feel.values import Kind

if TYPE_CHECKING:
    from engine.feel.static.inference import Inference

_PROPERTY_TYPES: dict[str, s.TypeNode] = {
    "time offset": k.DAYS_TIME,
    "timezone": k.STRING,
    "start included": k.BOOLEAN,
    "end included": k.BOOLEAN,
}
"""Properties of dates, times, durations and ranges that are no number."""


def path_type(inference: Inference, node: s.Path) -> s.TypeNode:
    """The type of `source.name`."""
    return _member(inference, inference.infer(node.source), node, 0)


def _member(inference: Inference, source: s.TypeNode, node: s.Path, depth: int) -> s.TypeNode:
    inner = k.bare(source, inference.types)
    if depth > k.MAX_NESTING:
        return ANY
    if isinstance(inner, s.ListType):
        return s.ListType(inner.item if inner.item == k.NULL else _member(inference, inner.item, node, depth + 1))
    if isinstance(inner, s.ContextType):
        return _entry(inference, inner, node)
    kinds = k.kinds_of(inner, inference.types)
    if kinds is None or kinds & {Kind.CONTEXT, Kind.LIST}:
        return ANY
    return _property(inference, inner, next(iter(kinds)), node)


def _entry(inference: Inference, context: s.ContextType, node: s.Path) -> s.TypeNode:
    entries = dict(context.entries)
    if node.name in entries:
        return entries[node.name]
    inference.find(Code.NO_PROPERTY, node.at, f"The context has no entry “{node.name}”.{near(node.name, entries)}")
    return ANY


def _property(inference: Inference, source: s.TypeNode, kind: Kind, node: s.Path) -> s.TypeNode:
    known = PROPERTIES.get(kind, {})
    if node.name in known:
        if node.name in ("start", "end"):
            return source.item if isinstance(source, s.RangeType) else ANY
        return _PROPERTY_TYPES.get(node.name, k.NUMBER)
    what = "null" if kind is Kind.NULL else f"a {kind}"
    inference.find(Code.NO_PROPERTY, node.at, f"“{node.name}” is asked of {what}.{near(node.name, known)}")
    return ANY


def filter_type(inference: Inference, node: s.Filter) -> s.TypeNode:
    """A list for a condition, an item for a position, Any when either may stand in the bracket.

    A position that turns out to be null gives an empty list instead of an item.
    """
    source = inference.infer(node.source)
    if source == k.NULL:
        return k.NULL
    item = k.item_of(source, inference.types)
    with inference.scope.bound((None, item)):
        bracket = inference.infer(node.condition)
    kinds = k.kinds_of(bracket, inference.types)
    if kinds is None:
        return ANY
    if not kinds & {Kind.BOOLEAN, Kind.NUMBER, Kind.NULL}:
        found = inference.told(bracket)
        inference.find(Code.NOT_A_CONDITION, node.condition.at, f"A filter is a condition or a position, not {found}.")
    return item if Kind.NUMBER in kinds else s.ListType(item)
