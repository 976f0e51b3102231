"""Instances of which a step reads only a part behave as those that it reads whole, in the database."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from engine.api import InstanceStatus, Value, commands
from runtime.access.actor import SYSTEM
from runtime.errors import NotFound
from runtime.platform import Platform
from runtime.processes import state, statements
from runtime.processes.tables import element_instance
from runtime.store.database import Database
from tests.benchmarks import drawings
from tests.support.diagrams import diagram, line, timer, user_task
from tests.support.statements import counted

TURNS = 5
EACH = (
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3,4,5]" '
    'inputElement="item" outputCollection="found" outputElement="=item + extra" /></bpmn:extensionElements>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)
LATE = (
    f'<bpmn:boundaryEvent id="late" attachedToRef="ask">{timer("duration", "PT4H")}</bpmn:boundaryEvent>'
    f'{user_task("remind")}<bpmn:endEvent id="reminded" /><bpmn:sequenceFlow id="g1" sourceRef="late" targetRef="remind" />'
    '<bpmn:sequenceFlow id="g2" sourceRef="remind" targetRef="reminded" />'
)
INSIDE = f'<bpmn:subProcess id="each">{EACH}{line(user_task("ask"), more=LATE).replace(chr(34) + "start", chr(34) + "begin")}'
PROCESS = diagram(
    "p",
    '<bpmn:startEvent id="start" />',
    INSIDE.replace('id="end"', 'id="done"').replace('"end"', '"done"') + "</bpmn:subProcess>",
    user_task("after"),
    '<bpmn:endEvent id="end" /><bpmn:sequenceFlow id="o1" sourceRef="start" targetRef="each" />',
    '<bpmn:sequenceFlow id="o2" sourceRef="each" targetRef="after" />',
    '<bpmn:sequenceFlow id="o3" sourceRef="after" targetRef="end" />',
)


@pytest.fixture(params=[0, 3, 1000], ids=["all left", "some left", "nothing left"])
def instance(request: pytest.FixtureRequest, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> str:
    """Five turns of a sub-process that has a user task with a timer."""
    monkeypatch.setattr(state, "CROWD", request.param)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": PROCESS})
        return platform.processes.start(work, "p", {"extra": Decimal(10)})


def _complete(platform: Platform, instance: str, variables: dict[str, Value]) -> None:
    with platform.database.write(SYSTEM) as work:
        task = platform.processes.instance(work, instance).tasks[-1]
        assert platform.processes.task(work, task.id).variables["extra"] == Decimal(10)
        platform.processes.complete_task(work, task.id, variables)


def _rows(platform: Platform) -> int:
    with platform.database.read() as work:
        return work.connection.execute(select(func.count()).select_from(element_instance)).scalar_one()


def test_every_turn_is_completed_by_one_way_or_another_and_the_process_goes_on(platform: Platform, instance: str) -> None:
    _complete(platform, instance, {})
    _complete(platform, instance, {})
    with platform.database.write(SYSTEM) as work:
        timers = [job.id for job in platform.processes.instance(work, instance).jobs]
        assert len(timers) == TURNS - 2
        platform.processes.execute(work, instance, commands.TriggerTimer(timer=int(timers[0].rpartition(".")[2])))
    for _ in range(TURNS - 2):
        _complete(platform, instance, {})
    with platform.database.read() as work:
        found = platform.processes.instance(work, instance)
        assert [task.element for task in found.tasks] == ["after"]
        assert found.variables["found"] == [Decimal(n + 10) for n in range(1, TURNS + 1)]
        assert found.counts == {"after": 1}
        assert not found.jobs
    _complete(platform, instance, {})
    assert _rows(platform) == 0


def test_what_is_completed_already_is_refused(platform: Platform, instance: str) -> None:
    with platform.database.write(SYSTEM) as work:
        task = platform.processes.instance(work, instance).tasks[2]
        platform.processes.complete_task(work, task.id, {})
        key = int(task.id.rpartition(".")[2])
        with pytest.raises(NotFound):
            platform.processes.execute(work, instance, commands.CompleteUserTask(task=key))


def test_cancelling_leaves_no_row(platform: Platform, instance: str) -> None:
    _complete(platform, instance, {})
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, instance, "enough")
        assert platform.processes.instance(work, instance).instance.status == InstanceStatus.CANCELLED
    assert _rows(platform) == 0


def test_the_pages_show_everything(platform: Platform, instance: str) -> None:
    _complete(platform, instance, {})
    with platform.database.read() as work:
        found = platform.processes.instance(work, instance)
    assert found.counts == {"each": TURNS, "ask": TURNS - 1}


def test_a_crowd_is_read_in_part(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": drawings.waiting_siblings(state.CROWD * 2)})
        platform.processes.start(work, "p", {})
        crowd = select(element_instance.c.crowd, func.count()).group_by(element_instance.c.crowd).order_by(func.count())
        assert [count for _, count in work.connection.execute(crowd)] == [1, 1, state.CROWD * 2]


def test_one_of_a_crowd_is_found_by_an_index(sqlite_url: str) -> None:
    """SQLite's planner knows nothing about how many there are, and must have no choice."""
    database = Database(sqlite_url)
    with database.write(SYSTEM) as work, counted(database) as sent:
        statements.select_of_crowd(work.connection, "i", 1)
        statements.select_waiting_near(work.connection, "i", 1, 16)
        statements.select_waiting_in_crowd(work.connection, "i", 1)
        plans = [work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", (1,) * one.count("?")).all() for one in sent[:3]]
    database.close()
    found = [re.search(r"ix_element_instance_\w+", str(plan)) for plan in plans]
    assert [one and one[0] for one in found] == [f"ix_element_instance_{name}" for name in ("crowd", "wait", "wait")]
