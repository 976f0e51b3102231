"""All the ways that a scope can go, as far as a budget allows: where its tokens get stuck, and where they pile up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.check.net import Net, Node, Option

MAX_MARKINGS: Final = 20_000
"""Markings that are looked at in one scope; block-structured diagrams need about one for each element."""
MAX_WORK: Final = 1_000_000
"""Tokens that are looked at in all markings of one scope together."""


@dataclass(frozen=True, slots=True)
class Step:
    """An element went on: before, in one of the ways it has, taking the tokens from `taken`."""

    marking: int
    node: Node
    option: Option
    taken: int


@dataclass(slots=True)
class Exploration:
    """What was found. `stuck` are markings in which nothing can go on, `meetings` steps onto a place that has a token already.

    `ends` tells that some way comes to its end, `whole` that every way was followed.
    """

    net: Net
    stuck: list[int] = field(default_factory=list)
    meetings: list[Step] = field(default_factory=list)
    ends: bool = False
    whole: bool = True
    came_by: dict[int, Step | None] = field(default_factory=dict)

    def way_to(self, marking: int) -> Iterator[Step]:
        """The steps that led to a marking, the last first."""
        step = self.came_by[marking]
        while step is not None:
            yield step
            step = self.came_by[step.marking]


def explore(net: Net) -> Exploration:
    """Follow every way from every beginning of the scope."""
    found = Exploration(net, came_by=dict.fromkeys(net.starts))
    waiting, work = list(net.starts), 0
    while waiting:
        marking = waiting.pop()
        work += marking.bit_count()
        if work > MAX_WORK or len(found.came_by) > MAX_MARKINGS:
            found.whole = False
            break
        for step in _steps(found, marking):
            following = _after(step)
            if following is None:
                found.meetings.append(step)
            elif following not in found.came_by:
                found.came_by[following] = step
                waiting.append(following)
    return found


def _steps(found: Exploration, marking: int) -> Iterator[Step]:
    """What can happen next, or the note that it is the end, or that all wait for each other."""
    ready = found.net.ready(marking)
    if ready is not None:
        node, taken = ready
        yield from (Step(marking, node, option, taken) for option in node.options)
    elif marking:
        found.stuck.append(marking)
    else:
        found.ends = True


def _after(step: Step) -> int | None:
    """The marking that a step makes; None where it would put a second token on a place."""
    if step.option.ends_all:
        return 0
    rest = step.marking & ~step.taken
    return None if rest & step.option.places else rest | step.option.places
