"""A suspended instance in the database: nothing of it runs, what reaches it is kept, and it goes on when resumed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict
from runtime.jobs.tables import job
from runtime.platform import Platform
from runtime.sdk import Handler, Job
from tests.support.diagrams import diagram, line, named_message, service_task, timer, user_task, wait_for
from tests.support.diagrams import message as by_message

OPERATOR = Actor(id="demo-operator", name="Demo Operator", roles=frozenset({"administrator"}), via="api")

WAITS = diagram("waits", line(wait_for("nap", timer("duration", "PT1H")), wait_for("paid", by_message("M"))),
                outside=named_message("M", "order.paid", "=order"))  # fmt: skip
CALLS = diagram("calls", line(service_task("call", "demo.call"), user_task("ask", groups="seller", more="")))


def _start(platform: Platform, process: str, content: bytes) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {f"{process}.bpmn": content})
        return platform.processes.start(work, process, {"order": "A"})


def _suspend(platform: Platform, instance: str) -> None:
    with platform.database.write(OPERATOR, "audit") as work:
        platform.processes.operations.suspend(work, instance, "audit")


def _resume(platform: Platform, instance: str) -> None:
    with platform.database.write(OPERATOR, "audit is over") as work:
        platform.processes.operations.resume(work, instance)


def _status(platform: Platform, instance: str) -> str:
    with platform.database.read(SYSTEM) as work:
        return platform.processes.instance(work, instance).instance.status


def test_fires_no_timer_until_it_is_resumed(platform: Platform) -> None:
    instance = _start(platform, "waits", WAITS)
    _suspend(platform, instance)
    platform.database.clock.advance(timedelta(hours=2))
    assert platform.jobs.run_due() == 0
    assert _status(platform, instance) == "suspended"
    _resume(platform, instance)
    assert platform.jobs.run_due() == 1
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.publish(work, "order.paid", "A", {}).continued == (instance,)
    assert _status(platform, instance) == "completed"


def test_keeps_a_message_that_reaches_it(platform: Platform) -> None:
    instance = _start(platform, "waits", WAITS)
    platform.database.clock.advance(timedelta(hours=2))
    platform.jobs.run_due()
    _suspend(platform, instance)
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.publish(work, "order.paid", "A", {"amount": 5}).continued == (instance,)
        assert platform.messages.publish(work, "order.paid", "A", {"amount": 6}).continued == ()
    assert _status(platform, instance) == "suspended"
    _resume(platform, instance)
    with platform.database.read(SYSTEM) as work:
        detail = platform.processes.instance(work, instance)
    assert detail.instance.status == "completed"
    assert detail.variables["amount"] == 5


def test_gives_out_no_job_and_keeps_the_result_of_one_under_way(platform: Platform) -> None:
    begun: list[Job] = []
    instances: list[str] = []

    def call(given: Job) -> dict[str, bool]:
        begun.append(given)
        if len(begun) == 1:
            _suspend(platform, instances[0])
        return {"called": True}

    platform.handlers.add(Handler(type="demo.call", kind="call", function=call), "test")
    instances.append(_start(platform, "calls", CALLS))
    platform.jobs.run_due()
    instances.append(_start(platform, "calls", CALLS))
    _suspend(platform, instances[1])
    assert platform.jobs.run_due() == 0
    for instance in instances:
        assert _status(platform, instance) == "suspended"
        _resume(platform, instance)
    platform.jobs.run_due()
    assert len(begun) == 2
    with platform.database.read(SYSTEM) as work:
        assert len(platform.processes.tasks(work, view="all").rows) == 2
        assert work.connection.execute(select(job)).all() == []


def test_completes_no_task_and_says_why(platform: Platform) -> None:
    platform.handlers.add(Handler(type="demo.call", kind="local", function=lambda given: {}), "test")
    instance = _start(platform, "calls", CALLS)
    _suspend(platform, instance)
    with platform.database.write(OPERATOR) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        with pytest.raises(Conflict, match="suspended"):
            platform.processes.complete_task(work, task.id, {})
    with platform.database.write(OPERATOR) as work:
        platform.processes.cancel(work, instance, "not needed")
    assert _status(platform, instance) == "cancelled"


def test_the_journal_tells_who_suspended_and_why(platform: Platform) -> None:
    instance = _start(platform, "waits", WAITS)
    _suspend(platform, instance)
    with platform.database.read(SYSTEM) as work:
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("SuspendInstance", "demo-operator", "audit")
    with platform.database.write(OPERATOR) as work, pytest.raises(Conflict, match="suspended"):
        platform.processes.operations.suspend(work, instance, "again")
