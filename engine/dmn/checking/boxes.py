"""Boxed expressions without values: the type of each, and what is wrong in it whatever the inputs (DMN 1.5 §10.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from engine.dmn import model as m
from engine.dmn.checking.scopes import Scope
from engine.dmn.checking.tables import table_type
from engine.dmn.checking.texts import text_type
from engine.feel import syntax as s
from engine.feel.static import kinds as k
from engine.feel.syntax import TypeNode
from engine.feel.types import ANY

if TYPE_CHECKING:
    from engine.dmn.checking.walk import Place, Walk


def box_type(walk: Walk, box: m.Boxed, scope: Scope, place: Place) -> TypeNode:
    """The declared type of an expression, else the one that was found."""
    found = _found(walk, box, scope, place)
    if box.type is None or isinstance(box, m.BoxedFunction):
        return found
    walk.conform(found, box.type, place, "The value")
    return box.type


def _found(walk: Walk, box: m.Boxed, scope: Scope, place: Place) -> TypeNode:  # noqa: C901 - one exhaustive match
    match box:
        case m.Literal():
            return text_type(walk, box, scope, place)
        case m.DecisionTable():
            return table_type(walk, box, scope, place)
        case m.BoxedContext():
            return _context(walk, box, scope, place)
        case m.BoxedList(items=items):
            return s.ListType(k.join_all([box_type(walk, item, scope, place) for item in items], walk.types))
        case m.Relation(columns=columns, rows=rows):
            kinds = [
                s.ContextType(tuple((c, box_type(walk, v, scope, place)) for c, v in zip(columns, row, strict=False)))
                for row in rows
            ]
            return s.ListType(k.join_all(kinds, walk.types))
        case m.BoxedFunction():
            return function_type(walk, box, scope, place)
        case m.Invocation():
            return _invocation(walk, box, scope, place)
        case m.Conditional(condition=condition, then=then, otherwise=otherwise):
            walk.condition(box_type(walk, condition, scope, place.at("if")), place.at("if"))
            return k.join(box_type(walk, then, scope, place), box_type(walk, otherwise, scope, place), walk.types)
        case m.BoxedFilter():
            return _filter(walk, box, scope, place)
        case m.BoxedLoop():
            return _loop(walk, box, scope, place)
        case _:
            assert_never(box)


def _context(walk: Walk, box: m.BoxedContext, scope: Scope, place: Place) -> TypeNode:
    inner, made = dict(scope), dict[str, TypeNode]()
    for entry in box.entries:
        here = place.at(f"entry {entry.name}" if entry.name else "result")
        found = box_type(walk, entry.value, inner, here)
        if entry.type is not None:
            walk.conform(found, entry.type, here, "The entry" if entry.name else "The result")
        kind = entry.type or found
        if entry.name is None:
            return kind
        inner[entry.name] = made[entry.name] = kind
    return s.ContextType(tuple(made.items()))


def function_type(walk: Walk, box: m.BoxedFunction, scope: Scope, place: Place) -> TypeNode:
    """A function with its declared parameters and the type of its body."""
    parameters = {p.name: p.type or ANY for p in box.parameters}
    result = ANY if box.body is None else box_type(walk, box.body, {**scope, **parameters}, place)
    return s.FunctionType(tuple(parameters.values()), result, tuple(parameters))


def _invocation(walk: Walk, box: m.Invocation, scope: Scope, place: Place) -> TypeNode:
    function = k.bare(box_type(walk, box.function, scope, place), walk.types)
    for name, value in box.bindings:
        box_type(walk, value, scope, place.at(f"binding {name}"))
    return function.result if isinstance(function, s.FunctionType) else ANY


def _filter(walk: Walk, box: m.BoxedFilter, scope: Scope, place: Place) -> TypeNode:
    source = box_type(walk, box.source, scope, place)
    item = k.bare(k.item_of(source, walk.types), walk.types)
    entries = dict(item.entries) if isinstance(item, s.ContextType) else {}
    # Of an item whose entries are not declared any name may be one.
    inside = place if isinstance(item, s.ContextType) else place.opened()
    walk.condition(box_type(walk, box.match, {**scope, "item": item, **entries}, inside.at("match")), inside.at("match"))
    return s.ListType(item)


def _loop(walk: Walk, box: m.BoxedLoop, scope: Scope, place: Place) -> TypeNode:
    source = k.bare(box_type(walk, box.source, scope, place), walk.types)
    item = source.item if isinstance(source, s.RangeType) else k.item_of(source, walk.types)
    inner = {**scope, box.variable: item}
    if box.kind == "for":
        inner["partial"] = s.ListType(ANY)
    found = box_type(walk, box.body, inner, place.at("return" if box.kind == "for" else "satisfies"))
    return s.ListType(found) if box.kind == "for" else k.BOOLEAN
