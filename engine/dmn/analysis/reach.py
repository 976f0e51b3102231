"""Rules that never come to answer: their conditions hold for nothing, or others take precedence everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import model as m
from engine.dmn.analysis.coverage import Coverage
from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.index import Rules, members
from engine.dmn.analysis.outputs import ranks_of
from engine.dmn.analysis.words import rules_told
from engine.dmn.analysis.work import Spent, Work
from engine.dmn.codes import CODES, DmnCode
from engine.problems import Severity

MAX_TOLD = 20
ONE_RULE = 20_000
"""Steps for one rule."""
FEW = 12
"""So many covering rules are tried without each of them, to name only those that are needed."""


def impossible(examined: Examined) -> Iterator[TableFinding]:
    """Rules with a condition that holds for nothing."""
    for rule in members(examined.all & ~examined.possible):
        dimension = examined.impossible_in(rule)
        if dimension is None:
            continue
        conditions = examined.table.rules[rule].conditions
        texts = [c.text for n in dimension.columns if n <= len(conditions) and (c := conditions[n - 1]) is not None]
        yield TableFinding(
            code=DmnCode.NEVER_MATCHES,
            severity=Severity.WARNING,
            message=(
                f"Rule {examined.number(rule)} never matches: {' and '.join(f'“{t}”' for t in texts)} "
                f"{'hold' if len(texts) > 1 else 'holds'} for no value of “{dimension.labels[0]}”."
            ),
            fix=CODES[DmnCode.NEVER_MATCHES][1],
            rules=(examined.number(rule),),
        )


def unreached(examined: Examined, work: Work) -> Iterator[TableFinding]:
    """Rules that others precede wherever they match; raises Spent after what was found when some could not be decided."""
    undecided: list[int] = []
    told = 0
    for rule, before in _preceding(examined):
        try:
            around = _covering(examined, rule, before, work)
        except Spent:
            undecided.append(examined.number(rule))
            continue
        if not around:
            continue
        told += 1
        if told <= MAX_TOLD:
            yield _told(examined, rule, around)
    if told > MAX_TOLD:
        message = f"There are {told - MAX_TOLD} more rules that are never reached."
        yield TableFinding(
            code=DmnCode.NEVER_REACHED, severity=Severity.WARNING, message=message, fix=CODES[DmnCode.NEVER_REACHED][1]
        )
    if undecided:
        raise Spent


def _told(examined: Examined, rule: int, around: Rules) -> TableFinding:
    numbers = examined.numbers(around)
    one = len(numbers) == 1
    first = "comes first and matches" if one else "come first and together match"
    if examined.table.hit_policy is m.HitPolicy.PRIORITY:
        first = "has a higher priority and matches" if one else "have a higher priority and together match"
    return TableFinding(
        code=DmnCode.NEVER_REACHED,
        severity=Severity.WARNING,
        message=(
            f"Rule {examined.number(rule)} is never reached: {rules_told(numbers)} {first} "
            f"everything that rule {examined.number(rule)} does."
        ),
        fix=CODES[DmnCode.NEVER_REACHED][1],
        rules=(examined.number(rule), *numbers),
    )


def _preceding(examined: Examined) -> Iterator[tuple[int, Rules]]:
    """Each possible rule with those that answer instead of it where both match."""
    if examined.table.hit_policy is m.HitPolicy.FIRST:
        for rule in members(examined.possible):
            yield rule, examined.possible & (1 << rule) - 1
    elif examined.table.hit_policy is m.HitPolicy.PRIORITY and any(c.values for c in examined.table.outputs):
        ranks = ranks_of(examined.table, examined.placed.types)
        higher: Rules = 0
        same: Rules = 0
        last: tuple[int, ...] | None = None
        for rank, rule in sorted((r, n) for n, r in enumerate(ranks) if r is not None and examined.possible >> n & 1):
            if rank != last:
                higher, same, last = higher | same, 0, rank
            yield rule, higher
            same |= 1 << rule


def _covering(examined: Examined, rule: int, before: Rules, work: Work) -> Rules:
    """The rules among those before that together match whatever the rule does; none when they leave something to it."""
    work.charge(1)
    candidates = before & examined.sure_to_meet(rule)
    for index in examined.indexes:
        candidates &= index.comparable(rule)
    if not candidates:
        return 0
    alone = candidates & examined.sure_to_contain(rule)
    if alone:
        return alone & -alone
    if _escapes(examined, rule, candidates, work):
        return 0
    if not _leave_nothing(examined, rule, candidates, work):
        return 0
    return _needed(examined, rule, candidates, work)


def _escapes(examined: Examined, rule: int, candidates: Rules, work: Work) -> bool:
    """Whether a point is quickly found that is left to the rule: in each dimension where the fewest others hold."""
    left = candidates
    for index in sorted(examined.indexes, key=lambda i: (i.full & candidates).bit_count()):
        cell = index.dimension.cells[rule]
        places = {place for run in (*cell.runs[:4], cell.runs[-1]) for place in (*run, (run[0] + run[1]) // 2)}
        work.charge(len(places))
        if not cell.unclear:
            left = min((left & (index.full | index.covers[place]) for place in places), key=int.bit_count)
        if not left:
            return True
    return False


def _leave_nothing(examined: Examined, rule: int, candidates: Rules, work: Work) -> bool:
    own = Work(min(ONE_RULE, work.limit - work.steps))
    full = [index.sure_to_contain(rule) for index in examined.indexes]
    coverage = Coverage(examined.indexes, examined.box(rule), full, candidates, limit=1, work=own)
    try:
        return coverage.search(candidates)
    finally:
        work.steps += own.steps


def _needed(examined: Examined, rule: int, candidates: Rules, work: Work) -> Rules:
    """Without those that can be left out; all when they are many."""
    if candidates.bit_count() > FEW:
        return candidates
    for other in members(candidates):
        rest = candidates & ~(1 << other)
        try:
            if rest and _leave_nothing(examined, rule, rest, work):
                candidates = rest
        except Spent:  # that they cover the rule is known already
            break
    return candidates
