"""A signal reaches every instance that waits and every process that begins with it, once each."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from runtime.access.actor import SYSTEM
from runtime.errors import Invalid
from runtime.platform import Platform
from runtime.signals import service
from runtime.signals.tables import signal_start, signal_subscription
from tests.support.diagrams import diagram, line, throw, user_task, wait_for

CLOSING = '<bpmn:signal id="S" name="closing" />'
BY_SIGNAL = '<bpmn:signalEventDefinition signalRef="S" />'
WAITER = diagram("waiter", line(wait_for("closed", BY_SIGNAL)), outside=CLOSING)
STARTER = diagram("starter", line(user_task("look", groups="seller"), start=BY_SIGNAL), outside=CLOSING)
THROWER = diagram("thrower", line(throw("tell", BY_SIGNAL)), outside=CLOSING)


def _deploy(platform: Platform, *files: bytes) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {f"{number}.bpmn": content for number, content in enumerate(files)})


def _start(platform: Platform, process: str, times: int = 1) -> list[str]:
    with platform.database.write(SYSTEM) as work:
        return [platform.processes.start(work, process, {}) for _ in range(times)]


def _send(platform: Platform, name: str = "closing") -> None:
    with platform.database.write(SYSTEM, "test") as work:
        platform.signals.broadcast(work, name, {"n": 1})
    platform.jobs.run_due()


def _statuses(platform: Platform, process: str) -> list[str]:
    with platform.database.read() as work:
        return [row.status for row in platform.processes.instances(work, process_id=process).rows]


def _count(platform: Platform, table: object) -> int:
    with platform.database.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[call-overload]


def test_it_reaches_all_that_wait_in_batches(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    _deploy(platform, WAITER)
    _start(platform, "waiter", 5)
    assert _count(platform, signal_subscription) == 5
    _send(platform)
    assert _statuses(platform, "waiter") == ["completed"] * 5
    assert _count(platform, signal_subscription) == 0


def test_it_starts_the_latest_version_of_each_process_that_begins_with_it(platform: Platform) -> None:
    _deploy(platform, STARTER)
    _deploy(platform, STARTER.replace(b'"look"', b'"look_again"'))
    assert _count(platform, signal_start) == 1
    _send(platform)
    assert _statuses(platform, "starter") == ["active"]


def test_one_that_a_process_throws_reaches_others_right_after_its_transaction(platform: Platform) -> None:
    _deploy(platform, WAITER, STARTER, THROWER)
    _start(platform, "waiter", 2)
    _start(platform, "thrower")
    assert _statuses(platform, "waiter") == ["active", "active"]
    platform.jobs.run_due()
    assert _statuses(platform, "waiter") == ["completed", "completed"]
    assert _statuses(platform, "starter") == ["active"]


def test_who_begins_to_wait_later_has_missed_it(platform: Platform) -> None:
    _deploy(platform, WAITER)
    _send(platform)
    _start(platform, "waiter")
    platform.jobs.run_due()
    assert _statuses(platform, "waiter") == ["active"]


def test_a_suspended_instance_gets_it_when_it_is_resumed(platform: Platform) -> None:
    _deploy(platform, WAITER)
    (instance,) = _start(platform, "waiter")
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.suspend(work, instance, "look")
    _send(platform)
    assert _statuses(platform, "waiter") == ["suspended"]
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.resume(work, instance)
    platform.jobs.run_due()
    assert _statuses(platform, "waiter") == ["completed"]


def test_a_signal_without_a_name_is_refused(platform: Platform) -> None:
    with pytest.raises(Invalid, match="name of the signal"):
        _send(platform, "")
