"""What the analysis says of a table is what its rules do, tried out on every kind of input there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionTable
from engine.dmn.analysis.coverage import Box, Coverage
from engine.dmn.analysis.domains import Domain
from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.index import members
from engine.dmn.analysis.lines import lines_of
from engine.dmn.analysis.reach import unreached
from engine.dmn.analysis.work import Work
from engine.dmn.checking import PlacedTable, check_expressions
from engine.dmn.model import TableInput
from engine.dmn.table_evaluation import matching_rules
from engine.feel import Budget, kind_of
from engine.feel.run import Run
from engine.feel.values import YearMonthDuration
from tests.engine.dmn.making import table_file

EXAMPLES = 80
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEMPLATES = (
    "-",
    "{a}",
    "< {a}",
    ">= {a}",
    "= {a}",
    "!= {a}",
    "[{a}..{b}]",
    "({a}..{b})",
    "({a}..{b}]",
    "{a}, {b}",
    "< {a}, > {b}",
    "not({a}, {b})",
    "not(< {a})",
    "[{a}, {b}]",
    "null",
    "not(null)",
    "? != null",
    "? > {a} and ? <= {b}",
    "? = null or ? > {b}",
    "? < {a} or not(? != {b})",
    "not(? > {a})",
    "? between {a} and {b}",
    "? in ({a}, [{a}..{b}], null)",
    "not(? in (> {b}))",
    "{b} > ?",
    "list contains([{a}, {b}], ?)",
    "not(list contains([{a}], ?))",
    "true, ? < {a}",
    "? >= {a} and true",
    "? = null and ? > {a} or ? = {b}",
)
UNCLEAR = ("? = limit", 'string(?) = "x"', "limit, {a}")
CONSTANTS: dict[str, list[str]] = {
    "number": ["0", "1", "2", "2.5", "-1"],
    "string": ['"a"', '"b"', '"c"', '""'],
    "boolean": ["true", "false"],
    "date": ['@"2026-01-01"', 'date("2026-01-02")', '@"2026-01-04"'],
    "time": ['@"10:00:00"', '@"11:30:00"', '@"10:00:00Z"'],
    "date and time": ['@"2026-01-01T10:00:00"', '@"2026-01-02T00:00:00Z"', '@"2026-01-01T20:00:00-04:00"'],
    "days and time duration": ['@"P1D"', '@"PT25H"', 'duration("-PT1S")'],
    "years and months duration": ['@"P1Y"', '@"P13M"', '@"P15M"'],
}
VALUES: dict[str, list[Any]] = {
    "number": [Decimal(n) / 4 for n in range(-6, 14)],
    "string": ["", " ", "a", "aa", "b", "bz", "c", "cc", "z"],
    "boolean": [True, False],
    "date": [date(2025, 12, 31) + timedelta(days=n) for n in range(7)],
    "time": [time(h, m, 0, tzinfo=z) for h in (9, 10, 11, 12) for m in (0, 30) for z in (None, UTC)],
    "date and time": [datetime(2026, 1, d, h, tzinfo=z) for d in (1, 2) for h in (0, 9, 10, 11, 23) for z in (None, UTC)],
    "days and time duration": [timedelta(seconds=n) for n in (-3600, -2, -1, 0, 3600, 86_399, 86_400, 88_000, 90_000, 90_001)],
    "years and months duration": [YearMonthDuration(n) for n in range(10, 18)],
}
"""For each kind values in, at and between all the constants."""
ALLOWED: dict[str, list[str]] = {
    "number": ["[0..3]", "1, 2, 2.5", "not(0)", "> -1"],
    "string": ['"a", "b", "c"', 'not("a")', '>= "b"'],
    "boolean": ["true"],
    "date": ['@"2026-01-01", @"2026-01-02"', '> @"2026-01-01"'],
    "days and time duration": ['>= @"P1D"'],
}
"""Allowed values of columns."""


@st.composite
def placed_tables(draw: st.DrawFn, *, unclear: bool) -> PlacedTable:
    kinds = draw(st.lists(st.sampled_from(sorted(CONSTANTS)), min_size=1, max_size=3))
    names = ["x", "y", "z"][: len(kinds)]

    def cell(kind: str) -> str:
        templates = TEMPLATES + (UNCLEAR if unclear else ())
        ends = [draw(st.sampled_from(CONSTANTS[kind])) for _ in range(2)]
        return draw(st.sampled_from(templates)).format(a=ends[0], b=ends[1])

    rows = [[*map(cell, kinds), str(n)] for n in range(draw(st.integers(1, 5)))]
    allowed = [draw(st.sampled_from(["", "", *ALLOWED.get(kind, [])])) for kind in kinds]
    (placed,) = check_expressions(table_file(rows, names, types=kinds, policy="FIRST", allowed=allowed)).tables
    return placed


def examined(placed: PlacedTable, *, unclear: bool = False) -> Examined:
    look = Examined(placed, Work(10_000_000))
    if not unclear:
        assert not any(cell.unclear for dimension in look.dimensions for cell in dimension.cells)
    return look


def matching(table: DecisionTable, values: tuple[Any, ...]) -> int:
    """The rules that the evaluation finds, as a set of indexes."""
    rules = matching_rules(table, list(values), {"limit": Decimal(1)}, Run(NOW, Budget()))
    return sum(1 << rule.number - 1 for rule in rules)


def grid(look: Examined) -> Iterator[tuple[tuple[Any, ...], int]]:
    """All inputs worth trying, with the rules that match each; null where a rule asks about it."""
    kinds = [str(column.expression.type.name) for column in look.table.inputs]  # type: ignore[union-attr]  # simple types
    columns = [[*VALUES[k], *([None] if d.domain.at(None) else [])] for k, d in zip(kinds, look.dimensions, strict=True)]
    for values in product(*columns):
        if all(value is None or allows(column, value) for column, value in zip(look.table.inputs, values, strict=True)):
            yield values, matching(look.table, values)


def allows(column: TableInput, value: Any) -> bool:
    """Whether a value is one of the allowed values of its column; others are taken as null."""
    feel = None if column.allowed is None else column.allowed.feel
    return feel is None or feel.run({"?": value}, Run(NOW, Budget())) is True


def place_of(domain: Domain, value: Any) -> int:
    """The piece in which a value lies."""
    found = domain.at(value)
    if found:
        return found[0][0]
    for line in lines_of(kind_of(value)):
        key = line.key(value)
        if key is not None and line in domain.spans:
            first, last = domain.spans[line]
            for place in range(first, last + 1):
                low, high = domain.pieces[place].low, domain.pieces[place].high
                if (low is None or low < key) and (high is None or key < high):
                    return place
    return next(n for n, piece in enumerate(domain.pieces) if not piece.single and piece.line is None)


def lies_in(look: Examined, box: Box, values: tuple[Any, ...]) -> bool:
    places = [place_of(d.domain, v) for d, v in zip(look.dimensions, values, strict=True)]
    return all(any(a <= place <= b for a, b in runs) for place, runs in zip(places, box, strict=True))


def on_known_lines(look: Examined, values: tuple[Any, ...]) -> bool:
    """Local times and those with a zone are two lines: one that no rule mentions is not looked at."""
    return all(
        not dimension.domain.spans or value is None or any(line in dimension.domain.spans for line in _lines(value))
        for dimension, value in zip(look.dimensions, values, strict=True)
    )


def _lines(value: Any) -> list[Any]:
    return [line for line in lines_of(kind_of(value)) if line.key(value) is not None]


@settings(max_examples=EXAMPLES, deadline=None)
@given(placed_tables(unclear=False))
def test_gaps_are_exactly_the_inputs_that_no_rule_matches(placed: PlacedTable) -> None:
    look = examined(placed)
    full = [index.full for index in look.indexes]
    within = tuple(d.allowed for d in look.dimensions)
    coverage = Coverage(look.indexes, within, full, look.possible, limit=10_000, work=Work(10**7))
    whole = coverage.search(look.possible)
    assert whole is not bool(coverage.uncovered)
    for values, rules in grid(look):
        if on_known_lines(look, values):
            told = [box for box in coverage.uncovered if lies_in(look, box, values)]
            assert (len(told) > 0) is (rules == 0), values
            assert len(told) <= 1, "gaps do not overlap"


@settings(max_examples=EXAMPLES, deadline=None)
@given(placed_tables(unclear=False))
def test_rules_meet_and_contain_each_other_exactly_as_they_match(placed: PlacedTable) -> None:
    look = examined(placed)
    count = len(look.table.rules)
    meet, apart = [0] * count, [0] * count
    for values, rules in grid(look):
        if on_known_lines(look, values):
            for rule in members(rules):
                meet[rule] |= rules
                apart[rule] |= ~rules
    assert look.possible == sum(1 << rule for rule in range(count) if meet[rule])
    for rule in members(look.possible):
        others = look.possible & ~(1 << rule)
        assert look.sure_to_meet(rule) == meet[rule] & others
        assert look.sure_to_contain(rule) == others & ~apart[rule]
        assert look.sure_to_be_inside(rule) == sum(1 << o for o in members(others) if not apart[o] >> rule & 1)


@settings(max_examples=EXAMPLES, deadline=None)
@given(placed_tables(unclear=False))
def test_rules_are_never_reached_exactly_when_earlier_ones_match_wherever_they_do(placed: PlacedTable) -> None:
    look = examined(placed)
    first = {(rules & -rules).bit_length() for values, rules in grid(look) if on_known_lines(look, values)}
    told = {finding.rules[0] for finding in unreached(look, Work(10**7))}
    assert told == set(look.numbers(look.possible)) - first


@settings(max_examples=EXAMPLES, deadline=None)
@given(placed_tables(unclear=True))
def test_with_tests_that_cannot_be_told_all_that_is_said_is_true(placed: PlacedTable) -> None:
    look = examined(placed, unclear=True)
    full = [index.full | index.unclear for index in look.indexes]
    within = tuple(d.allowed for d in look.dimensions)
    coverage = Coverage(look.indexes, within, full, look.possible, limit=50, work=Work(10**7))
    coverage.search(look.possible)
    contains = {rule: look.sure_to_contain(rule) for rule in members(look.possible)}
    never = {finding.rules[0] for finding in unreached(look, Work(10**7))}
    for values, rules in grid(look):
        if on_known_lines(look, values):
            assert not rules & ~look.possible
            assert not rules or not any(lies_in(look, box, values) for box in coverage.uncovered)
            assert all(contains[rule] & ~rules == 0 for rule in members(rules))
            assert not rules or (rules & -rules).bit_length() not in never
