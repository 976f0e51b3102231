"""What one step costs early and late in an instance, beside few and many others. A ratio near 1 is flat."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from engine.api import State, advance, check_resources, commands
from runtime.cli.memory_run import CheckedDefinitions
from tests.benchmarks import drawings
from tests.benchmarks.in_memory import NOW
from tests.benchmarks.measure import Figure

STEPS = 50
"""User tasks completed at each place; the cost of one is told."""

ROUNDS = 7

Place = tuple[CheckedDefinitions, State]


def figures() -> list[Figure]:
    """Turns of a loop, waiting siblings, finished elements."""
    return [
        *_grown(
            "one turn of a loop with a user task",
            "after 10 turns",
            "after 10,000 turns",
            partial(_in_a_loop, 10),
            partial(_in_a_loop, 10_000),
        ),
        *_grown(
            "one completion beside waiting siblings", "10 wait", "10,000 wait", partial(_beside, 10), partial(_beside, 10_000)
        ),
        *_grown(
            "one completion behind finished elements",
            "10 finished",
            "1,000 finished",
            partial(_behind, 10),
            partial(_behind, 1_000),
        ),
    ]


def _grown(what: str, few: str, many: str, early: Callable[[], Place], late: Callable[[], Place]) -> list[Figure]:
    return [
        Figure(what=what, who=f"Ringi, {few}", value=_cost(early)),
        Figure(what=what, who=f"Ringi, {many}", value=_cost(late)),
    ]


def _cost(reach: Callable[[], Place]) -> float:
    """Microseconds of CPU for one completion, the best of the rounds."""
    definitions, state = reach()
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(STEPS):
            _complete(definitions, state)
        best = min(best, time.process_time() - begin)
    return best / STEPS * 1e6


def _complete(definitions: CheckedDefinitions, state: State) -> None:
    done = advance(definitions, state, commands.CompleteUserTask(task=next(iter(state.waits))), NOW)
    assert isinstance(done, tuple), done


def _started(xml: bytes) -> Place:
    checked = check_resources({"p.bpmn": xml})
    assert checked.ok, checked.problems
    definitions, state = CheckedDefinitions(checked), State()
    advance(definitions, state, commands.StartInstance(process="p", variables={"i": Decimal(0)}), NOW)
    return definitions, state


def _in_a_loop(turns: int) -> Place:
    definitions, state = _started(drawings.circle("ringi", 100_000, task=True))
    for _ in range(turns):
        _complete(definitions, state)
    return definitions, state


def _beside(siblings: int) -> Place:
    """So many wait when the last completion is measured."""
    return _started(drawings.waiting_siblings(siblings + ROUNDS * STEPS))


def _behind(finished: int) -> Place:
    definitions, state = _started(drawings.many_user_tasks(finished + ROUNDS * STEPS + 1))
    for _ in range(finished):
        _complete(definitions, state)
    return definitions, state
