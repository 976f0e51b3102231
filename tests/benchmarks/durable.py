"""W2: completing a user task, durable. Beside it the rows that this writes, written by the bare driver, and the peers.

CPU is measured with SQLite's ``synchronous=NORMAL``, which leaves the disk out, the wall clock with ``FULL``, as Ringi runs. A
completion is the mean of both tasks of the instance; everybody has one transaction for each.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from runtime.access.actor import SYSTEM
from runtime.platform import Config, Platform, build
from runtime.store import prepared
from tests.benchmarks import drawings, durable_spiff, peers
from tests.benchmarks.measure import Figure
from tests.conftest import PostgresServer

INSTANCES = 60
ROUNDS = 7
_SENT = tuple[str, Any, bool]


@dataclass(frozen=True, slots=True)
class Spent:
    """Microseconds for one completion."""

    cpu: float
    wall: float


class _Undone(Exception):
    """Rolls a transaction back whose statements were noted."""


def on_sqlite() -> list[Figure]:
    """CPU and wall clock, with the peers."""
    with tempfile.TemporaryDirectory() as folder:
        return _on_sqlite(Path(folder))


def on_postgresql() -> list[Figure]:
    """CPU of the client, and wall clock."""
    with tempfile.TemporaryDirectory() as folder:
        return _on_postgresql(Path(folder))


def _on_sqlite(folder: Path) -> list[Figure]:
    found: list[Figure] = []
    for synchronous, what in (("NORMAL", "CPU of completing a user task, SQLite"), ("FULL", "the same, wall clock with FULL")):
        with opened(folder / synchronous, synchronous=synchronous) as platform:
            ours, driver, spiff = _rounds(
                lambda platform=platform: _ours(platform),
                lambda platform=platform: _the_same_rows(platform),
                lambda synchronous=synchronous: durable_spiff.spent(folder, synchronous, INSTANCES),
            )
            found += _shown(what, synchronous == "FULL", ours, driver)
            found.append(Figure(what=what, who="SpiffWorkflow 3.2, whole as JSON", value=_of(spiff, synchronous == "FULL")))
            if synchronous == "NORMAL":
                found += [*_camunda(what), _counted(platform)]
    return found


def _on_postgresql(folder: Path) -> list[Figure]:
    server = PostgresServer()
    try:
        url = server.address(server.create(migrated=True))
        with opened(folder / "postgresql", url=url) as platform:
            ours, driver = _rounds(lambda: _ours(platform), lambda: _the_same_rows(platform))
        return [
            *_shown("CPU of completing a user task, PostgreSQL's client", False, ours, driver),
            *_shown("the same, wall clock with PostgreSQL", True, ours, driver),
        ]
    finally:
        server.stop()


def _rounds(*everybody: Callable[[], Spent]) -> list[list[Spent]]:
    """Everybody's rounds, in which they take turns; the first one warms up."""
    rounds = [[one() for one in everybody] for _ in range(ROUNDS + 1)]
    return [list(found) for found in zip(*rounds[1:], strict=True)]


def _of(spent: list[Spent], wall: bool) -> float:
    return min(one.wall if wall else one.cpu for one in spent)


def _shown(what: str, wall: bool, ours: list[Spent], driver: list[Spent]) -> list[Figure]:
    return [
        Figure(what=what, who="Ringi", value=_of(ours, wall)),
        Figure(what=what, who="the same rows by the driver", value=_of(driver, wall)),
    ]


def _camunda(what: str) -> list[Figure]:
    found = peers.camunda_durable(drawings.approval("camunda"), INSTANCES)
    if isinstance(found, str):
        peers.say(found)
        return []
    return [Figure(what=what, who="camunda-python 0.1.2, its store", value=found)]


def _counted(platform: Platform) -> Figure:
    statements = len(_noted(platform, _open_tasks(platform, _start(platform)[:1])[0]))
    return Figure(what="statements of the first completion", who="Ringi", value=float(statements), unit="")


