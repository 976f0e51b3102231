"""Two workers beside one, as processes of their own on PostgreSQL: jobs done per second.

Each job computes for a while, as handlers do that fill templates or read files, or waits, as those do that call another
system; its result is a step of its process. Two workers that compute need two cores, and the database some of a third; the
figures name the cores of the machine. Those that wait need less.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select

from runtime.access.actor import SYSTEM
from runtime.jobs.tables import job
from runtime.platform import Config, Platform, build
from runtime.sdk import Handler, Job
from tests.benchmarks.measure import Figure
from tests.conftest import PostgresServer
from tests.support.diagrams import diagram, line, service_task

JOBS = 80
ROUNDS = 3
KINDS = {"computes": 0.02, "waits": 0.1}
"""What a job does, and for how many seconds."""

TYPE = "bench.compute"


def figures() -> list[Figure]:
    """What one worker does and what two do, for each kind of job."""
    server = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = server.address(server.create(migrated=True))
            return [figure for kind in KINDS for figure in _compared(Path(folder), url, kind)]
    finally:
        server.stop()


def _compared(folder: Path, url: str, kind: str) -> Iterator[Figure]:
    """The rounds take turns, so that whatever else the machine does falls on both."""
    platform = _opened(folder, url)
    platform.handlers.add(Handler(type=TYPE, kind="call", function=_nothing), "bench")
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(service_task("work", TYPE)))})
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for count, found in rates.items():
            found.append(_rate(platform, url, folder, count, kind))
    platform.database.close()
    one, two = statistics.median(rates[1]), statistics.median(rates[2])
    what = f"a job {kind} {KINDS[kind] * 1000:.0f} ms; {os.cpu_count()} cores, the database among them"
    yield Figure(what=what, who="Ringi, one worker", value=one, unit="/s")
    yield Figure(what=what, who="Ringi, two workers", value=two, unit="/s")


def _rate(platform: Platform, url: str, folder: Path, count: int, kind: str) -> float:
    """Jobs per second of so many workers, from when all are ready until the last job is done."""
    for _ in range(JOBS):
        with platform.database.write(SYSTEM) as work:
            platform.processes.start(work, "p", {})
    with _workers(url, folder, count, kind) as inputs:
        begun = time.perf_counter()
        for one in inputs:
            one.write("go\n")
            one.flush()
        while _left(platform):
            time.sleep(0.01)
        return JOBS / (time.perf_counter() - begun)


def _left(platform: Platform) -> int:
    with platform.database.read() as work:
        return int(work.connection.scalar(select(func.count()).select_from(job)) or 0)


@contextmanager
def _workers(url: str, folder: Path, count: int, kind: str) -> Iterator[list[IO[str]]]:
    command = [sys.executable, "-m", "tests.benchmarks.workers", url, str(folder), kind]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    try:
        for one in started:
            assert one.stdout
            assert one.stdout.readline() == "ready\n"
        yield [one.stdin for one in started if one.stdin]
    finally:
        for one in started:
            one.communicate(timeout=60)  # the end of its input stops it


def work(url: str, folder: Path, kind: str) -> None:
    """Be a worker: say that all is ready, begin when told, and stop at the end of the input."""
    platform = _opened(folder, url)
    platform.handlers.add(Handler(type=TYPE, kind="call", function=_computes if kind == "computes" else _waits), "bench")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    platform.start()
    sys.stdin.read()
    platform.stop()


def _opened(folder: Path, url: str) -> Platform:
    config = Config(database=url, data_dir=folder, distributed=True, sweep=timedelta(seconds=1))
    platform = build(config, packages=())
    platform.prepare()
    return platform


def _computes(_job: Job) -> dict[str, Any]:
    begun, turns = time.thread_time(), 0
    while time.thread_time() - begun < KINDS["computes"]:
        turns += sum(range(500)) > 0
    return {"turns": turns}


def _waits(_job: Job) -> None:
    time.sleep(KINDS["waits"])


def _nothing(_job: Job) -> None:
    """Here only so that the jobs are calls; the workers do them."""


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
