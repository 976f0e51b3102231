"""camunda-python keeping W2 in SQLite; run by the Python of its own environment: ``camunda_durable.py diagram.bpmn instances``.

Its live instances stay in memory, and it writes all rows of an instance at each command. Prints the microseconds of CPU for one
completion of a user task, the best of five rounds.
"""

from __future__ import annotations

import gc
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy
from camunda.engine import ProcessEngine
from camunda.parser import parse_bpmn_xml
from camunda.persistence.store import Store

ROUNDS = 5


def main(diagram: str, instances: int) -> None:
    """Measure, each round in a database of its own."""
    logging.disable(logging.CRITICAL)
    found = parse_bpmn_xml(Path(diagram).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        rounds = [_run(found, f"sqlite:///{folder}/{number}.db", instances) for number in range(ROUNDS + 1)]
    sys.stdout.write(f"{min(rounds[1:]) * 1e6}\n")


def _run(diagram: Any, url: str, instances: int) -> float:
    engine = ProcessEngine(store=_store(url))
    engine.register_delegate("x", lambda found: found.__setitem__("x", found["x"] + 1))
    engine.deploy(diagram)
    started = [engine.start_process_instance_by_key("p", {"x": 0}) for _ in range(instances)]
    gc.collect()
    begin = time.process_time()
    for task in list(engine._tasks.values()):
        engine.complete_task(task.id, {"approved": 1})
    for task in list(engine._tasks.values()):
        engine.complete_task(task.id)
    taken = time.process_time() - begin
    assert all(one.is_completed for one in started)
    engine.close()
    return taken / (2 * instances)


def _store(url: str) -> Store:
    store = Store(url)
    store._engine.dispose()

    @sqlalchemy.event.listens_for(store._engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return store


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
