"""The inbox with 100,000 open tasks: first page and count of a filter on two business fields, beside the bare SQL for both.

The bare SQL is what one would write by hand over the same rows, sent by the driver: one statement for the page, one for the
count.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, text

from runtime.access.actor import SYSTEM, Actor
from runtime.platform import Config, Platform, build
from runtime.processes.business_fields import FieldIs
from runtime.processes.filters import TaskFilter
from runtime.processes.tables import instance_field, process_instance, user_task, user_task_candidate
from tests.benchmarks.measure import Figure
from tests.conftest import PostgresServer

TASKS: Final = 100_000
ROUNDS: Final = 15
_PIECE: Final = 10_000
_REGIONS: Final = 20
_AMOUNTS: Final = 50
CLERK: Final = Actor(id="demo-clerk", name="Demo Clerk", roles=frozenset({"clerk"}))
WANTED: Final = TaskFilter(fields=(FieldIs("region", "eq", "region 7"), FieldIs("amount", "gte", "4000")))
_DIAGRAM: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 id="d" targetNamespace="http://example.com/inbox"><bpmn:process id="order" name="Order" isExecutable="true">
 <bpmn:extensionElements><zeebe:properties>
 <zeebe:property name="ringi:businessFields" value="region, amount"/></zeebe:properties></bpmn:extensionElements>
 <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="check"/>
 <bpmn:userTask id="check" name="Check"><bpmn:extensionElements><zeebe:userTask/>
 <zeebe:assignmentDefinition candidateGroups="clerk"/></bpmn:extensionElements></bpmn:userTask>
 <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="end"/><bpmn:endEvent id="end"/></bpmn:process></bpmn:definitions>"""
_FROM: Final = """
FROM user_task t JOIN process_instance i ON t.instance_id = i.id JOIN process_definition d ON t.definition_key = d.key
WHERE t.status = 'open' AND t.assignee IS NULL
AND EXISTS (SELECT 1 FROM user_task_candidate c WHERE c.task_id = t.id AND c.kind = 'group' AND c.name = 'clerk')
AND t.instance_id IN (SELECT instance_id FROM instance_field WHERE name = 'region' AND text = 'region 7'
 INTERSECT SELECT instance_id FROM instance_field WHERE name = 'amount' AND number >= 4000)"""
_ORDER: Final = " ORDER BY t.priority DESC, coalesce(t.due_date, '9999-12-31'), t.id LIMIT 51"
_PAGE: Final = f"SELECT t.*, i.process_id, i.business_key, d.name AS process_name {_FROM} {_ORDER}"
_COUNT: Final = f"SELECT count(*) {_FROM}"


def figures() -> list[Figure]:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder:
        found = _measured(f"sqlite:///{folder}/ringi.db", Path(folder), "SQLite")
    server = PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return found + _measured(server.address(server.create(migrated=True)), Path(folder), "PostgreSQL")
    finally:
        server.stop()


def _measured(url: str, folder: Path, database: str) -> list[Figure]:
    with _filled(url, folder) as platform:
        assert _ours(platform) == _bare(platform), "both find the same tasks"
        ours, bare = _medians([lambda: _ours(platform), lambda: _bare(platform)])
    what = f"first page and count, 2 fields of {TASKS:,} open tasks, {database}"
    return [
        Figure(what=what, who="Ringi", value=ours, unit="ms"),
        Figure(what=what, who="bare SQL", value=bare, unit="ms"),
    ]


def _medians(everybody: Sequence[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each, who take turns; the first round warms up."""
    spent: list[list[float]] = [[] for _ in everybody]
    for _ in range(ROUNDS + 1):
        for times, one in zip(spent, everybody, strict=True):
            begun = time.perf_counter()
            one()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[1:]) for times in spent]


def _ours(platform: Platform) -> tuple[list[str], int]:
    processes = platform.processes
    with platform.database.read(CLERK) as work:
        rows = processes.tasks(work, view="groups", wanted=WANTED, limit=50).rows
        return [row.id for row in rows], processes.count_tasks(work, "groups", WANTED)


def _bare(platform: Platform) -> tuple[list[str], int]:
    with platform.database.read(CLERK) as work:
        cursor = work.connection.connection.cursor()
        rows = cursor.execute(_PAGE).fetchall()
        (count,) = cursor.execute(_COUNT).fetchone()
        return [row[0] for row in rows[:50]], count


@contextmanager
def _filled(url: str, folder: Path) -> Iterator[Platform]:
    """A platform with the tasks, whose rows are those that starting the process would write."""
    platform = build(Config(database=url, data_dir=folder), packages=[])
    platform.prepare()
    with platform.database.write(SYSTEM, "benchmark") as work:
        key = platform.processes.deploy(work, {"order.bpmn": _DIAGRAM}).definitions[0].key
        for first in range(0, TASKS, _PIECE):
            _insert(work.connection, [_rows(number, key, work.now) for number in range(first, first + _PIECE)])
    with platform.database.writing() as connection:
        connection.execute(text("ANALYZE"))
    yield platform
    platform.database.close()


def _insert(connection: Connection, rows: Sequence[Mapping[Table, list[dict[str, Any]]]]) -> None:
    for table in (process_instance, user_task, user_task_candidate, instance_field):
        connection.execute(insert(table), [row for one in rows for row in one[table]])


def _rows(number: int, key: str, now: Any) -> Mapping[Table, list[dict[str, Any]]]:
    instance, task = f"{number:036d}", f"{number:036d}.3"
    amount = number // _REGIONS % _AMOUNTS * 100
    common = {"instance_id": instance, "definition_key": key}
    return {
        process_instance: [
            {"id": instance, "definition_key": key, "process_id": "order", "business_key": None, "status": "active"}
            | {"version": 1, "next_key": 4, "started_at": now, "started_by": "demo"}
        ],
        user_task: [
            common
            | {
                "id": task,
                "key": 3,
                "element_key": 2,
                "element": "check",
                "name": "Check",
                "priority": number % 7,
                "status": "open",
            }
            | {"created_at": now}
        ],
        user_task_candidate: [{"task_id": task, "kind": "group", "name": "clerk"}],
        instance_field: [
            {"instance_id": instance, "name": "region", "text": f"region {number % _REGIONS}", "number": None},
            {"instance_id": instance, "name": "amount", "text": str(amount), "number": float(amount)},
        ],
    }
