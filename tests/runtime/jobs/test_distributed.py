"""The bell between processes, on PostgreSQL: rung in the transaction, harmless when doubled, not missed when lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from runtime.access.actor import SYSTEM
from runtime.errors import Invalid
from runtime.platform import Config, Platform, build

pytestmark = [pytest.mark.postgres, pytest.mark.own_thread]

Open = Callable[..., Platform]


@pytest.fixture
def open_one(postgres_url: str, tmp_path: Path) -> Iterator[Open]:
    """Opens installations on one database, each as a process of its own would; the sweep is far away unless told."""
    opened: list[Platform] = []

    def make(*, sweep: timedelta = timedelta(hours=1), **settings: Any) -> Platform:
        config = Config(database=postgres_url, data_dir=tmp_path, sweep=sweep, distributed=True, **settings)
        platform = build(config, packages=())
        platform.prepare()
        opened.append(platform)
        return platform

    yield make
    for platform in opened:
        platform.stop()


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _enqueue(platform: Platform, number: int, after: timedelta = timedelta(0)) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.jobs.enqueue(work, "demo", {"number": number}, due=work.now + after)


def _bells(platform: Platform) -> int:
    with platform.database.read() as work:
        return int(work.connection.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) or 0)


def test_one_process_makes_the_work_and_another_does_it(open_one: Open) -> None:
    web, worker, done = open_one(), open_one(), list[int]()
    worker.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    worker.start()
    for number in range(3):
        _enqueue(web, number)
    _enqueue(web, 3, timedelta(seconds=0.5))
    _until(lambda: sorted(done) == [0, 1, 2, 3])
    _until(lambda: _bells(web) == 0)


def test_the_bell_is_rung_when_the_transaction_is_committed_and_once(open_one: Open) -> None:
    web = open_one()
    with pytest.raises(ZeroDivisionError), web.database.write(SYSTEM) as work:  # noqa: PT012 - the block is the test
        web.jobs.enqueue(work, "demo", {})
        raise ZeroDivisionError
    assert _bells(web) == 0
    with web.database.write(SYSTEM) as work:
        for _ in range(5):
            web.jobs.enqueue(work, "demo", {})
    assert _bells(web) == 1


def test_what_is_due_after_the_next_sweep_rings_no_bell(open_one: Open) -> None:
    web = open_one(sweep=timedelta(seconds=5))
    _enqueue(web, 1, timedelta(days=90))
    assert _bells(web) == 0


def test_with_every_bell_lost_the_sweep_does_all(open_one: Open) -> None:
    web, worker, done = open_one(), open_one(sweep=timedelta(seconds=0.3)), list[int]()
    web.parts.queue.ring_others = None
    worker.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    worker.start()
    for number in range(20):
        _enqueue(web, number)
    _until(lambda: sorted(done) == list(range(20)))


def test_a_bell_without_work_and_a_doubled_one_do_no_harm(open_one: Open) -> None:
    web, worker, done = open_one(), open_one(), list[int]()
    worker.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    assert web.bell
    for _ in range(3):
        with web.database.write(SYSTEM) as work:
            web.bell.ring(work, work.now)
    worker.start()
    _until(lambda: _bells(web) == 0)
    _enqueue(web, 1)
    _until(lambda: done == [1])


def test_two_workers_share_the_work_and_do_nothing_twice(open_one: Open) -> None:
    web, done, names = open_one(), list[int](), set[str]()
    guard = threading.Lock()

    def do(name: str) -> Callable[[Any, Any], None]:
        def note(work: Any, payload: Any) -> None:
            time.sleep(0.005)
            with guard:
                done.append(payload["number"])
                names.add(name)

        return note

    for number in range(60):
        _enqueue(web, number)
    for name in ("a", "b"):
        worker = open_one()
        worker.jobs.register("demo", do(name))
        worker.start()
    _until(lambda: len(done) >= 60)
    assert sorted(done) == list(range(60))
    assert names == {"a", "b"}


def test_without_listen_the_bell_is_found_by_looking(open_one: Open) -> None:
    web, worker, done = open_one(), open_one(listen=False, sweep=timedelta(seconds=0.5)), list[int]()
    worker.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    worker.start()
    _enqueue(web, 1)
    _until(lambda: done == [1])


def test_a_bell_that_cannot_be_heard_leaves_the_work_to_the_sweep(open_one: Open) -> None:
    worker, done = open_one(sweep=timedelta(seconds=0.3)), list[int]()
    with worker.database.write(SYSTEM) as work:
        work.connection.execute(text("ALTER TABLE procrastinate_workers RENAME TO gone"))
    worker.jobs.register("demo", lambda work, payload: done.append(payload["number"]))
    worker.start()
    _enqueue(worker, 1)
    _until(lambda: done == [1])


def test_installing_twice_is_quick_and_harmless(open_one: Open) -> None:
    bell = open_one().bell
    assert bell
    bell.install()


def test_an_embedded_database_has_no_other_processes(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        build(Config(database=sqlite_url, data_dir=tmp_path, distributed=True), packages=())
    assert refusal.value.code == "CFG-1004"
