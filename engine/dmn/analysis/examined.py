"""A table ready to be looked at: its dimensions, what its rules ask of each, and the rules that can match at all."""

from __future__ import annotations

from engine.dmn.analysis.coverage import Box
from engine.dmn.analysis.index import Index, Rules, members
from engine.dmn.analysis.runs import intersection
from engine.dmn.analysis.space import Dimension, dimensions_of
from engine.dmn.analysis.work import Spent, Work
from engine.dmn.checking import PlacedTable

MAX_BITS = 400_000_000
"""Rules times pieces, over all dimensions: more would not fit the memory of a small machine."""


class Examined:
    """`possible` are the rules that match something; `numbers` are told to people, indexes count from 0."""

    def __init__(self, placed: PlacedTable, work: Work) -> None:
        self.placed, self.table = placed, placed.table
        self.dimensions: tuple[Dimension, ...] = dimensions_of(placed, work)
        count = len(self.table.rules)
        if count * sum(len(d.domain.pieces) for d in self.dimensions) > MAX_BITS:
            raise Spent
        self.indexes = [Index(dimension, work) for dimension in self.dimensions]
        self.all: Rules = (1 << count) - 1
        self.possible = self.all
        for rule in range(count):
            if self.impossible_in(rule) is not None:
                self.possible &= ~(1 << rule)

    def impossible_in(self, rule: int) -> Dimension | None:
        """The first dimension of which a rule holds for nothing."""
        return next((d for d in self.dimensions if not d.cells[rule].runs), None)

    def number(self, rule: int) -> int:
        """The number of a rule as the table shows it."""
        return self.table.rules[rule].number

    def numbers(self, rules: Rules) -> tuple[int, ...]:
        """The numbers of a set of rules."""
        return tuple(self.number(rule) for rule in members(rules))

    def box(self, rule: int) -> Box:
        """What a rule holds for."""
        return tuple(d.cells[rule].runs for d in self.dimensions)

    def common(self, left: int, right: int) -> Box:
        """What two rules both hold for."""
        return tuple(intersection(ours, theirs) for ours, theirs in zip(self.box(left), self.box(right), strict=True))

    def clear(self, box: Box, *rules: int) -> tuple[tuple[Dimension, ...], Box]:
        """The dimensions of which it is known what the rules ask, and what a box is in them."""
        known = [n for n, d in enumerate(self.dimensions) if not any(d.cells[rule].unclear for rule in rules)]
        return tuple(self.dimensions[n] for n in known), tuple(box[n] for n in known)

    def unclear(self, *rules: int) -> str:
        """The tests of rules that cannot be told exactly, "" when there is none."""
        texts = [d.cells[rule].unclear for d in self.dimensions for rule in rules if d.cells[rule].unclear]
        return " and ".join(dict.fromkeys(texts))

    def sure_to_meet(self, rule: int) -> Rules:
        """The other possible rules that surely match some input that this rule matches."""
        found = self.possible
        for index in self.indexes:
            if found.bit_count() <= 1:
                break
            found &= index.sure_to_meet(rule)
        return found & ~(1 << rule)

    def sure_to_contain(self, rule: int) -> Rules:
        """The other rules that surely match whenever this rule does."""
        found = self.possible & ~(1 << rule)
        for index in self.indexes:
            found &= index.sure_to_contain(rule)
        return found

    def sure_to_be_inside(self, rule: int) -> Rules:
        """The other rules that surely match nothing but what this rule does."""
        found = self.possible & ~(1 << rule)
        for index in self.indexes:
            found &= index.sure_to_be_inside(rule)
        return found
