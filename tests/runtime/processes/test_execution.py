"""The one transaction: who, why, replay, two writers, what a step costs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.api import State, apply, commands, event_from_json, instance_from_json, restore
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict
from runtime.jobs.tables import job
from runtime.platform import Platform
from runtime.processes import running
from runtime.processes.tables import element_instance, journal, process_instance
from runtime.sdk import Handler
from tests.support.diagrams import diagram, line, named_message, service_task, timer, user_task, wait_for
from tests.support.diagrams import message as by_message
from tests.support.statements import counted

OpenPlatform = Callable[..., Platform]
SELLER = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"seller"}), via="api")

MIXED = diagram(
    "mixed",
    line(
        service_task("count", "demo.count", io='<zeebe:output source="=n" target="counted" />'),
        user_task("ask", groups="seller", more=""),
        wait_for("paid", by_message("M")),
        wait_for("nap", timer("duration", "PT1H")),
        service_task("call", "demo.call"),
        more=f'<bpmn:boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">{timer("duration", "PT10M")}'
        '</bpmn:boundaryEvent><bpmn:endEvent id="e2" /><bpmn:sequenceFlow id="l" sourceRef="late" targetRef="e2" />',
    ),
    outside=named_message("M", "order.paid", "=order"),
)


@pytest.fixture
def mixed(platform: Platform) -> Platform:
    platform.handlers.add(Handler(type="demo.count", kind="local", function=lambda job: {"n": 1}), "test")
    platform.handlers.add(Handler(type="demo.call", kind="call", function=lambda job: {"called": True}), "test")
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"mixed.bpmn": MIXED})
    return platform


def _start(platform: Platform) -> str:
    with platform.database.write(SELLER, "a lead came in") as work:
        return platform.processes.start(work, "mixed", {"order": "A"})


def _complete(platform: Platform) -> None:
    with platform.database.write(SELLER) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {"answer": "yes"})


def _run_through(platform: Platform, check: Callable[[str], None]) -> str:
    """From start to end, with `check` after every transaction."""
    instance = _start(platform)
    check(instance)
    platform.database.clock.advance(timedelta(minutes=11))
    platform.jobs.run_due()
    check(instance)
    _complete(platform)
    check(instance)
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish(work, "order.paid", "A", {"amount": 5})
    check(instance)
    platform.database.clock.advance(timedelta(minutes=61))
    while platform.jobs.run_due():
        check(instance)
    return instance


def _replayed(platform: Platform, instance: str) -> State:
    state = State()
    with platform.database.read() as work:
        for row in platform.processes.journal(work, instance):
            for fact in row.events:
                apply(state, event_from_json(fact))
    state.touched.clear()
    return state


def _stored(platform: Platform, instance: str) -> State:
    with platform.database.read() as work:
        row = work.connection.execute(select(process_instance).where(process_instance.c.id == instance)).mappings().one()
        rows = work.connection.execute(select(element_instance.c.data).where(element_instance.c.instance_id == instance))
        elements = [instance_from_json(data) for data in rows.scalars()]
    return restore(elements, status=row["status"], next_key=row["next_key"])


def test_replaying_the_journal_gives_the_stored_state_after_every_transaction(mixed: Platform) -> None:
    checked: list[str] = []

    def check(instance: str) -> None:
        replayed, stored = _replayed(mixed, instance), _stored(mixed, instance)
        assert replayed.elements == stored.elements
        assert replayed.waits == stored.waits
        assert (replayed.status, replayed.next_key) == (stored.status, stored.next_key)
        checked.append(instance)

    instance = _run_through(mixed, check)
    assert len(checked) >= 5
    with mixed.database.read() as work:
        detail = mixed.processes.instance(work, instance)
    assert detail.instance.status == "completed"
    assert detail.variables == {
        "order": "A", "counted": Decimal(1), "answer": "yes", "amount": Decimal(5), "called": True
    }  # fmt: skip


def test_the_mirror_shows_exactly_the_waits_of_the_state(mixed: Platform) -> None:
    def check(instance: str) -> None:
        with mixed.database.read() as work:
            detail = mixed.processes.instance(work, instance)
        shown = {row.id for row in (*detail.tasks, *detail.jobs, *detail.subscriptions, *detail.incidents)}
        assert shown == {f"{instance}.{key}" for key in _stored(mixed, instance).waits}

    _run_through(mixed, check)


def test_every_transaction_is_one_journal_row_with_who_and_why(mixed: Platform) -> None:
    instance = _run_through(mixed, lambda instance: None)
    with mixed.database.read() as work:
        rows = mixed.processes.journal(work, instance)
        behind = mixed.processes.journal(work, instance, after=4)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [(row.command, row.actor, row.via, row.why) for row in rows] == [
        ("StartInstance", "demo-seller", "api", "a lead came in"),
        ("TriggerTimer", "system", "system", "timer due"),
        ("CompleteUserTask", "demo-seller", "api", "task Ask"),
        ("CorrelateMessage", "system", "system", "message order.paid"),
        ("TriggerTimer", "system", "system", "timer due"),
        ("CompleteJob", "system", "system", "job demo.call"),
    ]
    assert [row.seq for row in behind] == [5, 6]


def test_two_writers_on_one_instance_come_one_after_the_other(open_platform: OpenPlatform) -> None:
    platforms = [open_platform() for _ in range(4)]
    with platforms[0].database.write(SYSTEM) as work:
        platforms[0].processes.deploy(work, {"p.bpmn": diagram("p", line(user_task("ask", groups="seller")))})
        instance = platforms[0].processes.start(work, "p", {})
        (task,) = platforms[0].processes.tasks(work, view="all").rows
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def complete(platform: Platform, number: int) -> None:
        barrier.wait(20)
        try:
            with platform.database.write(SELLER) as work:
                platform.processes.complete_task(work, task.id, {"by": number})
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=complete, args=(platform, n)) for n, platform in enumerate(platforms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "done"]
    with platforms[0].database.read() as work:
        assert len(platforms[0].processes.journal(work, instance)) == 2


def test_the_fence_refuses_a_writer_that_did_not_hold_the_lock(mixed: Platform) -> None:
    instance = _start(mixed)
    with pytest.raises(Conflict, match="Another writer"), mixed.database.write(SYSTEM) as work:  # noqa: PT012
        executor = mixed.processes._executor
        run = running.Running(executor.parts, work, executor.lock(work, instance))
        bumped = update(process_instance).where(process_instance.c.id == instance).values(version=99)
        work.connection.execute(bumped)
        run.give(commands.CancelInstance(reason="late"))
        run.save()
    with mixed.database.read() as work:
        assert mixed.processes.instance(work, instance).instance.status == "active"


def test_a_refused_command_writes_nothing(mixed: Platform) -> None:
    instance = _start(mixed)
    with pytest.raises(Exception, match="no open"), mixed.database.write(SYSTEM) as work:
        mixed.processes.execute(work, instance, commands.CompleteJob(job=999))
    with mixed.database.read() as work:
        assert len(mixed.processes.journal(work, instance)) == 1


def test_a_run_away_loop_goes_on_in_turns(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.api import advance

    def in_small_steps(*arguments: Any) -> Any:
        return advance(*arguments, budget=5)

    monkeypatch.setattr(running, "advance", in_small_steps)
    script = (
        '<bpmn:scriptTask id="{0}"><bpmn:extensionElements><zeebe:script expression="=n + 1" resultVariable="n" />'
        "</bpmn:extensionElements></bpmn:scriptTask>"
    )
    with platform.database.write(SYSTEM) as work:
        flow = line(*(script.format(f"s{number}") for number in range(20)))
        platform.processes.deploy(work, {"p.bpmn": diagram("p", flow)})
        instance = platform.processes.start(work, "p", {"n": 0})
    with platform.database.read() as work:
        assert platform.processes.instance(work, instance).instance.status == "active"
    turns = 0
    while platform.jobs.run_due(limit=1):
        turns += 1
    assert turns >= 3
    with platform.database.read() as work:
        detail = platform.processes.instance(work, instance)
        assert (detail.instance.status, detail.variables) == ("completed", {"n": Decimal(20)})
        assert work.connection.execute(select(job)).all() == []


def test_a_bug_in_one_instance_stops_no_other(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(wait_for("nap", timer("duration", "PT1H"))))})
        instances = [platform.processes.start(work, "p", {"n": n}) for n in range(3)]
    real = running.Stored

    def broken(connection: Any, row: Any) -> Any:
        if row["id"] == instances[0]:
            raise KeyError("a bug")
        return real(connection, row)

    monkeypatch.setattr(running, "Stored", broken)
    platform.database.clock.advance(timedelta(hours=2))
    platform.jobs.run_due()
    for _ in range(6):
        platform.database.clock.advance(timedelta(hours=2))
        platform.jobs.run_due()
    monkeypatch.undo()
    with platform.database.read() as work:
        details = [platform.processes.instance(work, instance) for instance in instances]
    assert [d.instance.status for d in details] == ["active", "completed", "completed"]
    (incident,) = details[0].incidents
    assert "a bug" in incident.message
    with platform.database.write(SYSTEM) as work:
        platform.processes.resolve_incident(work, incident.id)
    platform.jobs.run_due()
    with platform.database.read() as work:
        assert platform.processes.instance(work, instances[0]).instance.status == "completed"


def test_a_step_takes_few_statements(platform: Platform) -> None:
    """The figures in the manual: change them there when they change here."""
    tasks = [user_task(f"t{n}", groups="seller") for n in range(3)]
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(*tasks))})
    with counted(platform.database) as start, platform.database.write(SELLER) as work:
        platform.processes.start(work, "p", {"customer": "Example Trading Ltd (demo)"})
        (task,) = platform.processes.tasks(work, view="all").rows
    with counted(platform.database) as completion, platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, task.id, {"answer": "yes"})
    with platform.database.read() as work:
        (task,) = platform.processes.tasks(work, view="all").rows
    with counted(platform.database) as claim, platform.database.write(SELLER) as work:
        platform.processes.claim_task(work, task.id)
    clock = 2 if platform.database.dialect == "sqlite" else 1  # PRAGMA and BEGIN IMMEDIATE, or the time
    assert len(completion) - clock <= 14, completion
    assert len(claim) - clock <= 8, claim
    assert len(start) - clock <= 16, start
    with platform.database.read() as work:
        assert len(work.connection.execute(select(journal)).all()) == 3
