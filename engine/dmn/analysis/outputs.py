"""What can be said of a table's outputs without inputs: which rules answer the same, in which order they come, and which
answers are not listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.dmn import model as m
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.index import Rules
from engine.dmn.analysis.words import rules_told, value_told
from engine.dmn.codes import CODES, DmnCode
from engine.feel.errors import FeelError
from engine.feel.run import Budget, Run
from engine.feel.static import constant_of
from engine.feel.static.constants import EPOCH, Constant
from engine.feel.types import Types
from engine.feel.values import Value, kind_of
from engine.problems import Severity

Key = tuple[object, ...]

_BUDGET = Budget(steps=20_000)


class Answers(NamedTuple):
    """For each rule a key that rules with the same answer share; `known` are the rules whose key is of the answer's value, not
    of its text; `alike` has the rules of each key."""

    keys: list[Key]
    known: Rules
    alike: dict[Key, Rules]


def answers_of(table: m.DecisionTable, types: Types) -> Answers:
    """The rules by what they answer."""
    keys: list[Key] = []
    known, alike = 0, dict[Key, Rules]()
    cache: dict[str, Constant | None] = {}
    for index, rule in enumerate(table.rules):
        constants = [_constant(output, types, cache) for output in rule.outputs]
        key: Key = tuple(output.text if c is None else _key(c.value) for output, c in zip(rule.outputs, constants, strict=True))
        keys.append(key)
        alike[key] = alike.get(key, 0) | 1 << index
        if None not in constants:
            known |= 1 << index
    return Answers(keys, known, alike)


def _constant(output: m.Literal, types: Types, cache: dict[str, Constant | None]) -> Constant | None:
    if output.text not in cache:
        cache[output.text] = None if output.feel is None else constant_of(output.feel.syntax, types)
    return cache[output.text]


def _key(value: Value) -> Key:
    """The same for equal values, and for no others."""
    if isinstance(value, list):
        return ("list", *map(_key, value))
    if isinstance(value, dict):
        return ("context", frozenset((name, _key(item)) for name, item in value.items()))
    try:
        return (kind_of(value).value, hash(value), value)
    except TypeError:  # what cannot be compared by its hash is the same as itself only
        return ("other", id(value))


def ranks_of(table: m.DecisionTable, types: Types) -> list[tuple[int, ...] | None]:
    """The priority of each rule's outputs, the highest first in order; None where an output is not known beforehand."""
    cache: dict[str, Constant | None] = {}
    return [_rank(table, rule, types, cache) for rule in table.rules]


def _rank(table: m.DecisionTable, rule: m.Rule, types: Types, cache: dict[str, Constant | None]) -> tuple[int, ...] | None:
    places: list[int] = []
    for column, output in zip(table.outputs, rule.outputs, strict=False):
        if not column.values:
            continue
        constant = _constant(output, types, cache)
        if constant is None:
            return None
        place = _place(column, constant.value)
        places.append(len(column.values) if place is None else place)
    return tuple(places)


def _place(column: m.TableOutput, value: Value) -> int | None:
    """The place of a value among the output values of its column."""
    for place, test in enumerate(column.values):
        try:
            if test.feel is not None and test.feel.run({"?": value}, Run(EPOCH, _BUDGET)) is True:
                return place
        except FeelError:
            continue
    return None


def unlisted(table: m.DecisionTable, types: Types) -> Iterator[TableFinding]:
    """Outputs that are none of the output values of their column."""
    cache: dict[str, Constant | None] = {}
    ordered = table.hit_policy in (m.HitPolicy.PRIORITY, m.HitPolicy.OUTPUT_ORDER)
    after = " It comes after all that are listed." if ordered else ""
    for place, column in enumerate(table.outputs):
        if not column.values:
            continue
        wrong: dict[str, list[int]] = {}
        for rule in table.rules:
            output = rule.outputs[place] if place < len(rule.outputs) else None
            if output is None or output.text in wrong:
                wrong.get(output.text if output else "", []).append(rule.number)
                continue
            constant = _constant(output, types, cache)
            if constant is not None and constant.value is not None and _place(column, constant.value) is None:
                wrong[output.text] = [rule.number]
        for text, numbers in wrong.items():
            constant = cache[text]
            shown = text if constant is None else value_told(constant.value)
            listed = f"the output values of “{column.label or column.name}”: {', '.join(v.text for v in column.values)}"
            yield TableFinding(
                code=DmnCode.OUTPUT_NOT_LISTED,
                severity=Severity.WARNING,
                message=f"{shown} in {rules_told(numbers)} is none of {listed}.{after}",
                fix=CODES[DmnCode.OUTPUT_NOT_LISTED][1],
                rules=tuple(numbers),
            )
