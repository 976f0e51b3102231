"""Races that a barrier forces: processes do the same, or opposite things, at the same moment. One wins; the rest are told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.api import events
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import RingiError
from runtime.platform import Platform
from runtime.store.work import Work
from tests.faults.facts import Facts
from tests.faults.invariants import rows_and_state_agree as I10
from tests.faults.invariants import the_journal_gives_what_is_stored as I2
from tests.faults.postgres import Postgres
from tests.faults.rounds import POSTGRESQL, SQLITE
from tests.faults.world import FORK, World

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(280)]

ROUNDS = 3
DRIVER = Actor(id="driver", name="Driver (demo)", roles=frozenset({"administrator"}), via="api")
Act = Callable[[Platform, Work], object]


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An installation whose processes are only those of the race."""
    postgres = Postgres() if request.param == POSTGRESQL else None
    made = World(folder=tmp_path, seed=1, postgres=postgres, roles=())
    yield made
    made.stop()
    if postgres:
        postgres.stop()


def _race(world: World, *acts: Act) -> Counter[str]:
    """Each in a process of its own, all at once; how many did it (done) or were refused (the code)."""
    barrier, said = FORK.Barrier(len(acts)), FORK.SimpleQueue()

    def run(act: Act) -> None:
        with world.platform.database.read() as work:
            work.connection.exec_driver_sql("SELECT 1")  # be connected before the start
        barrier.wait(30)
        try:
            world.platform.database.run(DRIVER, "race", lambda work: act(world.platform, work))
            said.put("done")
        except RingiError as refusal:
            said.put(refusal.code)
        os._exit(0)

    runners = [FORK.Process(target=run, args=(act,)) for act in acts]
    for one in runners:
        one.start()
    for one in runners:
        one.join(60)
    assert [one.exitcode for one in runners] == [0] * len(acts)
    return Counter(said.get() for _ in acts)


def _started(world: World, process: str, me: str) -> str:
    with world.platform.database.write(SYSTEM) as work:
        made = world.platform.processes.start(work, process, {"me": me}, business_key=me)
    world.platform.database.close()
    return made


def _task(world: World, instance: str) -> str:
    with world.platform.database.read(DRIVER) as work:
        tasks = world.platform.processes.tasks(work, view="all").rows
    world.platform.database.close()
    return next(one.id for one in tasks if one.id.startswith(instance))


def _holds(world: World) -> Facts:
    facts = Facts(world)
    assert [*I2(facts), *I10(facts)] == []
    return facts


def test_of_several_who_complete_a_task_one_does_it(world: World) -> None:
    for number in range(ROUNDS):
        instance = _started(world, "all", f"t{number}")
        task = _task(world, instance)
        said = _race(world, *[lambda platform, work, task=task: platform.processes.complete_task(work, task, {})] * 4)
        assert said["done"] == 1, said
        assert len(_holds(world).happened(instance, events.UserTaskCompleted)) == 1


def test_a_task_is_completed_or_its_instance_cancelled(world: World) -> None:
    for number in range(ROUNDS):
        instance = _started(world, "all", f"c{number}")
        task = _task(world, instance)
        said = _race(
            world,
            lambda platform, work, task=task: platform.processes.complete_task(work, task, {}),
            lambda platform, work, instance=instance: platform.processes.cancel(work, instance, "race"),
        )
        assert said["done"] >= 1, said
        assert _holds(world).instances[instance]["status"] == "cancelled"


def test_a_delivery_sent_by_eight_at_once_is_one_message(world: World) -> None:
    for number in range(ROUNDS):
        instance = _started(world, "race", f"m{number}")
        publish: Act = lambda platform, work, n=number: platform.messages.publish(  # noqa: E731
            work, "race.won", f"m{n}", {}, delivery_id=f"delivery {n}"
        )
        assert _race(world, *[publish] * 8) == {"done": 8}
        assert len(_holds(world).happened(instance, events.MessageCorrelated)) == 1


def test_a_message_or_a_timer_wins(world: World) -> None:
    """The timer fires in two schedulers at once while the message comes."""
    for number in range(ROUNDS):
        instance = _started(world, "race", f"w{number}")
        world.clock.jump(world.clock.offset + world.lease)
        fire: Act = lambda platform, work: work.after_commit.append(platform.jobs.run_due)  # noqa: E731
        publish: Act = lambda platform, work, n=number: platform.messages.publish(work, "race.won", f"w{n}", {})  # noqa: E731
        assert _race(world, fire, fire, publish) == {"done": 3}
        facts = _holds(world)
        won = len(facts.happened(instance, events.MessageCorrelated)) + len(facts.happened(instance, events.TimerTriggered))
        assert won == 1
