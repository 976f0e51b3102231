"""The cells of an input column as sets of its pieces: exactly, or known not to be (DMN 1.5 §10.3.1.2 rules 7–17).

A cell can be told exactly when it compares its input with nothing but constants. What it holds for is then found by its form
where that is simple, else by running it on an example of each piece: inside a piece it cannot change its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.dmn.analysis.conditions import any_of, split_of, test_split, without
from engine.dmn.analysis.domains import Domain, Mention
from engine.dmn.analysis.lines import lines_of
from engine.dmn.analysis.runs import NOTHING, Runs, from_places, union
from engine.dmn.analysis.work import Work
from engine.feel import syntax as s
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError
from engine.feel.run import Budget, Frame, Run
from engine.feel.static import constant_of
from engine.feel.static.constants import EPOCH, Constant
from engine.feel.types import SIMPLE, Types
from engine.feel.values import Range, Value, kind_of

_EQUALITIES = ("=", "!=")
_BUDGET = Budget(steps=20_000)

Mentions = list[Mention] | None


def mentions_of(cell: s.UnaryTests, types: Types) -> Mentions:
    """The values that the cell compares its input with; None when it does more than that."""
    return _joined(_of_test(test, types) for test in cell.tests)


def asks_for_a_kind(test: object) -> bool:
    """Whether a test has `instance of` in it: that tells nothing of an input whose kinds of values are not known."""
    if isinstance(test, s.InstanceOf):
        return True
    if isinstance(test, tuple):
        return any(asks_for_a_kind(part) for part in test)
    return hasattr(test, "__dataclass_fields__") and any(asks_for_a_kind(getattr(test, n)) for n in test.__dataclass_fields__)


def _joined(parts: Iterable[Mentions]) -> Mentions:
    made: list[Mention] = []
    for part in parts:
        if part is None:
            return None
        made += part
    return made


def _of_test(test: s.Node, types: Types) -> Mentions:
    if isinstance(test, s.OpenRange):
        return _of_operand(test.operand, test.operator, types)
    constant = constant_of(test, types)
    if constant is None:
        return _of_condition(test, types)
    if constant.warnings:
        return _of_mistake(constant)
    if type(constant.value) is bool and not isinstance(test, s.Boolean):
        return []  # a condition that asks nothing of the input
    return _of_value(constant.value)


def _of_mistake(constant: Constant) -> Mentions:
    """A constant that is null by mistake, such as a range from high to low, is equal to no value and asks for none."""
    return [] if constant.value is None else None


def _of_value(value: Value, *, ordered: bool = False) -> Mentions:
    if value is None or type(value) is bool:
        return [Mention(value)]
    if type(value) is list:
        return _joined(_of_value(item) for item in value)
    if type(value) is Range:
        by_order = value.operator not in _EQUALITIES
        return _joined(_of_value(end, ordered=by_order) for end in (value.start, value.end) if end is not None)
    if any(line.key(value) is not None for line in lines_of(kind_of(value))):
        return [Mention(value, ordered)]
    return None


def _of_operand(node: s.Node, sign: str, types: Types) -> Mentions:
    constant = constant_of(node, types)
    if constant is None or type(constant.value) in (list, Range, dict):
        return None
    if constant.warnings:
        return _of_mistake(constant)
    return _of_value(constant.value, ordered=sign not in _EQUALITIES)


def _of_condition(node: s.Node, types: Types) -> Mentions:
    """The constants that a condition over `?` compares it with."""
    match node:
        case s.Comparison(sign, s.Name("?"), other) | s.Comparison(sign, other, s.Name("?")):
            return _of_operand(other, sign, types)
        case s.Between(s.Name("?"), low, high):
            return _joined(_of_operand(end, "<", types) for end in (low, high))
        case s.In(s.Name("?"), tests):
            return _joined(_of_test(test, types) for test in tests)
        case s.And(left, right) | s.Or(left, right):
            return _joined(_of_condition(part, types) for part in (left, right))
        case s.InstanceOf(s.Name("?"), s.NamedType(name)):
            return [] if name in SIMPLE and name not in types else None
        case s.Call(s.Name("not"), (inner,), None):
            return _of_condition(inner, types)
        case s.Call(s.Name("list contains"), (items, s.Name("?")), None):
            constant = constant_of(items, types)
            return _of_value(constant.value) if constant is not None and type(constant.value) is list else None
        case _:
            constant = constant_of(node, types)
            return [] if constant is not None and type(constant.value) is bool else None


def runs_of(cell: s.UnaryTests, domain: Domain, types: Types, work: Work) -> Runs | None:
    """What an exact cell holds for; None when running it was stopped by its budget."""
    missing = domain.at(None)
    try:
        clear = _by_form(cell, domain, types)
        if clear is None:
            return _by_running(cell, range(len(domain.pieces)), domain, types, work)
        work.charge(1 + len(cell.tests))
        # What a cell makes of a missing value depends on more than what it compares it with: it is asked itself.
        asked = _by_running(cell, [place for place, _ in missing], domain, types, work)
        return union((*without(domain, clear, missing), *asked))
    except FeelError:
        return None


def _by_form(cell: s.UnaryTests, domain: Domain, types: Types) -> Runs | None:
    """What the cell holds for, by the form of its tests; None when it has to be run."""
    if not cell.tests:
        return domain.everything
    found = any_of([test_split(test, domain, types) or split_of(test, domain, types) for test in cell.tests])
    if found is None:
        return None
    return found.no if cell.negated else found.yes


def _by_running(cell: s.UnaryTests, places: Sequence[int], domain: Domain, types: Types, work: Work) -> Runs:
    """Those of the places for whose example the cell holds. Raises FeelError."""
    work.charge(2 * len(places))
    if not places:
        return NOTHING
    holds = _compiled(cell, types)
    return from_places(place for place in places if holds(domain.pieces[place].example))


def _compiled(cell: s.UnaryTests, types: Types) -> Callable[[Value], bool]:
    """The cell as it is run when the table decides."""
    compiler = Compiler(types)
    code = compiler.compile(cell)
    return lambda value: code(Frame({"?": value}, [None] * compiler.slots, Run(EPOCH, _BUDGET))) is True


def holds_for(cell: s.UnaryTests, value: Value, types: Types) -> bool:
    """Whether a cell without variables holds for a value; not when finding out takes too long."""
    try:
        return _compiled(cell, types)(value)
    except FeelError:
        return False
