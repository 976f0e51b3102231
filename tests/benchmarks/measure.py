"""CPU time per unit of work: the best of a few rounds, so that what else the machine does matters least."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`microseconds` of CPU (user and system) of one unit of `what`, as done by `who`."""

    what: str
    who: str
    microseconds: float


def cpu(what: str, who: str, units: int, work: Callable[[], object], *, rounds: int = 5) -> Figure:
    """Measure `work`, which does `units` units, after one round to warm up."""
    work()
    best = min(_once(work) for _ in range(rounds))
    return Figure(what=what, who=who, microseconds=best / units * 1e6)


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def show(figures: list[Figure]) -> str:
    """A table: for each thing measured everybody's figure, and how many times ours it is."""
    lines = []
    for what in dict.fromkeys(figure.what for figure in figures):
        mine = [figure for figure in figures if figure.what == what]
        ours = next(figure.microseconds for figure in mine if figure.who == "Ringi")
        lines.append(what)
        lines += [f"  {figure.who:<34}{figure.microseconds:>12,.1f} µs {figure.microseconds / ours:>9.2f} ×" for figure in mine]
    return "\n".join(lines)
