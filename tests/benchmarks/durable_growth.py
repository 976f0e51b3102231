"""What one durable completion costs beside many others, and late in an instance. A ratio near 1 is flat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

from engine.api import Value, commands, events
from runtime.access.actor import SYSTEM
from runtime.platform import Platform
from tests.benchmarks import drawings
from tests.benchmarks.durable import Spent, opened, spent
from tests.benchmarks.measure import Figure
from tests.conftest import PostgresServer

ROUNDS = 7
STEPS = 20
SIZES = (10, 100, 1_000, 10_000)
FINISHED = 10_000


def parallel() -> list[Figure]:
    """Completing one of N user tasks of a parallel multi-instance."""
    return _everywhere("one of N parallel user tasks", _grown_wide)


def aged() -> list[Figure]:
    """Completing a user task of a fresh instance, and of one with many finished steps."""
    return _everywhere("a user task late in an instance", _grown_old)


def _everywhere(what: str, figures: Callable[[Platform, str], list[Figure]]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder) / "sqlite", synchronous="NORMAL") as platform:
            found = figures(platform, f"{what}, CPU, SQLite")
        server = PostgresServer()
        try:
            with opened(Path(folder) / "pg", url=server.address(server.create(migrated=True))) as platform:
                return [*found, *figures(platform, f"{what}, wall clock, PostgreSQL")]
        finally:
            server.stop()


def _grown_wide(platform: Platform, what: str) -> list[Figure]:
    return [
        Figure(what=what, who=f"Ringi, {size:,} wait", value=_cost(platform, partial(_beside, size), what)) for size in SIZES
    ]


def _grown_old(platform: Platform, what: str) -> list[Figure]:
    return [
        Figure(what=what, who="Ringi, fresh", value=_cost(platform, partial(_after, 0), what)),
        Figure(what=what, who=f"Ringi, {FINISHED:,} finished steps", value=_cost(platform, partial(_after, FINISHED), what)),
    ]


def _cost(platform: Platform, reach: Callable[[Platform], Callable[[], None]], what: str) -> float:
    """The best of the rounds for one completion."""
    complete = reach(platform)
    rounds: list[Spent] = [spent(lambda: [complete() for _ in range(STEPS)], STEPS) for _ in range(ROUNDS)]
    return min(one.cpu if "CPU" in what else one.wall for one in rounds)


def _start(platform: Platform, xml: bytes, variables: dict[str, Value]) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": xml})
        return platform.processes.start(work, "p", variables)


def _beside(siblings: int, platform: Platform) -> Callable[[], None]:
    """So many wait when the last of them is completed."""
    instance = _start(platform, drawings.waiting_siblings(siblings + ROUNDS * STEPS), {})
    platform.jobs.run_due()  # what the step budget left
    with platform.database.read() as work:
        tasks = [task.id for task in platform.processes.instance(work, instance).tasks]
    return lambda: _complete(platform, tasks.pop())


def _after(finished: int, platform: Platform) -> Callable[[], None]:
    """A loop in which an automatic step, a person's and a gateway take turns."""
    instance = _start(platform, drawings.circle("ringi", 1_000_000, task=True), {"i": Decimal(0)})

    with platform.database.read() as work:
        task = int(platform.processes.instance(work, instance).tasks[0].id.rpartition(".")[2])

    def turn() -> None:
        nonlocal task
        with platform.database.write(SYSTEM) as work:
            happened = platform.processes.execute(work, instance, commands.CompleteUserTask(task=task))
        task = next(event.task for event in happened if isinstance(event, events.UserTaskCreated))

    for _ in range(finished // 3):
        turn()
    return turn


def _complete(platform: Platform, task: str) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.complete_task(work, task, {})
