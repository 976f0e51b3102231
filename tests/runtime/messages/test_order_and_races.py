"""Messages where other engines lost, doubled or disordered them. Each test names the failure that it keeps out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM
from runtime.messages.service import ANSWERED_FOR, MessageAnswer
from runtime.messages.tables import message, message_subscription
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, named_message, throw, user_task, wait_for
from tests.support.diagrams import message as by_message

OpenPlatform = Callable[..., Platform]

PAID = named_message("M", "order.paid", "=order")
WAITER = diagram("waiter", line(wait_for("paid", by_message("M"))), outside=PAID)
TWICE = diagram("twice", line(wait_for("first", by_message("M")), wait_for("second", by_message("M"))), outside=PAID)
THROWER = diagram("thrower", line(*(throw(f"t{n}", by_message("M")) for n in range(3))), outside=PAID)


def deploy(platform: Platform, *files: bytes) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {f"{number}.bpmn": content for number, content in enumerate(files)})


def start(platform: Platform, process: str = "waiter", order: str = "A") -> str:
    with platform.database.write(SYSTEM) as work:
        return platform.processes.start(work, process, {"order": order})


def publish(platform: Platform, number: int, *, later: bool = False, **options: Any) -> MessageAnswer | None:
    with platform.database.write(SYSTEM, "test") as work:
        if later:
            platform.messages.publish_later(work, "order.paid", "A", {"n": number}, **options)
            return None
        return platform.messages.publish(work, "order.paid", "A", {"n": number}, **options)


def got(platform: Platform, instance: str) -> Any:
    with platform.database.read() as work:
        found = platform.processes.instance(work, instance)
    return found.variables.get("n") if found.instance.status == "completed" else None


def left(platform: Platform) -> list[str]:
    with platform.database.read() as work:
        return list(work.connection.execute(select(message.c.status).order_by(message.c.published_at, message.c.id)).scalars())


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """What each answers, all begun at the same moment."""
    barrier, answers = threading.Barrier(len(functions)), []

    def run(function: Callable[[], Any]) -> None:
        barrier.wait(20)
        answers.append(function())

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_second_message_at_the_same_moment_is_not_lost(open_platform: OpenPlatform) -> None:
    """Two messages for one receiver that waits twice: both reach it."""
    platforms = [open_platform(), open_platform()]
    deploy(platforms[0], TWICE)
    for _ in range(5):
        instance = start(platforms[0], "twice")
        at_once(*(lambda p=p, n=n: publish(p, n) for n, p in enumerate(platforms)))
        platforms[0].jobs.run_due()
        assert got(platforms[0], instance) in (0, 1)
    assert left(platforms[0]) == []


def test_an_instance_completes_after_messages_that_came_together(open_platform: OpenPlatform) -> None:
    """More messages than it waits for neither hold it up nor reach it once more."""
    platforms = [open_platform() for _ in range(3)]
    deploy(platforms[0], TWICE)
    instance = start(platforms[0], "twice")
    at_once(*(lambda p=p, n=n: publish(p, n) for n, p in enumerate(platforms)))
    platforms[0].jobs.run_due()
    assert got(platforms[0], instance) is not None
    assert left(platforms[0]) == ["waiting"]


def test_messages_thrown_in_one_step_arrive_in_that_order_though_their_jobs_overtake_each_other(platform: Platform) -> None:
    deploy(platform, WAITER)
    for number in range(3):
        publish(platform, number, later=True)
    instances = [start(platform) for _ in range(3)]
    for head in reversed(platform.jobs.due("inside", 10)):
        platform.jobs.run(head)
    platform.jobs.run_due()
    assert [got(platform, instance) for instance in instances] == [0, 1, 2]
    assert left(platform) == []


def test_a_message_does_not_overtake_one_that_is_on_its_way(platform: Platform) -> None:
    deploy(platform, WAITER)
    first, second = start(platform), start(platform)
    publish(platform, 1, later=True)
    answer = publish(platform, 2, delivery_id="d2")
    assert answer is not None
    assert (answer.stored, answer.continued) == (True, ())
    platform.jobs.run_due()
    assert [got(platform, first), got(platform, second)] == [1, 2]
    again = publish(platform, 2, delivery_id="d2")
    assert again is not None
    assert (again.id, again.stored, again.repeated) == (answer.id, True, True)


def test_a_receiver_that_comes_while_an_earlier_message_is_on_its_way_gets_the_earlier_one(platform: Platform) -> None:
    deploy(platform, WAITER)
    publish(platform, 1, later=True)
    publish(platform, 2)
    first, second = start(platform), start(platform)
    platform.jobs.run_due()
    assert [got(platform, first), got(platform, second)] == [1, 2]
    assert left(platform) == []


def test_what_waits_behind_an_announcement_reaches_the_next_receiver(platform: Platform) -> None:
    """The announcement goes to who waits longest; the one behind it must not be forgotten in the buffer."""
    deploy(platform, WAITER)
    first = start(platform)
    publish(platform, 1, later=True, ttl=timedelta(0))
    publish(platform, 2)
    second = start(platform)
    platform.jobs.run_due()
    assert [got(platform, first), got(platform, second)] == [1, 2]


def test_messages_without_a_key_do_not_wait_for_each_other(platform: Platform) -> None:
    begins = diagram("begins", line(user_task("t"), start=by_message("S")), outside=named_message("S", "asked"))
    deploy(platform, begins)
    with platform.database.write(SYSTEM) as work:
        platform.messages.publish_later(work, "asked", "", {})
        assert platform.messages.publish(work, "asked", "", {}).started
    assert platform.jobs.run_due() == 1
    with platform.database.read() as work:
        assert len(platform.processes.instances(work).rows) == 2


def test_order_follows_the_databases_clock_and_not_that_of_the_host_which_made_the_id(platform: Platform) -> None:
    deploy(platform, WAITER)
    publish(platform, 1)
    platform.database.clock.advance(timedelta(seconds=1))
    publish(platform, 2)
    with platform.database.write(SYSTEM) as work:
        older = work.connection.execute(select(message.c.id).order_by(message.c.published_at)).scalars().first()
        work.connection.execute(message.update().where(message.c.id == older).values(id="ffffffff"))
    assert [got(platform, start(platform)) for _ in range(2)] == [1, 2]


def test_a_message_that_reached_a_suspended_instance_is_not_delivered_again_when_it_is_resumed(platform: Platform) -> None:
    deploy(platform, TWICE)
    instance = start(platform, "twice")
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.suspend(work, instance, "test")
    answer = publish(platform, 1, delivery_id="d")
    again = publish(platform, 1, delivery_id="d")
    assert answer is not None
    assert again is not None
    assert (answer.continued, again.continued, again.repeated) == ((instance,), (instance,), True)
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.resume(work, instance)
    platform.jobs.run_due()
    assert got(platform, instance) is None  # it waits for its second
    publish(platform, 2)
    assert got(platform, instance) == 2


def test_a_delivery_repeated_ten_times_eight_at_once_is_applied_once(open_platform: OpenPlatform) -> None:
    platforms = [open_platform() for _ in range(4)]
    deploy(platforms[0], WAITER)
    waiting = [start(platforms[0]) for _ in range(2)]
    answers = at_once(*(lambda p=p: publish(p, 1, delivery_id="d") for p in platforms * 2))
    answers += [publish(platforms[0], 1, delivery_id="d") for _ in range(10)]
    assert {answer.continued for answer in answers} == {(waiting[0],)}
    assert sum(not answer.repeated for answer in answers) == 1
    assert got(platforms[0], waiting[1]) is None


@pytest.mark.parametrize(("waits_for", "said"), [("order", "order-1"), ("order-1", "order"), ("a%", "ab"), ("A", "a")])
def test_a_key_matches_whole_and_exactly(platform: Platform, waits_for: str, said: str) -> None:
    deploy(platform, WAITER)
    waiting = start(platform, order=waits_for)
    with platform.database.write(SYSTEM) as work:
        assert platform.messages.publish(work, "order.paid", said, {}).stored
    assert got(platform, waiting) is None


def test_a_message_for_an_instance_that_ended_meanwhile_is_not_tried_for_ever(platform: Platform) -> None:
    deploy(platform, WAITER)
    waiting = start(platform)
    publish(platform, 1, later=True)
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, waiting, "test")
    assert platform.jobs.run_due() == 1
    assert platform.jobs.next_due() is None
    assert left(platform) == ["waiting"]


def test_messages_are_cleaned_away_in_bounded_batches(platform: Platform) -> None:
    for number in range(5):
        publish(platform, number, ttl=timedelta(minutes=1), delivery_id=f"d{number}" if number < 3 else None)
    platform.database.clock.advance(timedelta(minutes=2))
    with platform.database.write(SYSTEM) as work:
        assert [platform.messages.expire(work, 2) for _ in range(4)] == [2, 2, 1, 0]
        assert platform.messages.forget(work) == 0
    platform.database.clock.advance(ANSWERED_FOR)
    with platform.database.write(SYSTEM) as work:
        assert [platform.messages.forget(work, 2) for _ in range(3)] == [2, 1, 0]
    assert left(platform) == []


def test_no_subscription_is_left_without_its_message(platform: Platform) -> None:
    """Whatever comes in which order: at the end nobody waits while a message for him lies in the buffer."""
    deploy(platform, WAITER, THROWER)
    for _ in range(2):
        start(platform, "thrower")
        start(platform)
    platform.jobs.run_due()
    for _ in range(4):
        start(platform)
    platform.jobs.run_due()
    with platform.database.read() as work:
        assert work.connection.execute(select(message_subscription.c.id)).all() == []
    assert left(platform) == []
