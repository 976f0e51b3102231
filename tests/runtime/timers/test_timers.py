"""Timers fire once, never early, and after a restart those that fell due meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM
from runtime.errors import Invalid
from runtime.jobs.tables import job
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, timer, user_task, wait_for

OpenPlatform = Callable[..., Platform]

SLA = (
    f'<bpmn:boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">{timer("duration", "PT4H")}</bpmn:boundaryEvent>'
    f'{user_task("remind", groups="boss")}<bpmn:endEvent id="reminded" />'
    '<bpmn:sequenceFlow id="g1" sourceRef="late" targetRef="remind" />'
    '<bpmn:sequenceFlow id="g2" sourceRef="remind" targetRef="reminded" />'
)


def _start(platform: Platform, content: bytes, process: str = "p") -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": content})
        return platform.processes.start(work, process, {})


def _tasks(platform: Platform) -> list[str]:
    with platform.database.read() as work:
        return [task.name for task in platform.processes.tasks(work, view="all").rows]


def _starts(platform: Platform) -> int:
    with platform.database.read() as work:
        return len(platform.processes.instances(work).rows)


def test_a_timer_never_fires_early_and_once_when_it_is_due(platform: Platform) -> None:
    instance = _start(platform, diagram("p", line(wait_for("nap", timer("duration", "PT1H")))))
    platform.database.clock.advance(timedelta(minutes=59))
    assert platform.jobs.run_due() == 0
    platform.database.clock.advance(timedelta(minutes=2))
    assert platform.jobs.run_due() == 1
    with platform.database.read() as work:
        assert platform.processes.instance(work, instance).instance.status == "completed"
    assert platform.jobs.run_due() == 0


def test_a_boundary_timer_fires_after_a_restart_without_ending_its_task(open_platform: OpenPlatform) -> None:
    first = open_platform()
    _start(first, diagram("p", line(user_task("ask", groups="seller"), more=SLA)))
    assert first.jobs.run_due() == 0
    first.database.close()
    second = open_platform(later=timedelta(hours=5))
    assert _tasks(second) == ["Ask"]
    assert second.jobs.run_due() == 1
    assert sorted(_tasks(second)) == ["Ask", "Remind"]
    third = open_platform(later=timedelta(days=40))
    assert third.jobs.run_due() == 0


def test_a_timer_goes_with_the_task_it_belongs_to(platform: Platform) -> None:
    _start(platform, diagram("p", line(user_task("ask", groups="seller"), more=SLA)))
    with platform.database.write(SYSTEM) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {})
        assert work.connection.execute(select(job)).all() == []
    platform.database.clock.advance(timedelta(days=1))
    assert platform.jobs.run_due() == 0


def test_overdue_timers_fire_in_the_order_in_which_they_were_due(platform: Platform) -> None:
    naps = [f"{wait_for(f'nap{n}', timer('duration', f'PT{n}H'))}" for n in (3, 1, 2)]
    fork = (
        '<bpmn:startEvent id="start" /><bpmn:parallelGateway id="fork" />'
        '<bpmn:sequenceFlow id="s" sourceRef="start" targetRef="fork" />' + "".join(naps)
    )
    for n in (1, 2, 3):
        fork += f'<bpmn:endEvent id="end{n}" /><bpmn:sequenceFlow id="a{n}" sourceRef="fork" targetRef="nap{n}" />'
        fork += f'<bpmn:sequenceFlow id="b{n}" sourceRef="nap{n}" targetRef="end{n}" />'
    instance = _start(platform, diagram("p", fork))
    platform.database.clock.advance(timedelta(days=1))
    assert platform.jobs.run_due() == 3
    with platform.database.read() as work:
        events = [e for row in platform.processes.journal(work, instance) for e in row.events]
    assert [e["flow"] for e in events if e["event"] == "FlowTaken" and e["flow"].startswith("b")] == ["b1", "b2", "b3"]


def test_a_timer_start_event_starts_instances_again_and_again(platform: Platform) -> None:
    content = diagram("p", line(user_task("ask", groups="seller"), start=timer("cycle", "R3/PT1H")))
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": content})
    assert platform.jobs.run_due() == 0
    for hour in (1, 2, 3):
        platform.database.clock.advance(timedelta(minutes=61))
        assert platform.jobs.run_due() == 1
        assert _starts(platform) == hour
    platform.database.clock.advance(timedelta(days=9))
    assert platform.jobs.run_due() == 0


def test_start_timers_missed_while_nobody_ran_count_as_one(open_platform: OpenPlatform) -> None:
    content = diagram("p", line(user_task("ask", groups="seller"), start=timer("cycle", "R/PT1H")))
    first = open_platform()
    with first.database.write(SYSTEM) as work:
        first.processes.deploy(work, {"p.bpmn": content})
    second = open_platform(later=timedelta(hours=50, minutes=30))
    assert second.jobs.run_due() == 1
    assert _starts(second) == 1
    assert second.jobs.run_due() == 0
    second.database.clock.advance(timedelta(hours=1))
    assert second.jobs.run_due() == 1


def test_only_the_latest_version_is_started_by_its_timer(platform: Platform) -> None:
    old = diagram("p", line(user_task("old", groups="seller"), start=timer("cycle", "R/PT1H")))
    new = diagram("p", line(user_task("new", groups="seller"), start=timer("date", "2999-01-01T00:00:00Z")))
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": old})
        platform.processes.deploy(work, {"p.bpmn": new})
    platform.database.clock.advance(timedelta(days=2))
    assert platform.jobs.run_due() == 0
    with platform.database.read() as work:
        assert [row["kind"] for row in work.connection.execute(select(job)).mappings()] == ["timer_start"]


def test_a_start_timer_that_cannot_be_read_refuses_the_deployment(platform: Platform) -> None:
    content = diagram("p", line(user_task("ask", groups="seller"), start=timer("duration", "soon")))
    with pytest.raises(Invalid) as caught, platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": content})
    assert caught.value.problems[0].element == "start"


def test_a_timer_is_listed_on_the_page_of_its_instance(platform: Platform) -> None:
    instance = _start(platform, diagram("p", line(wait_for("nap", timer("duration", "P2D")))))
    with platform.database.read() as work:
        (listed,) = platform.processes.instance(work, instance).jobs
        assert (listed.kind, listed.element) == ("timer", "nap")
        assert timedelta(days=1) < listed.due - work.now <= timedelta(days=2)


BREAK_OFF = (
    '<bpmn:subProcess id="slow" triggeredByEvent="true"><bpmn:startEvent id="over">'
    f"{timer('duration', 'PT4H')}</bpmn:startEvent>{user_task('remind', groups='boss')}"
    '<bpmn:sequenceFlow id="g1" sourceRef="over" targetRef="remind" /></bpmn:subProcess>'
)


def test_a_timer_starts_an_event_sub_process_after_a_restart_and_ends_what_was_open(open_platform: OpenPlatform) -> None:
    first = open_platform()
    _start(first, diagram("p", line(user_task("ask", groups="seller"), more=BREAK_OFF)))
    assert _tasks(first) == ["Ask"]
    first.database.close()
    second = open_platform(later=timedelta(hours=5))
    assert second.jobs.run_due() == 1
    assert _tasks(second) == ["Remind"]


@pytest.mark.parametrize(("missed", "expected"), [("once", 1), ("skip", 0), ("all", 5)])
def test_the_diagram_says_what_becomes_of_starts_that_were_missed(
    open_platform: OpenPlatform, missed: str, expected: int
) -> None:
    setting = (
        '<bpmn:extensionElements><zeebe:properties><zeebe:property name="ringi:missed" '
        f'value="{missed}" /></zeebe:properties></bpmn:extensionElements>'
    )
    start = f'<bpmn:startEvent id="s">{setting}{timer("cycle", "R/PT1H")}</bpmn:startEvent>'
    content = diagram("p", start + '<bpmn:endEvent id="e" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e" />')
    first = open_platform()
    with first.database.write(SYSTEM) as work:
        first.processes.deploy(work, {"p.bpmn": content})
    second = open_platform(later=timedelta(hours=5, minutes=30))
    for _ in range(10):
        second.jobs.run_due()
        second.database.clock.advance(timedelta(seconds=2))
    assert _starts(second) == expected
