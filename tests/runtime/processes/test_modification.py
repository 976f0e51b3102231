"""Tokens moved by hand in the database, shown first; and instances that are started again from a point."""

from __future__ import annotations

import pytest

from engine.api import commands, from_plain
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, Invalid, NotFound
from runtime.platform import Platform
from runtime.processes.views import InstanceDetail
from tests.support.diagrams import diagram, line, timer, user_task, wait_for

OPERATOR = Actor(id="demo-operator", name="Demo Operator", roles=frozenset({"administrator"}), via="api")
STEPS = diagram(
    "steps",
    line(
        user_task("first", groups="seller", more=""),
        wait_for("nap", timer("duration", "PT1H")),
        user_task("last", groups="seller", more=""),
    ),
)
Modify = commands.ModifyInstance


@pytest.fixture
def instance(platform: Platform) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"steps.bpmn": STEPS})
        return platform.processes.start(work, "steps", from_plain({"n": 1}), business_key="K-1")


def _detail(platform: Platform, instance: str) -> InstanceDetail:
    with platform.database.read(SYSTEM) as work:
        return platform.processes.instance(work, instance)


def _key(platform: Platform, instance: str, element: str) -> int:
    return next(one.key for one in _detail(platform, instance).elements if one.element == element)


def test_shows_then_moves_a_token(platform: Platform, instance: str) -> None:
    order = Modify(move=(commands.Move(element_instance=_key(platform, instance, "first"), element="nap"),))
    with platform.database.read(OPERATOR) as work:
        shown = platform.processes.operations.preview_modify(work, instance, order)
    assert [(one.element, one.type) for one in shown.begins] == [("nap", "intermediateCatchEvent")]
    assert [one.element for one in shown.ends] == ["first"]
    assert shown.status == "active"
    assert _detail(platform, instance).tasks
    with platform.database.write(OPERATOR, "skipped on the phone") as work:
        platform.processes.operations.modify(work, instance, order)
    after = _detail(platform, instance)
    assert not after.tasks
    assert [job.element for job in after.jobs] == ["nap"]
    with platform.database.read(SYSTEM) as work:
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("ModifyInstance", "demo-operator", "skipped on the phone")


def test_refuses_what_makes_no_sense(platform: Platform, instance: str) -> None:
    with platform.database.write(OPERATOR) as work:
        for order in (Modify(terminate=(99,)), Modify(activate=(commands.Activation(element="nowhere"),))):
            with pytest.raises(NotFound):
                platform.processes.operations.modify(work, instance, order)
            with pytest.raises(NotFound):
                platform.processes.operations.preview_modify(work, instance, order)
        with pytest.raises(Invalid):
            platform.processes.operations.modify(work, instance, Modify(terminate=(1,)))


def test_an_ended_instance_starts_again_from_a_point(platform: Platform, instance: str) -> None:
    with platform.database.write(OPERATOR) as work:
        with pytest.raises(Conflict, match="has not ended"):
            platform.processes.operations.restart(work, instance, ("last",))
        platform.processes.set_variables(work, instance, from_plain({"n": 2, "m": 3}))
        platform.processes.cancel(work, instance, "by mistake")
    with platform.database.write(OPERATOR) as work:
        made = platform.processes.operations.restart(work, instance, ("last",), from_plain({"m": 4}))
    after = _detail(platform, made)
    assert [task.name for task in after.tasks] == ["Last"]
    assert after.variables == from_plain({"n": 2, "m": 4})
    assert after.instance.business_key == "K-1"
    with platform.database.write(OPERATOR) as work, pytest.raises(NotFound):
        platform.processes.operations.restart(work, instance, ("nowhere",))
