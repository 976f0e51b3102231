"""A durable user-task completion (W2) against the floor, which is the same statements with the same values by the bare driver.

SpiffWorkflow is stored as its users do it: the whole instance as JSON after every step, in one transaction.
"""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from runtime.access.actor import SYSTEM
from runtime.platform import Config, Platform, build
from runtime.store import prepared
from tests.benchmarks import models
from tests.benchmarks.measure import Figure

COMPLETIONS = 100
ROUNDS = 5
_Sent = list[tuple[str, Any, bool]]


class _Undone(Exception):
    """Rolls a transaction back whose statements were noted."""


def figures() -> list[Figure]:
    """Ours, the floor and SpiffWorkflow, each the best of some rounds that take turns."""
    what = "completing a user task, durable (SQLite, synchronous=FULL)"
    with tempfile.TemporaryDirectory() as folder:
        platform = _platform(Path(folder))
        rounds = [(_ours(platform), _the_same_by_the_driver(platform), _spiffworkflow(Path(folder))) for _ in range(ROUNDS + 1)]
        first, *others = zip(*rounds[1:], strict=True)  # the first round warms up
        statements = float(len(_sent(platform, _open_tasks(platform, 1))[0]))
        platform.database.close()
    names = ("the same statements by the driver", "SpiffWorkflow 3.2, whole as JSON")
    times = [Figure(what=what, who=name, value=min(values)) for name, values in zip(names, others, strict=True)]
    counted = Figure(what="statements of that completion", who="Ringi", value=statements, unit="")
    return [Figure(what=what, who="Ringi", value=min(first)), *times, counted]


def _platform(folder: Path) -> Platform:
    platform = build(Config(data_dir=folder, installed_packages=False))
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": models.two_user_tasks()})
    return platform


def _open_tasks(platform: Platform, number: int = COMPLETIONS) -> list[str]:
    with platform.database.write(SYSTEM) as work:
        started = [platform.processes.start(work, "p", {}) for _ in range(number)]
        return [platform.processes.instance(work, one).tasks[0].id for one in started]


def _ours(platform: Platform) -> float:
    tasks = _open_tasks(platform)

    def run() -> None:
        for task in tasks:
            with platform.database.write(SYSTEM) as work:
                platform.processes.complete_task(work, task, {"ok": True})

    return _microseconds(run)


def _the_same_by_the_driver(platform: Platform) -> float:
    each = _sent(platform, _open_tasks(platform))
    connection = sqlite3.connect(str(platform.database.engine.url.database), isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")

    def run() -> None:
        for statements in each:
            for sql, values, many in statements:
                if many:
                    connection.executemany(sql, values)
                elif sql.startswith("SELECT"):
                    connection.execute(sql, values).fetchall()
                else:
                    connection.execute(sql, values)
            connection.execute("COMMIT")

    taken = _microseconds(run)
    connection.close()
    return taken


def _sent(platform: Platform, tasks: list[str]) -> list[_Sent]:
    """What a completion of each task sends to the database; nothing of it stays."""
    return [_noted(platform, task) for task in tasks]


def _noted(platform: Platform, task: str) -> _Sent:
    with _notes() as sent:
        try:
            with platform.database.write(SYSTEM) as work:
                platform.processes.complete_task(work, task, {"ok": True})
                raise _Undone
        except _Undone:
            pass
    return [statement for statement in sent if not statement[0].startswith("PRAGMA")]


@contextmanager
def _notes() -> Iterator[_Sent]:
    sent: _Sent = []

    def execute(connection: Any, sql: str, values: Any = (), *, many: bool = False) -> Any:
        sent.append((sql, values, many))
        return prepared_execute(connection, sql, values, many=many)

    prepared_execute = prepared.execute
    with patch("runtime.store.prepared.execute", execute), patch("runtime.store.database.execute", execute):
        yield sent


def _spiffworkflow(folder: Path) -> float:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(models.two_user_tasks(ours=False)))
    spec, others = parser.get_spec("p"), parser.get_subprocess_specs("p")
    serializer = BpmnWorkflowSerializer()
    connection = sqlite3.connect(folder / "spiffworkflow.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; DROP TABLE IF EXISTS instance; "
        "CREATE TABLE instance (id INTEGER PRIMARY KEY, data TEXT);"
    )

    def save(number: int, workflow: BpmnWorkflow) -> None:
        connection.execute("INSERT OR REPLACE INTO instance VALUES (?, ?)", (number, serializer.serialize_json(workflow)))

    for number in range(COMPLETIONS):
        workflow = BpmnWorkflow(spec, others)
        workflow.do_engine_steps()
        save(number, workflow)

    def run() -> None:
        for number in range(COMPLETIONS):
            connection.execute("BEGIN IMMEDIATE")
            (data,) = connection.execute("SELECT data FROM instance WHERE id = ?", (number,)).fetchone()
            workflow = serializer.deserialize_json(data)
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            task.data["ok"] = True
            task.run()
            workflow.do_engine_steps()
            save(number, workflow)
            connection.execute("COMMIT")

    taken = _microseconds(run)
    connection.close()
    return taken


def _microseconds(run: Callable[[], None]) -> float:
    gc.collect()
    begin = time.process_time()
    run()
    return (time.process_time() - begin) / COMPLETIONS * 1e6
