"""W2 by SpiffWorkflow, stored as its users do it: the whole instance as JSON after every step, in one transaction."""

from __future__ import annotations

import gc
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from tests.benchmarks import drawings

if TYPE_CHECKING:
    from tests.benchmarks.durable import Spent


def spent(folder: Path, synchronous: str, instances: int) -> Spent:
    """Start instances, then complete both tasks of each."""
    from tests.benchmarks.durable import Spent

    connection = sqlite3.connect(folder / "spiffworkflow.db", isolation_level=None)
    connection.executescript(
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; DROP TABLE IF EXISTS instance; "
        "CREATE TABLE instance (id INTEGER PRIMARY KEY, data TEXT);"
    )
    serializer = BpmnWorkflowSerializer()
    _start(connection, serializer, instances)
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(2):
        for number in range(instances):
            _complete(connection, serializer, number)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    connection.close()
    return Spent(cpu=cpu / (2 * instances) * 1e6, wall=wall / (2 * instances) * 1e6)


def _start(connection: sqlite3.Connection, serializer: BpmnWorkflowSerializer, instances: int) -> None:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(drawings.approval("spiff")))
    spec, others = parser.get_spec("p"), parser.get_subprocess_specs("p")
    for number in range(instances):
        workflow = BpmnWorkflow(spec, others)
        workflow.task_tree.data["x"] = 0
        workflow.do_engine_steps()
        _save(connection, serializer, number, workflow)


def _complete(connection: sqlite3.Connection, serializer: BpmnWorkflowSerializer, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (data,) = connection.execute("SELECT data FROM instance WHERE id = ?", (number,)).fetchone()
    workflow = serializer.deserialize_json(data)
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data["approved"] = 1
    task.run()
    workflow.do_engine_steps()
    _save(connection, serializer, number, workflow)
    connection.execute("COMMIT")


def _save(connection: sqlite3.Connection, serializer: BpmnWorkflowSerializer, number: int, workflow: BpmnWorkflow) -> None:
    connection.execute("INSERT OR REPLACE INTO instance VALUES (?, ?)", (number, serializer.serialize_json(workflow)))
