"""A state of which only a part is in memory does what the whole one does, and reads no more than it has to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

import pytest

from engine.kernel import (
    Definitions,
    ElementInstance,
    InstanceStatus,
    Outcome,
    State,
    advance,
    commands,
    events,
    instance_from_json,
    instance_to_json,
)
from engine.kernel.partial import may_be_left, restore_part
from tests.support import kernel_run
from tests.support.kernel_run import Run, comparable
from tests.support.process_builder import ProcessBuilder, each
from tests.support.structured_driver import check
from tests.support.structured_random import DEPTH, random_block

PROCESSES = 60


class Left:
    """What of a state may be left is given out as it is asked for, and counted."""

    def __init__(self, elements: Iterable[ElementInstance]) -> None:
        self.rows = {one.key: one for one in elements}
        self.read: set[int] = set()

    def one(self, key: int) -> ElementInstance | None:
        return next(iter(self._some([key])), None)

    def waiting_for(self, wait: int) -> list[ElementInstance]:
        return self._some([key for key, one in self.rows.items() if wait in one.waits])

    def inside(self, scope: int, limit: int | None) -> list[ElementInstance]:
        return self._some([key for key in sorted(self.rows) if self.rows[key].parent == scope][:limit])

    def waiting(self, limit: int) -> list[ElementInstance]:
        return self._some([key for key, one in self.rows.items() if one.waits][:limit])

    def everybody(self) -> list[ElementInstance]:
        return self._some(list(self.rows))

    def _some(self, keys: list[int]) -> list[ElementInstance]:
        self.read.update(keys)
        return [_copy(self.rows[key]) for key in keys if key in self.rows]


def _copy(one: ElementInstance) -> ElementInstance:
    return instance_from_json(json.loads(json.dumps(instance_to_json(one))))


def _part(state: State) -> tuple[State, Left]:
    elements = [_copy(one) for one in state.elements.values()]
    left = Left(one for one in elements if may_be_left(one))
    here = [one for one in elements if not may_be_left(one)]
    return restore_part(here, left, status=state.status, next_key=state.next_key), left


def _advance_both(definitions: Definitions, state: State, command: Any, now: datetime, *, budget: int = 10_000) -> Outcome:
    part, _ = _part(state) if state.status is not InstanceStatus.NEW else (None, None)
    outcome = advance(definitions, state, command, now, budget=budget)
    if part is not None:
        assert advance(definitions, part, command, now, budget=budget) == outcome
        assert set(part.touched) == set(state.touched)
        assert comparable(part) == comparable(state)
        assert list(part.elements) == list(state.elements)
    state.touched.clear()
    return outcome


@pytest.mark.timeout(600)
def test_random_processes_do_the_same_whatever_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_run, "advance", _advance_both)
    for number in range(PROCESSES):
        check(number, random_block(Random(number), DEPTH))


def test_one_of_many_turns_reads_itself_its_body_and_one_sibling() -> None:
    run = Run(ProcessBuilder().start().user_task("t", loop=each(times="300")).end().build()).start()
    task = run.wait(events.UserTaskCreated, "t").task
    part, left = _part(run.state)
    advance(run.definitions, part, commands.CompleteUserTask(task=task), run.now)
    assert len(left.rows) == 301
    assert len(left.read) <= 4
