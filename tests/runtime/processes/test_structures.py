"""Gateways and beginnings that remember something between two transactions, in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.api import from_plain
from runtime.access.actor import SYSTEM
from runtime.platform import Platform
from tests.engine.bpmn.diagram import chain, end, flow, process, start

MESSAGE = '<message id="m" name="order.new"/>'


def complete(platform: Platform, instance: str, element: str) -> None:
    with platform.database.write(SYSTEM) as work:
        found = platform.processes.instance(work, instance)
        (task,) = [one.id for one in found.tasks if one.element == element]
        platform.processes.complete_task(work, task, {})


def open_tasks(platform: Platform, instance: str) -> list[str]:
    with platform.database.read(SYSTEM) as work:
        return sorted(one.element for one in platform.processes.instance(work, instance).tasks)


@pytest.mark.parametrize("gateway", ["inclusive", "complex"])
def test_a_gateway_waits_through_transactions_for_what_can_still_come(platform: Platform, gateway: str) -> None:
    condition = "<activationCondition>activationCount = 1</activationCondition>" if gateway == "complex" else ""
    tasks = "".join(f'<userTask id="{name}"/>' for name in ("a", "b", "after"))
    xml = process(
        start()
        + '<parallelGateway id="f"/>'
        + tasks
        + f'<{gateway}Gateway id="g">{condition}</{gateway}Gateway>'
        + end()
        + chain("s", "f", "a", "g", "after", "e")
        + chain("f", "b", "g")
    )
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": xml})
        instance = platform.processes.start(work, "p", {})
    complete(platform, instance, "a")
    assert open_tasks(platform, instance) == (["b"] if gateway == "inclusive" else ["after", "b"])
    complete(platform, instance, "b")
    assert open_tasks(platform, instance) == ["after"]
    complete(platform, instance, "after")
    with platform.database.read(SYSTEM) as work:
        assert platform.processes.instance(work, instance).instance.status == "completed"


def test_a_message_starts_an_instance_at_its_receive_task(platform: Platform) -> None:
    xml = process('<receiveTask id="r" messageRef="m" instantiate="true"/><userTask id="t"/>' + flow("r", "t"), MESSAGE)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": xml})
        answer = platform.messages.publish(work, "order.new", "7", from_plain({"order": 7}))
    (instance,) = answer.started
    assert open_tasks(platform, instance) == ["t"]


SEVERAL = (
    '<messageEventDefinition messageRef="m"/><messageEventDefinition messageRef="m2"/><signalEventDefinition signalRef="g"/>'
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    "<timerEventDefinition><timeCycle>R2/PT2H</timeCycle></timerEventDefinition>"
)
NAMES = MESSAGE + '<message id="m2" name="order.again"/><signal id="g" name="season"/>'


def test_each_trigger_of_a_multiple_start_event_starts_an_instance(platform: Platform) -> None:
    xml = process(f'<startEvent id="s">{SEVERAL}</startEvent><userTask id="t"/>{flow("s", "t")}', NAMES)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": xml})
        platform.processes.deploy(work, {"p.bpmn": xml.replace(b'"t"', b'"again"')})
        assert len(platform.messages.publish(work, "order.new", "7", {}).started) == 1
        assert len(platform.messages.publish(work, "order.again", "7", {}).started) == 1
        platform.signals.broadcast(work, "season", {})
    started = [count(platform)]
    for _ in range(4):
        platform.database.clock.advance(timedelta(hours=1))
        started.append(count(platform))
    assert started == [3, 4, 5, 5, 6]


def count(platform: Platform) -> int:
    platform.jobs.run_due()
    with platform.database.read(SYSTEM) as work:
        return len(platform.processes.instances(work, process_id="p").rows)


def test_a_parallel_multiple_event_keeps_through_transactions_what_has_happened(platform: Platform) -> None:
    subscribed = NAMES.replace(
        'name="order.new"/>',
        'name="order.new"><extensionElements><zeebe:subscription correlationKey="=id"/></extensionElements></message>',
    )
    both = '<messageEventDefinition messageRef="m"/><signalEventDefinition signalRef="g"/>'
    catch = f'<intermediateCatchEvent id="c" parallelMultiple="true">{both}</intermediateCatchEvent>'
    xml = process(start() + catch + '<userTask id="t"/>' + end() + chain("s", "c", "t", "e"), subscribed)
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": xml})
        instance = platform.processes.start(work, "p", from_plain({"id": "7"}))
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.publish(work, "order.new", "7", from_plain({"paid": 5})).continued == (instance,)
    assert open_tasks(platform, instance) == []
    with platform.database.write(SYSTEM) as work:
        platform.signals.broadcast(work, "season", {})
    platform.jobs.run_due()
    assert open_tasks(platform, instance) == ["t"]
