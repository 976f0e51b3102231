"""Messages start, continue, wait, and are answered the same way twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict, Invalid
from runtime.messages.service import MessageAnswer
from runtime.messages.tables import message, message_subscription
from runtime.platform import Platform
from runtime.sdk import Handler, Job
from tests.support.diagrams import diagram, line, named_message, service_task, throw, user_task, wait_for
from tests.support.diagrams import message as by_message

OpenPlatform = Callable[..., Platform]

PAID = named_message("M", "order.paid", "=order")
STARTER = diagram(
    "starter", line(user_task("look", groups="seller"), start=by_message("S")), outside=named_message("S", "order.placed")
)
WAITER = diagram("waiter", line(wait_for("paid", by_message("M"))), outside=PAID)


def _deploy(platform: Platform, *files: bytes) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {f"{number}.bpmn": content for number, content in enumerate(files)})


def _wait(platform: Platform, order: str = "A", process: str = "waiter") -> str:
    with platform.database.write(SYSTEM) as work:
        return platform.processes.start(work, process, {"order": order})


def _publish(platform: Platform, name: str, key: str = "A", **options: Any) -> MessageAnswer:
    variables = options.pop("variables", {"amount": 5})
    with platform.database.write(SYSTEM, "test") as work:
        return platform.messages.publish(work, name, key, variables, **options)


def _status(platform: Platform, instance: str) -> str:
    with platform.database.read() as work:
        return platform.processes.instance(work, instance).instance.status


def _count(platform: Platform, table: Any) -> int:
    with platform.database.read() as work:
        return work.connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_message_starts_an_instance_of_the_latest_version(platform: Platform) -> None:
    _deploy(platform, STARTER)
    _deploy(platform, STARTER.replace(b'id="look"', b'id="look_again"').replace(b'"look"', b'"look_again"'))
    answer = _publish(platform, "order.placed", "K-1")
    assert len(answer.started) == 1
    assert answer.continued == ()
    assert not answer.stored
    with platform.database.read() as work:
        detail = platform.processes.instance(work, answer.started[0])
    assert (detail.instance.version, detail.instance.business_key) == (2, "K-1")
    assert detail.variables == {"amount": 5}


def test_a_message_continues_the_instance_with_its_key_and_no_other(platform: Platform) -> None:
    _deploy(platform, WAITER)
    waiting, other = _wait(platform, "A"), _wait(platform, "AA")
    answer = _publish(platform, "order.paid", "A")
    assert answer.continued == (waiting,)
    assert _status(platform, waiting) == "completed"
    assert _status(platform, other) == "active"
    assert _count(platform, message) == 0


def test_exactly_one_of_several_waiting_instances_gets_it_the_longest_waiting_first(platform: Platform) -> None:
    _deploy(platform, WAITER)
    waiting = [_wait(platform) for _ in range(3)]
    assert [_publish(platform, "order.paid").continued for _ in range(3)] == [(instance,) for instance in waiting]
    assert _publish(platform, "order.paid").stored


def test_each_process_gets_a_message_once(platform: Platform) -> None:
    second = diagram("second", line(wait_for("paid", by_message("M"))), outside=PAID)
    third = diagram("third", line(user_task("t"), start=by_message("M")), outside=named_message("M", "order.paid"))
    _deploy(platform, WAITER, second, third)
    first = _wait(platform)
    _wait(platform)
    other = _wait(platform, process="second")
    answer = _publish(platform, "order.paid")
    assert set(answer.continued) == {first, other}
    assert len(answer.started) == 1


def test_a_message_without_a_receiver_is_kept_and_delivered_when_one_comes(platform: Platform) -> None:
    _deploy(platform, WAITER)
    answer = _publish(platform, "order.paid", variables={"amount": 9})
    assert answer.stored
    assert (answer.started, answer.continued) == ((), ())
    instance = _wait(platform)
    assert _status(platform, instance) == "completed"
    with platform.database.read() as work:
        assert platform.processes.instance(work, instance).variables["amount"] == 9
    assert _status(platform, _wait(platform)) == "active"  # it was for one receiver only


def test_kept_messages_are_delivered_in_the_order_they_came(platform: Platform) -> None:
    _deploy(platform, WAITER)
    for amount in (1, 2, 3):
        _publish(platform, "order.paid", variables={"amount": amount})
    instances = [_wait(platform) for _ in range(3)]
    with platform.database.read() as work:
        assert [platform.processes.instance(work, i).variables["amount"] for i in instances] == [1, 2, 3]


def test_a_message_is_kept_no_longer_than_its_time_to_live(platform: Platform) -> None:
    _deploy(platform, WAITER)
    _publish(platform, "order.paid", ttl=timedelta(minutes=1))
    platform.database.clock.advance(timedelta(minutes=2))
    assert _status(platform, _wait(platform)) == "active"
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.expire(work) == 1
    assert _count(platform, message) == 0


def test_a_message_with_no_time_to_live_is_not_kept(platform: Platform) -> None:
    _deploy(platform, WAITER)
    assert not _publish(platform, "order.paid", ttl=timedelta(0)).stored
    assert _status(platform, _wait(platform)) == "active"


def test_a_kept_message_starts_a_process_that_is_deployed_later(platform: Platform) -> None:
    assert _publish(platform, "order.placed").stored
    _deploy(platform, STARTER)
    assert platform.jobs.run_due() == 1
    with platform.database.read() as work:
        (row,) = platform.processes.instances(work).rows
    assert row.process_id == "starter"
    assert _count(platform, message) == 0


@pytest.mark.parametrize("first", ["order.placed", "order.paid"])
def test_a_delivery_id_used_again_gets_the_first_answer_and_does_nothing(platform: Platform, first: str) -> None:
    _deploy(platform, STARTER)
    answer = _publish(platform, first, delivery_id="import:leads:1")
    again = _publish(platform, first, delivery_id="import:leads:1")
    assert again.repeated
    assert (again.id, again.started, again.continued, again.stored) == (
        answer.id, answer.started, answer.continued, answer.stored
    )  # fmt: skip
    with platform.database.read() as work:
        assert len(platform.processes.instances(work).rows) == len(answer.started)


def test_a_delivery_id_is_remembered_after_the_message_is_gone(platform: Platform) -> None:
    _deploy(platform, WAITER)
    answer = _publish(platform, "order.paid", delivery_id="d", ttl=timedelta(minutes=1))
    platform.database.clock.advance(timedelta(days=1))
    with platform.database.write(SYSTEM) as work:
        platform.messages.expire(work)
    again = _publish(platform, "order.paid", delivery_id="d", ttl=timedelta(minutes=1))
    assert (again.id, again.repeated, again.stored) == (answer.id, True, True)
    assert _status(platform, _wait(platform)) == "active"


def test_a_delivery_id_with_another_message_is_refused(platform: Platform) -> None:
    _deploy(platform, STARTER)
    _publish(platform, "order.placed", delivery_id="d")
    for name, variables in (("order.paid", {"amount": 5}), ("order.placed", {"amount": 6})):
        with pytest.raises(Conflict, match="used for another message"):
            _publish(platform, name, delivery_id="d", variables=variables)


def test_the_same_delivery_at_the_same_time_is_done_once(open_platform: OpenPlatform) -> None:
    platforms = [open_platform() for _ in range(4)]
    _deploy(platforms[0], STARTER)
    answers: list[MessageAnswer] = []

    def deliver(platform: Platform) -> None:
        answers.append(_publish(platform, "order.placed", delivery_id="d"))

    threads = [threading.Thread(target=deliver, args=(platform,)) for platform in platforms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.started for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False, True, True, True]


@pytest.mark.parametrize(
    ("name", "key", "options"),
    [
        ("", "A", {}),
        ("x" * 301, "A", {}),
        ("a\0b", "A", {}),
        ("a", "k" * 301, {}),
        ("a", "A", {"delivery_id": ""}),
        ("a", "A", {"ttl": timedelta(seconds=-1)}),
        ("a", "A", {"ttl": timedelta(days=367)}),
        ("a", "A", {"variables": {"x": object()}}),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(platform: Platform, name: str, key: str, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        _publish(platform, name, key, **options)
    assert _count(platform, message) == 0


def test_a_message_thrown_in_a_process_is_delivered_right_after_it(platform: Platform) -> None:
    def tell(job: Job) -> None:
        job.publish("order.paid", job.variables["order"], {"amount": 3})

    platform.handlers.add(Handler(type="demo.tell", kind="local", function=tell), "test")
    _deploy(platform, WAITER, diagram("teller", line(service_task("tell", "demo.tell"))))
    waiting = _wait(platform)
    _wait(platform, process="teller")
    assert _status(platform, waiting) == "active"
    platform.jobs.run_due()
    assert _status(platform, waiting) == "completed"


def test_a_throw_event_of_a_diagram_tells_whoever_waits(platform: Platform) -> None:
    thrower = diagram("thrower", line(throw("tell", by_message("M"))), outside=PAID)
    _deploy(platform, WAITER, thrower)
    waiting = _wait(platform)
    _wait(platform, process="thrower")
    platform.jobs.run_due()
    assert _status(platform, waiting) == "completed"


def test_keys_too_long_for_an_index_still_find_each_other(platform: Platform) -> None:
    """They are made by expressions, so nobody was there to refuse them."""
    _deploy(platform, WAITER, diagram("thrower", line(throw("tell", by_message("M"))), outside=PAID))
    keys = ["鍵" * 5_000 + end for end in ("a", "b")]
    waiting = [_wait(platform, key) for key in keys]
    _wait(platform, keys[1], process="thrower")
    platform.jobs.run_due()
    assert [_status(platform, instance) for instance in waiting] == ["active", "completed"]
    _wait(platform, "z" * 9_000, process="thrower")
    platform.jobs.run_due()
    assert _status(platform, _wait(platform, "z" * 9_000)) == "completed"


def test_a_later_message_that_finds_nobody_waits_for_its_receiver(platform: Platform) -> None:
    _deploy(platform, WAITER)
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish_later(work, "order.paid", "A", {"amount": 1})
    platform.jobs.run_due()
    assert _status(platform, _wait(platform)) == "completed"
    assert _count(platform, message) == 0


def test_an_announcement_that_nobody_could_take_is_not_even_stored(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish_later(work, "order.paid", "A", {}, ttl=timedelta(0))
    assert _count(platform, message) == 0
    _deploy(platform, WAITER)
    waiting = _wait(platform)
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish_later(work, "order.paid", "A", {}, ttl=timedelta(0))
        platform.messages.publish_later(work, "order.paid", "B", {}, ttl=timedelta(0))
    platform.jobs.run_due()
    assert _status(platform, waiting) == "completed"
    assert _count(platform, message) == 0


def test_a_cancelled_instance_waits_for_nothing(platform: Platform) -> None:
    _deploy(platform, WAITER)
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, platform.processes.start(work, "waiter", {"order": "A"}), "test")
    assert _count(platform, message_subscription) == 0
    assert _publish(platform, "order.paid").stored


def test_messages_and_receivers_that_come_at_the_same_moment_never_miss_each_other(open_platform: OpenPlatform) -> None:
    platforms = [open_platform(), open_platform()]
    _deploy(platforms[0], WAITER)
    orders = [f"O{number}" for number in range(20)]
    barrier = threading.Barrier(2)

    def publish_all() -> None:
        for order in orders:
            barrier.wait(20)
            _publish(platforms[0], "order.paid", order)

    def wait_all() -> None:
        for order in orders:
            barrier.wait(20)
            _wait(platforms[1], order)

    threads = [threading.Thread(target=publish_all), threading.Thread(target=wait_all)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with platforms[0].database.read() as work:
        rows = platforms[0].processes.instances(work).rows
    assert [row.status for row in rows] == ["completed"] * 20
    assert _count(platforms[0], message) == 0
