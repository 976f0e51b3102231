"""Jobs of registered kinds: once, later, again after a failure, and never in the way of others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import NotFound
from runtime.jobs.backoff import Backoff
from runtime.jobs.tables import job
from runtime.platform import Platform
from runtime.sdk import Handler
from runtime.store.database import Database
from runtime.store.work import Work
from tests.support.diagrams import diagram, line, service_task

Payload = Mapping[str, Any]
OpenPlatform = Callable[..., Platform]


def _enqueue(platform: Platform, kind: str, number: int = 0, **options: Any) -> str:
    with platform.database.write(SYSTEM) as work:
        return platform.jobs.enqueue(work, kind, {"number": number}, **options)


def _rows(platform: Platform) -> list[Any]:
    with platform.database.read() as work:
        return list(work.connection.execute(select(job).order_by(job.c.id)).mappings())


def test_a_job_runs_once_in_the_transaction_that_deletes_it(platform: Platform) -> None:
    done: list[int] = []
    platform.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    for number in range(3):
        _enqueue(platform, "demo", number)
    assert platform.jobs.run_due() == 3
    assert done == [0, 1, 2]
    assert _rows(platform) == []
    assert platform.jobs.run_due() == 0


def test_a_job_that_is_rolled_back_with_its_transaction_never_was(platform: Platform) -> None:
    platform.jobs.register("demo", lambda work, payload: None)
    with pytest.raises(ZeroDivisionError), platform.database.write(SYSTEM) as work:  # noqa: PT012 - the block is the test
        platform.jobs.enqueue(work, "demo", {})
        raise ZeroDivisionError
    assert platform.jobs.run_due() == 0


def test_a_job_is_not_run_before_it_is_due(platform: Platform) -> None:
    done: list[int] = []
    platform.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    with platform.database.write(SYSTEM) as work:
        platform.jobs.enqueue(work, "demo", {"number": 1}, due=work.now + timedelta(days=1))
    assert platform.jobs.run_due() == 0
    platform.database.clock.advance(timedelta(days=1))
    assert platform.jobs.run_due() == 1
    assert done == [1]


def test_a_key_that_is_there_already_adds_nothing(platform: Platform) -> None:
    done: list[int] = []
    platform.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    assert _enqueue(platform, "demo", 1, key="nightly") == _enqueue(platform, "demo", 2, key="nightly") == "nightly"
    platform.jobs.run_due()
    assert done == [1]
    _enqueue(platform, "demo", 3, key="nightly")
    platform.jobs.run_due()
    assert done == [1, 3]


def test_a_job_is_done_on_behalf_of_who_asked_for_it(platform: Platform) -> None:
    seen: list[Actor] = []
    platform.jobs.register("demo", lambda work, payload: seen.append(work.actor))
    seller = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"b", "a"}), via="api", language="ja")
    with platform.database.write(seller) as work:
        platform.jobs.enqueue(work, "demo", {})
    platform.jobs.run_due()
    assert seen == [seller]


def test_a_poison_job_neither_blocks_others_nor_vanishes(platform: Platform) -> None:
    done: list[int] = []

    def work_or_fail(work: Work, payload: Payload) -> None:
        if payload["number"] < 3:
            raise ValueError(f"poison {payload['number']}")
        done.append(payload["number"])

    platform.jobs.register("demo", work_or_fail)
    for number in range(6):
        _enqueue(platform, "demo", number)
    platform.jobs.run_due(limit=6)
    assert done == [3, 4, 5]
    for _ in range(6):
        platform.database.clock.advance(timedelta(hours=2))
        platform.jobs.run_due()
    parked = _rows(platform)
    assert [(row["status"], row["attempts"]) for row in parked] == [("failed", 5)] * 3
    with platform.database.read() as work:
        incidents = platform.processes.incidents(work)
    assert {i.message for i in incidents} == {f"ValueError: poison {n}" for n in range(3)}


def test_a_parked_job_runs_again_when_its_incident_is_resolved(platform: Platform) -> None:
    mended: list[bool] = []

    def work_or_fail(work: Work, payload: Payload) -> None:
        if not mended:
            raise ValueError("broken")

    platform.jobs.register("demo", work_or_fail)
    _enqueue(platform, "demo")
    for _ in range(6):
        platform.jobs.run_due()
        platform.database.clock.advance(timedelta(hours=2))
    with platform.database.read() as work:
        (incident,) = platform.processes.incidents(work)
    mended.append(True)
    with platform.database.write(SYSTEM) as work:
        platform.processes.resolve_incident(work, incident.id)
        assert platform.processes.incidents(work) == ()
    assert platform.jobs.run_due() == 1
    assert _rows(platform) == []


def test_a_job_of_a_kind_that_nobody_registered_says_so(platform: Platform) -> None:
    _enqueue(platform, "gone")
    platform.jobs.run_due()
    (row,) = _rows(platform)
    assert "'gone'" in row["last_error"]


def test_retrying_a_job_that_is_gone_is_not_found(platform: Platform) -> None:
    with pytest.raises(NotFound), platform.database.write(SYSTEM) as work:
        platform.jobs.retry(work, "nothing")


def test_a_kind_cannot_be_registered_twice(platform: Platform) -> None:
    platform.jobs.register("demo", lambda work, payload: None)
    with pytest.raises(ValueError, match="twice"):
        platform.jobs.register_outside("demo", lambda database, payload: None)


def test_outside_work_goes_on_in_turns_of_its_own(platform: Platform) -> None:
    left = [3]

    def turn(database: Database, payload: Payload) -> timedelta | None:
        with database.write(SYSTEM):
            left[0] -= 1
        return timedelta(0) if left[0] else None

    platform.jobs.register_outside("batch", turn)
    _enqueue(platform, "batch")
    while platform.jobs.run_due():
        pass
    assert left == [0]
    assert _rows(platform) == []


def test_outside_work_that_fails_is_tried_again_and_then_parked(platform: Platform) -> None:
    def fail(database: Database, payload: Payload) -> None:
        raise ValueError("no")

    platform.jobs.register_outside("batch", fail)
    _enqueue(platform, "batch")
    for _ in range(7):
        platform.jobs.run_due()
        platform.database.clock.advance(timedelta(hours=2))
    (row,) = _rows(platform)
    assert (row["status"], row["attempts"], row["last_error"]) == ("failed", 5, "ValueError: no")


def test_two_runners_at_once_do_every_job_once(open_platform: OpenPlatform) -> None:
    done: list[int] = []
    platforms = [open_platform() for _ in range(3)]
    for platform in platforms:
        platform.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    for number in range(30):
        _enqueue(platforms[0], "demo", number)
    threads = [threading.Thread(target=platform.jobs.run_due) for platform in platforms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    platforms[0].jobs.run_due()
    assert sorted(done) == list(range(30))


def test_waits_grow_up_to_a_limit_and_are_spread() -> None:
    backoff = Backoff(first=timedelta(seconds=10), factor=3, longest=timedelta(minutes=10), jitter=0.2)
    for attempts, expected in ((1, 10), (2, 30), (3, 90), (9, 600), (10_000, 600)):
        waits = [backoff.after(attempts).total_seconds() for _ in range(50)]
        assert all(expected * 0.8 <= wait <= expected * 1.2 for wait in waits)
        assert len(set(waits)) > 10
    assert backoff.after(1, at_least=77.0) == timedelta(seconds=77)


def _until(condition: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def running(open_platform: OpenPlatform) -> Any:
    """A platform with its clock going; the sweep is far away, so that only the bell wakes it."""
    platform = open_platform(sweep=timedelta(hours=1), threads=2)
    yield platform
    platform.stop()


def test_the_clock_runs_what_was_due_before_it_started_and_what_is_rung_for(running: Platform) -> None:
    done: list[int] = []
    running.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    _enqueue(running, "demo", 1)
    running.start()
    _until(lambda: done == [1])
    _enqueue(running, "demo", 2)
    _until(lambda: done == [1, 2])
    with running.database.write(SYSTEM) as work:
        running.jobs.enqueue(work, "demo", {"number": 3}, due=work.now + timedelta(seconds=0.3))
    _until(lambda: done == [1, 2, 3])


def test_the_clock_is_not_held_up_by_slow_calls(running: Platform) -> None:
    gate = threading.Event()
    called: list[str] = []

    def slow(job: Any) -> None:
        called.append(job.key)
        assert gate.wait(20)

    running.handlers.add(Handler(type="demo.slow", kind="call", function=slow), "test")
    done: list[int] = []
    running.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    with running.database.write(SYSTEM) as work:
        running.processes.deploy(work, {"p.bpmn": diagram("p", line(service_task("w", "demo.slow")))})
        for _ in range(5):
            running.processes.start(work, "p", {})
    running.start()
    _until(lambda: len(called) == 2)
    _enqueue(running, "demo", 1)
    _until(lambda: done == [1])
    gate.set()
    _until(lambda: len(called) == 5)
    _until(lambda: not _rows(running))


def test_a_lost_bell_is_repaired_by_the_sweep(open_platform: OpenPlatform) -> None:
    done: list[int] = []
    platform = open_platform(sweep=timedelta(seconds=0.2))
    other = open_platform()  # a process whose bell nobody hears
    platform.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    platform.start()
    time.sleep(0.1)
    _enqueue(other, "demo", 1)
    _until(lambda: done == [1])
    platform.stop()
