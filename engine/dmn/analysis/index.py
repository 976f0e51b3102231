"""Which rules meet, contain or leave out a part of a dimension, for all rules at once: sets of rules are the bits of a number.

Asking for a stretch of pieces takes a number of such sets that grows with the logarithm of their count, so that looking at
every rule of a table takes hardly more than in proportion to its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.dmn.analysis.runs import Runs, complement
from engine.dmn.analysis.space import Cell, Dimension
from engine.dmn.analysis.work import Work

Rules = int
"""A set of rules: bit n is the rule with index n, from 0."""


def members(rules: Rules) -> Iterator[int]:
    """The indexes of the rules of a set, ascending."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


class Tree:
    """Sets in a row, joined in pairs, pairs of pairs and so on, to join any stretch of them quickly."""

    def __init__(self, sets: list[Rules], join: Callable[[Rules, Rules], Rules], neutral: Rules) -> None:
        self.count, self.join, self.neutral = len(sets), join, neutral
        self.nodes = [neutral] * len(sets) + sets
        for node in range(len(sets) - 1, 0, -1):
            self.nodes[node] = join(self.nodes[2 * node], self.nodes[2 * node + 1])

    def over(self, first: int, last: int) -> Rules:
        """The sets from `first` to `last` joined, both included."""
        found, left, right = self.neutral, first + self.count, last + self.count + 1
        while left < right:
            if left & 1:
                found = self.join(found, self.nodes[left])
                left += 1
            if right & 1:
                right -= 1
                found = self.join(found, self.nodes[right])
            left >>= 1
            right >>= 1
        return found


class Index:
    """The rules of one dimension. `full` are those that ask nothing of it, `unclear` those whose tests cannot be told."""

    def __init__(self, dimension: Dimension, work: Work) -> None:
        self.dimension, self.work = dimension, work
        count = len(dimension.cells)
        self.all: Rules = (1 << count) - 1
        self.full = self.unclear = 0
        self.alike: dict[Cell, Rules] = {}
        for rule, cell in enumerate(dimension.cells):
            if cell.unclear:
                self.unclear |= 1 << rule
                self.alike[cell] = self.alike.get(cell, 0) | 1 << rule
            elif dimension.is_full(rule):
                self.full |= 1 << rule
        self.covers = self._covers()
        self._any: Tree | None = None
        self._every: Tree | None = None

    def _covers(self) -> list[Rules]:
        """For each piece the rules with a clear test that hold for it, those that ask nothing left out."""
        pieces = len(self.dimension.domain.pieces)
        begins_or_ends = [0] * (pieces + 1)
        for rule in members(self.all & ~self.full & ~self.unclear):
            for first, last in self.dimension.cells[rule].runs:
                self.work.charge(1)
                begins_or_ends[first] ^= 1 << rule
                begins_or_ends[last + 1] ^= 1 << rule
        made, active = list[Rules](), 0
        for change in begins_or_ends[:pieces]:
            active ^= change
            made.append(active)
        self.work.charge(pieces)
        return made

    def meeting(self, runs: Runs) -> Rules:
        """The rules with clear tests that hold for something in the runs."""
        if self._any is None:
            self.work.charge(len(self.covers))
            self._any = Tree(self.covers, int.__or__, 0)
        found = self.full
        for first, last in runs:
            self.work.charge(2 + (last - first + 1).bit_length())
            found |= self._any.over(first, last)
        return found

    def containing(self, runs: Runs) -> Rules:
        """The rules with clear tests that hold for everything in the runs."""
        if self._every is None:
            self.work.charge(len(self.covers))
            self._every = Tree(self.covers, int.__and__, self.all)
        found = self.all
        for first, last in runs:
            self.work.charge(2 + (last - first + 1).bit_length())
            found &= self._every.over(first, last)
        return found | self.full

    def sure_to_meet(self, rule: int) -> Rules:
        """The rules that surely hold for something for which this rule holds, as far as this dimension goes."""
        cell = self.dimension.cells[rule]
        if cell.unclear:
            return self.full | self.alike[cell]
        return self.all if self.dimension.is_full(rule) else self.meeting(cell.runs)

    def sure_to_contain(self, rule: int) -> Rules:
        """The rules that surely hold for everything for which this rule holds."""
        cell = self.dimension.cells[rule]
        if cell.unclear:
            return self.full | self.alike[cell]
        return self.full if self.dimension.is_full(rule) else self.containing(cell.runs)

    def sure_to_be_inside(self, rule: int) -> Rules:
        """The rules that surely hold for nothing but what this rule holds for."""
        cell = self.dimension.cells[rule]
        if cell.unclear:
            return self.alike[cell]
        if self.dimension.is_full(rule):
            return self.all
        others = complement(cell.runs, len(self.dimension.domain.pieces))
        return self.all & ~self.unclear & ~self.meeting(others)

    def comparable(self, rule: int) -> Rules:
        """The rules whose test can be told exactly beside this rule's: clear ones, and those with the same unclear test."""
        return self.all & ~self.unclear | self.alike.get(self.dimension.cells[rule], 0)
