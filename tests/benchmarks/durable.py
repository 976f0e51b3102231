"""A durable user-task completion against the same rows written by bare prepared SQL through the driver, on SQLite."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from functools import partial
from pathlib import Path

from runtime.access.actor import SYSTEM
from runtime.platform import Config, build
from tests.benchmarks import models
from tests.benchmarks.measure import Figure, cpu

COMPLETIONS = 100


def figures() -> list[Figure]:
    """Ours, and the floor."""
    what = "one instance: started in a batch, then one durable completion (SQLite, synchronous=FULL)"
    with tempfile.TemporaryDirectory() as folder:
        return [
            cpu(what, "Ringi", COMPLETIONS, _our_completions(Path(folder)), rounds=3),
            cpu(what, "the same rows by bare SQL", COMPLETIONS, _bare_sql(Path(folder)), rounds=3),
        ]


def _our_completions(folder: Path) -> partial[None]:
    platform = build(Config(data_dir=folder, installed_packages=False))
    platform.prepare()
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": models.two_user_tasks()})

    def run() -> None:
        with platform.database.write(SYSTEM) as work:
            started = [platform.processes.start(work, "p", {}) for _ in range(COMPLETIONS)]
            tasks = [platform.processes.instance(work, one).tasks[0].id for one in started]
        for task in tasks:
            with platform.database.write(SYSTEM) as work:
                platform.processes.complete_task(work, task, {"ok": True})

    return partial(run)


def _bare_sql(folder: Path) -> partial[None]:
    """Lock and read the instance and its elements, write the changed rows and the journal row: one transaction each."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE instance (id TEXT PRIMARY KEY, status TEXT, version INT, next_key INT);"
        "CREATE TABLE element (instance TEXT, key INT, data TEXT, PRIMARY KEY (instance, key));"
        "CREATE TABLE task (id TEXT PRIMARY KEY, instance TEXT, name TEXT, status TEXT, ended TEXT);"
        "CREATE TABLE journal (instance TEXT, seq INT, at TEXT, actor TEXT, events TEXT, PRIMARY KEY (instance, seq));"
    )
    data, events = json.dumps({"element": "t0", "waits": {}}), json.dumps([{"event": "UserTaskCompleted"}] * 8)

    def run() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(COMPLETIONS):
            connection.execute("INSERT OR REPLACE INTO instance VALUES (?, 'active', 1, 5)", (f"i{number}",))
            connection.executemany("INSERT OR REPLACE INTO element VALUES (?, ?, ?)", [(f"i{number}", k, data) for k in (1, 2)])
            connection.execute(
                "INSERT OR REPLACE INTO task VALUES (?, ?, 'Task 0', 'open', NULL)", (f"i{number}.3", f"i{number}")
            )
        connection.execute("DELETE FROM journal")
        connection.execute("COMMIT")
        for number in range(COMPLETIONS):
            instance = f"i{number}"
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("SELECT * FROM instance WHERE id = ?", (instance,)).fetchall()
            connection.execute("SELECT key, data FROM element WHERE instance = ?", (instance,)).fetchall()
            connection.execute("UPDATE task SET status = 'completed', ended = 'now' WHERE id = ?", (f"{instance}.3",))
            connection.execute("INSERT OR REPLACE INTO task VALUES (?, ?, 'Task 1', 'open', NULL)", (f"{instance}.5", instance))
            connection.execute("DELETE FROM element WHERE instance = ? AND key = 2", (instance,))
            connection.execute("INSERT OR REPLACE INTO element VALUES (?, 4, ?)", (instance, data))
            connection.execute("UPDATE instance SET version = 2, next_key = 6 WHERE id = ? AND version = 1", (instance,))
            connection.execute("INSERT INTO journal VALUES (?, 2, 'now', 'someone', ?)", (instance, events))
            connection.execute("COMMIT")

    return partial(run)
