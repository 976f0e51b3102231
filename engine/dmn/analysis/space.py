"""A table's inputs as dimensions, each rule as a box in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from engine.dmn import model as m
from engine.dmn.analysis.cells import Mentions, asks_for_a_kind, holds_for, mentions_of, runs_of
from engine.dmn.analysis.domains import Domain, Mention, make_domain
from engine.dmn.analysis.runs import Runs, intersection, union
from engine.dmn.analysis.work import Work
from engine.dmn.checking import PlacedTable
from engine.feel import print_expression
from engine.feel import syntax as s
from engine.feel.static import analyse, kinds_of
from engine.feel.static.kinds import constraint_of
from engine.feel.syntax import TypeNode
from engine.feel.values import Kind


class Cell(NamedTuple):
    """What a rule asks of a dimension: a value in `runs`. When `unclear` is not "", that is not all it asks: it names the
    tests that cannot be told exactly."""

    runs: Runs
    unclear: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One input, or several columns that ask for the same expression.

    `columns` are their numbers, from 1; `names` the variables that the expression reads; `allowed` the places of values that
    may occur; `cells` has one for each rule.
    """

    labels: tuple[str, ...]
    columns: tuple[int, ...]
    names: frozenset[str]
    domain: Domain
    allowed: Runs
    cells: tuple[Cell, ...]

    def is_full(self, rule: int) -> bool:
        """Whether a rule (from 0) asks nothing of this dimension."""
        cell = self.cells[rule]
        return not cell.unclear and cell.runs == self.allowed


def dimensions_of(placed: PlacedTable, work: Work) -> tuple[Dimension, ...]:
    """The inputs of a table that can be read; raises Spent."""
    groups: dict[str, list[int]] = {}
    for index, column in enumerate(placed.table.inputs):
        feel = column.expression.feel
        groups.setdefault(print_expression(feel.syntax) if feel is not None else f"({index})", []).append(index)
    return tuple(_Builder(placed, indexes, work).dimension() for indexes in groups.values())


class _Builder:
    """One dimension being made of the columns with some indexes."""

    def __init__(self, placed: PlacedTable, indexes: list[int], work: Work) -> None:
        self.placed, self.indexes, self.work = placed, indexes, work
        self.rules, self.types = placed.table.rules, placed.types
        self.mentions: dict[str, Mentions] = {}
        self.runs: dict[str, Runs | None] = {}
        self.kinds = self._kinds()

    def dimension(self) -> Dimension:
        """The dimension with its cells."""
        for rule in self.rules:
            for text, tests in self._tests(rule):
                if text not in self.mentions:
                    self.work.charge(2)
                    self.mentions[text] = self._mentioned(tests)
        limits = [(tests, mentions_of(tests, self.types)) for i in self.indexes for tests in _limits(self.placed, i)]
        asked = (mention for found in (*self.mentions.values(), *(x for _, x in limits)) for mention in found or ())
        domain = make_domain(self.kinds, asked)
        inputs = self.placed.table.inputs
        allowed = self._allowed(domain, limits)
        return Dimension(
            labels=tuple(inputs[i].label for i in self.indexes),
            columns=tuple(i + 1 for i in self.indexes),
            names=self._names(),
            domain=domain,
            allowed=allowed,
            cells=tuple(self._cell(rule, domain, allowed) for rule in self.rules),
        )

    def _mentioned(self, tests: s.UnaryTests) -> Mentions:
        """What a cell compares the input with; null is among it when the cell holds for it, such as `not("a")`."""
        if self.kinds is None and asks_for_a_kind(tests):
            return None
        mentions = mentions_of(tests, self.types)
        return [*mentions, Mention(None)] if mentions and holds_for(tests, None, self.types) else mentions

    def _tests(self, rule: m.Rule) -> Iterable[tuple[str, s.UnaryTests]]:
        """What a rule asks in these columns; a cell that cannot be read asks for nothing that is known."""
        for index in self.indexes:
            condition = rule.conditions[index] if index < len(rule.conditions) else None
            if condition is not None and condition.feel is not None and isinstance(condition.feel.syntax, s.UnaryTests):
                yield condition.text, condition.feel.syntax

    def _kinds(self) -> frozenset[Kind] | None:
        found = (kinds_of(self.placed.columns[index], self.types) for index in self.indexes)
        return next((kinds for kinds in found if kinds is not None), None)

    def _allowed(self, domain: Domain, limits: list[tuple[s.UnaryTests, Mentions]]) -> Runs:
        """The places of allowed values. Null is always allowed; limits that cannot be told exactly are passed over."""
        allowed = domain.everything
        for tests, mentions in limits:
            runs = None if mentions is None or domain.shapeless else runs_of(tests, domain, self.types, self.work)
            if runs is not None:
                allowed = intersection(allowed, union((*runs, *domain.at(None))))
        return allowed

    def _cell(self, rule: m.Rule, domain: Domain, allowed: Runs) -> Cell:
        runs, unclear = allowed, list[str]()
        for text, tests in self._tests(rule):
            found = self._runs(text, tests, domain)
            if found is None:
                unclear.append(text)
            else:
                runs = intersection(runs, found)
        return Cell(runs, " and ".join(unclear))

    def _runs(self, text: str, tests: s.UnaryTests, domain: Domain) -> Runs | None:
        if text not in self.runs:
            mentions = self.mentions[text]
            told = mentions is not None and not (domain.shapeless and any(x.value is not None for x in mentions))
            self.runs[text] = runs_of(tests, domain, self.types, self.work) if told else None
        return self.runs[text]

    def _names(self) -> frozenset[str]:
        feel = self.placed.table.inputs[self.indexes[0]].expression.feel
        if feel is None:
            return frozenset()
        found = analyse(feel.syntax, self.placed.scope, self.types, closed=False)
        return found.names | found.possible_names


def _limits(placed: PlacedTable, index: int) -> Iterable[s.UnaryTests]:
    """The allowed values that a column, and the types behind it, declare."""
    node: TypeNode = placed.columns[index]
    while (constraint := constraint_of(node, placed.types)) is not None:
        if constraint.tests is not None:
            yield constraint.tests
        node = constraint.base