@contextmanager
def opened(folder: Path, *, synchronous: str = "FULL", url: str | None = None) -> Iterator[Platform]:
    """A platform with W2, in a database of its own."""
    platform = build(Config(data_dir=folder, installed_packages=False, database=url or ""))
    if url is None:

        @event.listens_for(platform.database.engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA synchronous={synchronous}")

    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": drawings.approval("ringi")})
    yield platform
    platform.database.close()


def spent(run: Callable[[], object], units: int) -> Spent:
    """What one of the units costs that `run` does."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Spent(cpu=cpu / units * 1e6, wall=wall / units * 1e6)


def _start(platform: Platform) -> list[str]:
    with platform.database.write(SYSTEM) as work:
        return [platform.processes.start(work, "p", {"x": Decimal(0)}) for _ in range(INSTANCES)]


def _open_tasks(platform: Platform, instances: list[str]) -> list[str]:
    with platform.database.read() as work:
        return [platform.processes.instance(work, one).tasks[0].id for one in instances]


def _ours(platform: Platform) -> Spent:
    instances = _start(platform)
    return _both(lambda: _open_tasks(platform, instances), lambda tasks: _complete(platform, tasks))


def _complete(platform: Platform, tasks: list[str]) -> None:
    for task in tasks:
        with platform.database.write(SYSTEM) as work:
            platform.processes.complete_task(work, task, {"approved": Decimal(1)})


def _the_same_rows(platform: Platform) -> Spent:
    """What the completions write, sent again by a connection of the driver; so the instances go on all the same."""
    instances = _start(platform)
    with _driver(platform) as driver:

        def noted() -> list[list[_SENT]]:
            return [_noted(platform, task, reads=False) for task in _open_tasks(platform, instances)]

        return _both(noted, lambda each: _send(driver, each))


@contextmanager
def _driver(platform: Platform) -> Iterator[Any]:
    """A connection of the driver, set up as those of the platform."""
    raw = platform.database.engine.raw_connection()
    driver: Any = raw.driver_connection
    if platform.database.dialect == "postgresql":
        driver.autocommit = True
    else:
        driver.execute("PRAGMA query_only=OFF")
    yield driver
    raw.detach()  # it is not to be used again as it is now
    driver.close()


def _send(driver: Any, each: list[list[_SENT]]) -> None:
    for statements in each:
        driver.execute("BEGIN")
        cursor = driver.cursor()
        for sql, values, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, values)
        driver.execute("COMMIT")


def _both(prepare: Callable[[], list[Any]], run: Callable[[list[Any]], None]) -> Spent:
    """The first tasks of all instances, then the second ones."""
    found: list[Spent] = []
    for _ in range(2):
        each = prepare()
        found.append(spent(partial(run, each), INSTANCES))
    return Spent(cpu=sum(one.cpu for one in found) / 2, wall=sum(one.wall for one in found) / 2)


def _noted(platform: Platform, task: str, *, reads: bool = True) -> list[_SENT]:
    """What the completion of the task sends to the database, without beginning and end; nothing of it stays."""
    with _notes() as sent:
        try:
            with platform.database.write(SYSTEM) as work:
                platform.processes.complete_task(work, task, {"approved": Decimal(1)})
                raise _Undone
        except _Undone:
            pass
    left_out = ("PRAGMA", "BEGIN") if reads else ("PRAGMA", "BEGIN", "SELECT")
    return [statement for statement in sent if not statement[0].startswith(left_out)]


@contextmanager
def _notes() -> Iterator[list[_SENT]]:
    sent: list[_SENT] = []

    def execute(connection: Any, sql: str, values: Any = (), *, many: bool = False) -> Any:
        sent.append((sql, values, many))
        return prepared_execute(connection, sql, values, many=many)

    prepared_execute = prepared.execute
    with patch("runtime.store.prepared.execute", execute), patch("runtime.store.database.execute", execute):
        yield sent
