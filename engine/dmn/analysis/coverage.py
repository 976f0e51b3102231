"""Whether rules together leave nothing out, and what they do leave out: case by case, one dimension after the other.

A question that was answered before is not asked again; a rule that asks nothing more answers at once; and when the steps are
used up, what was found is given with the word that it is not all.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.analysis.index import Index, Rules, members
from engine.dmn.analysis.runs import Runs, intersection, union
from engine.dmn.analysis.work import Work

Box = tuple[Runs, ...]
"""For each dimension the places of the values that are meant."""


class Coverage:
    """A search among `rules` inside a box, `within`. `full` are, for each dimension, the rules that leave out nothing of it.

    `uncovered` are boxes that no rule holds for, at most `limit` of them.
    """

    def __init__(
        self, indexes: Sequence[Index], within: Box, full: Sequence[Rules], rules: Rules, *, limit: int, work: Work
    ) -> None:
        self.indexes, self.within, self.full, self.limit, self.work = indexes, within, full, limit, work
        # What most rules ask about comes first: it parts them soonest.
        self.order = sorted(range(len(indexes)), key=lambda d: ((rules & full[d]).bit_count(), d))
        self.uncovered: list[Box] = []
        self._full_from = self._joined()
        self._covered: set[tuple[int, Rules]] = set()
        self._path: list[Runs] = []

    def _joined(self) -> list[Rules]:
        """For each depth the rules that leave out nothing from there on."""
        made = [-1]
        for dimension in reversed(self.order):
            made.append(made[-1] & self.full[dimension])
        return made[::-1]

    def search(self, rules: Rules) -> bool:
        """Whether the rules leave out nothing; raises Spent."""
        return self._search(rules, 0)

    def _search(self, rules: Rules, depth: int) -> bool:
        self.work.charge(1)
        if not rules:
            self._note(depth)
            return False
        if depth == len(self.order) or rules & self._full_from[depth] or (depth, rules) in self._covered:
            return True
        whole = True
        for part, runs in self._parts(rules, self.order[depth]):
            self._path.append(runs)
            whole = self._search(part, depth + 1) and whole
            self._path.pop()
            if len(self.uncovered) >= self.limit:
                return False
        if whole:
            self._covered.add((depth, rules))
        return whole

    def _note(self, depth: int) -> None:
        box = list(self.within)
        for dimension, runs in zip(self.order[:depth], self._path, strict=True):
            box[dimension] = runs
        self.uncovered.append(tuple(box))

    def _parts(self, rules: Rules, dimension: int) -> list[tuple[Rules, Runs]]:
        """The dimension cut where the rules begin and end: the rules of each part, the fewest first."""
        asking = rules & ~self.full[dimension]
        if not asking:
            return [(rules, self.within[dimension])]
        index, indifferent = self.indexes[dimension], rules & self.full[dimension]
        changes: dict[int, Rules] = {}
        for rule in members(asking):
            cell = intersection(index.dimension.cells[rule].runs, self.within[dimension])
            self.work.charge(1 + len(cell))
            for first, last in cell:
                changes[first] = changes.get(first, 0) ^ 1 << rule
                changes[last + 1] = changes.get(last + 1, 0) ^ 1 << rule
        parts: dict[Rules, list[tuple[int, int]]] = {}
        active = 0
        for first, last in self._between(changes, dimension):
            active ^= changes.get(first, 0)
            parts.setdefault(active | indifferent, []).append((first, last))
        cut = [(part, intersection(union(runs), self.within[dimension])) for part, runs in parts.items()]
        self.work.charge(len(changes) + len(cut))
        return sorted(((part, runs) for part, runs in cut if runs), key=lambda p: (p[0].bit_count(), p[1]))

    def _between(self, changes: dict[int, Rules], dimension: int) -> list[tuple[int, int]]:
        """The stretches between two changes, all over the dimension."""
        begin, end = self.within[dimension][0][0], self.within[dimension][-1][1]
        starts = sorted({begin, *changes} - {end + 1})
        return [(first, after - 1) for first, after in zip(starts, [*starts[1:], end + 1], strict=True)]


def merged(boxes: Sequence[Box]) -> list[Box]:
    """The same boxes, those that differ in one dimension only joined to one."""
    made = list(dict.fromkeys(boxes))
    changed = True
    while changed:
        changed = False
        for dimension in range(len(made[0]) if made else 0):
            groups: dict[Box, list[Runs]] = {}
            for box in made:
                groups.setdefault((*box[:dimension], *box[dimension + 1 :]), []).append(box[dimension])
            if len(groups) < len(made):
                changed = True
                made = [
                    (*rest[:dimension], union(run for runs in parts for run in runs), *rest[dimension:])
                    for rest, parts in groups.items()
                ]
    return made
