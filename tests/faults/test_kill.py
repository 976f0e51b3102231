"""Workers are killed in the middle of their work, again and again: nothing is lost and nothing is doubled.

Bounded: some seconds, by seed. Every kill is a SIGKILL to a process that this test started.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engine.api import State, apply, event_from_json
from runtime.access.actor import SYSTEM
from runtime.jobs.backoff import Backoff
from runtime.jobs.tables import job
from runtime.messages.tables import message
from runtime.platform import Config, Platform, build
from runtime.processes.tables import element_instance, process_instance
from runtime.sdk import Handler, Job
from tests.support.diagrams import diagram, line, named_message, service_task, timer, user_task, wait_for
from tests.support.diagrams import message as by_message

INSTANCES = 15
KILLS = 8
"""At least; a machine that is quick is given more instances until so many workers were killed in the middle of their work."""

SECONDS = 60
SEEDS = (7,)

FILES = {
    "worked.bpmn": diagram(
        "worked",
        line(
            service_task("note", "demo.note"),
            wait_for("nap", timer("duration", "PT0.2S")),
            service_task("call", "demo.call", retries=99),
            wait_for("answered", by_message("A")),
            service_task("last", "demo.note_again"),
        ),
        outside=named_message("A", "answer", "=me"),
    ),
    "noted.bpmn": diagram(
        "noted", line(service_task("answer", "demo.answer"), start=by_message("N")), outside=named_message("N", "noted")
    ),
    "again.bpmn": diagram(
        "again", line(user_task("look", groups="seller"), start=by_message("G")), outside=named_message("G", "noted.again")
    ),
}


def _open(url: str, folder: Path) -> Platform:
    """A platform whose handlers tell others by messages, and whose call handler writes a line to a file outside."""
    platform = build(Config(database=url, data_dir=folder, lease=timedelta(seconds=1)), packages=[])
    platform.parts.backoff = Backoff(first=timedelta(milliseconds=50), longest=timedelta(milliseconds=200))

    def tell(name: str) -> Callable[[Job], None]:
        return lambda job: job.publish(name, str(job.variables["me"]), {"me": job.variables["me"]})

    def call(job: Job) -> dict[str, Any]:
        with (folder / "ledger").open("a") as ledger:
            ledger.write(f"{job.key}\n")
        time.sleep(0.005)
        return {"called": job.key}

    for type, name in (("demo.note", "noted"), ("demo.note_again", "noted.again"), ("demo.answer", "answer")):
        platform.handlers.add(Handler(type=type, kind="local", function=tell(name)), "test")
    platform.handlers.add(Handler(type="demo.call", kind="call", function=call), "test")
    return platform


def _work_for_ever(platform: Platform) -> None:
    """In a fork of the test's process, whose platform has no open connection."""
    while True:
        try:
            platform.jobs.run_due()
        except Exception:  # the other worker was killed with the database busy; go on like a service would
            time.sleep(0.02)
        time.sleep(0.005)


def _is_done(platform: Platform) -> bool:
    with platform.database.read() as work:
        statement = select(func.count()).where(process_instance.c.process_id == "worked", process_instance.c.status == "active")
        return not work.connection.scalar(statement) and not work.connection.scalar(select(func.count()).select_from(job))


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_workers_lose_and_double_nothing(database_url: str, tmp_path: Path, seed: int) -> None:
    platform = _open(database_url, tmp_path)
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, FILES)
    started = _kill_until_done(platform, random.Random(seed))
    _check(platform, tmp_path, started)
    platform.database.close()


def _start(platform: Platform, first: int) -> int:
    """Some instances more, numbered from `first`; how many there are now."""
    for number in range(first, first + INSTANCES):
        with platform.database.write(SYSTEM) as work:
            platform.processes.start(work, "worked", {"me": f"I{number}"})
    return first + INSTANCES


def _kill_until_done(platform: Platform, chance: random.Random) -> int:
    """Two workers, one of which is killed every few milliseconds and replaced; how many instances were started for it."""
    started = _start(platform, 0)
    platform.database.close()  # a connection of this process must not be in a fork
    fork = multiprocessing.get_context("fork")

    def start() -> Any:
        worker = fork.Process(target=_work_for_ever, args=(platform,), daemon=True)
        worker.start()
        return worker

    workers, kills = [start(), start()], 0
    end = time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.03, 0.3))
            victim = chance.randrange(2)
            os.kill(workers[victim].pid, signal.SIGKILL)
            workers[victim].join()
            kills += 1
            if _is_done(platform):
                if kills >= KILLS:
                    return started
                started = _start(platform, started)
            platform.database.close()
            workers[victim] = start()
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
    raise AssertionError(f"not done after {SECONDS} seconds and {kills} kills")


def _check(platform: Platform, folder: Path, started: int) -> None:
    with platform.database.read() as work:
        ended = select(process_instance.c.process_id, process_instance.c.status, func.count()).group_by(
            process_instance.c.process_id, process_instance.c.status
        )
        counts = {(row[0], row[1]): row[2] for row in work.connection.execute(ended)}
        assert counts == {("worked", "completed"): started, ("noted", "completed"): started, ("again", "active"): started}
        assert work.connection.scalar(select(func.count()).select_from(message)) == 0
        ids = work.connection.execute(select(process_instance.c.id)).scalars().all()
        for instance in ids:
            _check_history(platform, work, instance)
        if platform.database.dialect == "sqlite":
            assert work.connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert work.connection.execute(text("PRAGMA foreign_key_check")).all() == []
    calls = Counter((folder / "ledger").read_text().split())
    assert len(calls) == started, "every call was made, each under its own key, some perhaps more than once"


def _check_history(platform: Platform, work: Any, instance: str) -> None:
    """The journal has no gap and no double, and replaying it gives what is stored."""
    rows = platform.processes.journal(work, instance, limit=500)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    state = State()
    done: Counter[str] = Counter()
    for row in rows:
        for fact in row.events:
            event = event_from_json(fact)
            if type(event).__name__ == "ElementActivated":
                done[event.element] += 1
            apply(state, event)
    assert set(done.values()) == {1}
    stored = work.connection.scalar(
        select(func.count()).select_from(element_instance).where(element_instance.c.instance_id == instance)
    )
    assert len(state.elements) == stored
