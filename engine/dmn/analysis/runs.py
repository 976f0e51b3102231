"""Sets of places in a row, as runs: ascending, disjoint, not touching pairs of first and last place."""

from __future__ import annotations

from collections.abc import Iterable

Runs = tuple[tuple[int, int], ...]

NOTHING: Runs = ()


def everything(count: int) -> Runs:
    """All of so many places."""
    return ((0, count - 1),) if count else NOTHING


def union(pieces: Iterable[tuple[int, int]]) -> Runs:
    """The runs of pieces in any order; pieces that end before they begin are nothing."""
    made: list[tuple[int, int]] = []
    for first, last in sorted(p for p in pieces if p[0] <= p[1]):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return tuple(made)


def intersection(left: Runs, right: Runs) -> Runs:
    """What both have."""
    made: list[tuple[int, int]] = []
    here = there = 0
    while here < len(left) and there < len(right):
        first, last = max(left[here][0], right[there][0]), min(left[here][1], right[there][1])
        if first <= last:
            made.append((first, last))
        if left[here][1] < right[there][1]:
            here += 1
        else:
            there += 1
    return tuple(made)


def complement(runs: Runs, count: int) -> Runs:
    """The places among so many that are not in the runs."""
    made: list[tuple[int, int]] = []
    at = 0
    for first, last in runs:
        if at < first:
            made.append((at, first - 1))
        at = last + 1
    if at < count:
        made.append((at, count - 1))
    return tuple(made)


def from_places(places: Iterable[int]) -> Runs:
    """The runs of single places."""
    return union((place, place) for place in places)
