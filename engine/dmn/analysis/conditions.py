"""Conditions over `?` as sets of pieces: where they are true, where false, and by that where they are null (§10.3.2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from engine.dmn.analysis.domains import Domain
from engine.dmn.analysis.runs import NOTHING, Runs, complement, intersection, union
from engine.feel import syntax as s
from engine.feel.static import constant_of
from engine.feel.types import Types
from engine.feel.values import Range, Value

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class Split(NamedTuple):
    """Where a condition is true and where it is false; elsewhere it is null."""

    yes: Runs
    no: Runs


def without(domain: Domain, runs: Runs, taken: Runs) -> Runs:
    """The runs but what is taken."""
    return intersection(runs, complement(taken, len(domain.pieces)))


def compared(sign: str, value: Value, domain: Domain) -> Split:
    """`? sign value`."""
    if sign == "!=":
        equal = compared("=", value, domain)
        return Split(equal.no, equal.yes)
    if sign == "=":
        yes = domain.at(value)
        asked = domain.everything if value is None else union((*domain.of_kind(value), *domain.at(None)))
        return Split(yes, without(domain, asked, yes))
    yes = domain.stretch(sign, value)
    return Split(yes, without(domain, domain.line_of(value), yes))


def is_in(value: Value, domain: Domain) -> Split:
    """`? in value`: equal to it, in its range, or in its list (table 55)."""
    if type(value) is list:
        yes = union(run for item in value for run in is_in(item, domain).yes)
        return Split(yes, complement(yes, len(domain.pieces)))
    if type(value) is not Range:
        return compared("=", value, domain)
    if value.operator:
        return compared(value.operator, value.end if value.operator in ("<", "<=") else value.start, domain)
    if value.start is None or value.end is None:
        return Split(NOTHING, NOTHING)
    low = compared(">=" if value.start_included else ">", value.start, domain)
    high = compared("<=" if value.end_included else "<", value.end, domain)
    yes, known = intersection(low.yes, high.yes), intersection(domain.line_of(value.start), domain.line_of(value.end))
    return Split(yes, without(domain, known, yes))


def split_of(node: s.Node, domain: Domain, types: Types) -> Split | None:
    """Where a condition holds and where not, by its form; None when it has to be run to know."""
    match node:
        case s.Comparison(sign, s.Name("?"), other):
            return _operand(sign, other, domain, types)
        case s.Comparison(sign, other, s.Name("?")):
            return _operand(_FLIPPED[sign], other, domain, types)
        case s.Between(s.Name("?"), low, high):
            return _all_of([_operand(">=", low, domain, types), _operand("<=", high, domain, types)])
        case s.And(left, right):
            return _all_of([split_of(part, domain, types) for part in (left, right)])
        case s.Or(left, right):
            return any_of([split_of(part, domain, types) for part in (left, right)])
        case s.In(s.Name("?"), tests):
            return any_of([test_split(test, domain, types) for test in tests])
        case s.Call(s.Name("not"), (inner,), None):
            found = split_of(inner, domain, types)
            return None if found is None else Split(found.no, found.yes)
        case s.Call(s.Name("list contains"), (items, s.Name("?")), None):
            constant = constant_of(items, types)
            return None if constant is None or type(constant.value) is not list else _contained(constant.value, domain)
        case s.Boolean(value):
            return Split(domain.everything, NOTHING) if value else Split(NOTHING, domain.everything)
        case _:
            return None


def test_split(test: s.Node, domain: Domain, types: Types) -> Split | None:
    """One test after `in`, or of a cell, against the input."""
    if isinstance(test, s.OpenRange):
        return _operand(test.operator, test.operand, domain, types)
    constant = constant_of(test, types)
    if constant is None:
        return None
    is_condition = type(constant.value) is bool and not isinstance(test, s.Boolean)
    return None if is_condition else is_in(constant.value, domain)


def _contained(items: list[Value], domain: Domain) -> Split:
    yes = union(run for item in items if not isinstance(item, list | Range) for run in domain.at(item))
    return Split(yes, complement(yes, len(domain.pieces)))


def _operand(sign: str, node: s.Node, domain: Domain, types: Types) -> Split | None:
    constant = constant_of(node, types)
    return None if constant is None else compared(sign, constant.value, domain)


def _all_of(parts: Sequence[Split | None]) -> Split | None:
    """Three-valued “and”: true where all are, false where one is."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Split(reduce(intersection, (p.yes for p in known)), union(run for p in known for run in p.no))


def any_of(parts: Sequence[Split | None]) -> Split | None:
    """Three-valued “or”: true where one is, false where all are."""
    flipped = _all_of([None if part is None else Split(part.no, part.yes) for part in parts])
    return None if flipped is None else Split(flipped.no, flipped.yes)
