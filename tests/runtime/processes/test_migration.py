"""Instances in the database that go on in another version of their diagram, with every row of what they wait for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.api import Verdict
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, NotFound
from runtime.jobs.tables import job
from runtime.messages.tables import message_subscription
from runtime.platform import Platform
from runtime.processes.tables import element_instance, process_instance, user_task
from tests.support.diagrams import diagram, line, named_message, timer, wait_for
from tests.support.diagrams import message as by_message
from tests.support.diagrams import user_task as task

OPERATOR = Actor(id="demo-operator", name="Demo Operator", roles=frozenset({"administrator"}), via="api")
MESSAGE = named_message("M", "order.paid", "=order")


def _version(step: str, boundary: str) -> bytes:
    """A task with a message and a timer at its border, then another wait."""
    more = (
        f'<bpmn:boundaryEvent id="{boundary}" attachedToRef="{step}">{by_message("M")}</bpmn:boundaryEvent>'
        f'<bpmn:endEvent id="e2" /><bpmn:sequenceFlow id="l2" sourceRef="{boundary}" targetRef="e2" />'
        f'<bpmn:boundaryEvent id="{boundary}_late" attachedToRef="{step}">{timer("duration", "PT1H")}</bpmn:boundaryEvent>'
        f'<bpmn:endEvent id="e3" /><bpmn:sequenceFlow id="l3" sourceRef="{boundary}_late" targetRef="e3" />'
    )
    return diagram("order", line(task(step, groups="seller", more=""), wait_for("nap", timer("duration", "PT1H")), more=more),
                   outside=MESSAGE)  # fmt: skip


@pytest.fixture
def instance(platform: Platform) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"order.bpmn": _version("check", "paid")})
        found = platform.processes.start(work, "order", {"order": "A"})
        platform.processes.deploy(work, {"order.bpmn": _version("review", "settled")})
    return found


MAPPING = {"check": "review", "paid": "settled", "paid_late": "settled_late"}


def _migrate(platform: Platform, instance: str, mapping: dict[str, str]) -> None:
    with platform.database.write(OPERATOR, "a mistake in the diagram") as work:
        platform.processes.operations.migrate(work, instance, mapping)


def test_a_dry_run_tells_what_is_in_the_way_and_the_order_is_refused(platform: Platform, instance: str) -> None:
    with platform.database.read(OPERATOR) as work:
        plan = platform.processes.operations.preview_migrate(work, instance, {})
        safe = platform.processes.operations.preview_migrate(work, instance, MAPPING)
    assert plan.verdict is Verdict.NEEDS_MAPPING
    assert [one.element for one in plan.elements if one.reason] == ["check"]
    assert safe.verdict is Verdict.SAFE
    with pytest.raises(Conflict, match="Say which element"):
        _migrate(platform, instance, {})
    with platform.database.read(OPERATOR) as work, pytest.raises(NotFound):
        platform.processes.operations.preview_migrate(work, instance, {}, version=3)


def test_every_row_belongs_to_the_new_version(platform: Platform, instance: str) -> None:
    _migrate(platform, instance, MAPPING)
    with platform.database.read(SYSTEM) as work:
        key = platform.processes.definition(work, "order", 2).key
        connection = work.connection
        assert connection.scalars(select(process_instance.c.definition_key)).all() == [key]
        elements = connection.execute(select(element_instance.c.process, element_instance.c.element)).all()
        assert {tuple(row) for row in elements} == {(key, "order"), (key, "review")}
        tasks = connection.execute(select(user_task.c.definition_key, user_task.c.element, user_task.c.name)).all()
        assert [tuple(row) for row in tasks] == [(key, "review", "Review")]
        assert connection.scalars(select(message_subscription.c.element)).all() == ["settled"]
        assert connection.scalars(select(job.c.element)).all() == ["settled_late"]
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("MigrateInstance", "demo-operator", "a mistake in the diagram")


def test_goes_on_to_the_end_in_the_new_version(platform: Platform, instance: str) -> None:
    _migrate(platform, instance, MAPPING)
    with platform.database.write(OPERATOR) as work:
        (found,) = platform.processes.tasks(work, view="all").rows
        assert platform.processes.task(work, found.id).task.element == "review"
        platform.processes.complete_task(work, found.id, {})
    platform.database.clock.advance(timedelta(hours=2))
    platform.jobs.run_due()
    with platform.database.read(SYSTEM) as work:
        assert platform.processes.instance(work, instance).instance.status == "completed"
        assert platform.processes.instance(work, instance).instance.version == 2


def test_a_message_and_a_timer_reach_the_migrated_instance(platform: Platform, instance: str) -> None:
    _migrate(platform, instance, MAPPING)
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.publish(work, "order.paid", "A", {}).continued == (instance,)
    with platform.database.read(SYSTEM) as work:
        assert platform.processes.instance(work, instance).instance.status == "completed"
