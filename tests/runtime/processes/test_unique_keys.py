"""A business key that stands once: among the running instances of a process, or among all there ever were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from runtime.access.actor import SYSTEM
from runtime.errors import Invalid
from runtime.platform import Platform
from runtime.processes.unique_keys import AlreadyThere
from tests.support.diagrams import diagram, line, named_message, user_task
from tests.support.diagrams import message as by_message

PLAIN = diagram("plain", line(user_task("t")))


def asking(scope: str, process_id: str = "once", start: str = "", outside: str = "") -> bytes:
    setting = f'<zeebe:property name="ringi:uniqueBusinessKey" value="{scope}" />'
    head = f"<bpmn:extensionElements><zeebe:properties>{setting}</zeebe:properties></bpmn:extensionElements>"
    return diagram(process_id, head, line(user_task("t"), start=start), outside=outside)


def deploy(platform: Platform, content: bytes) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"a.bpmn": content})


def start(platform: Platform, process: str = "plain", key: str | None = "K", **options: Any) -> str:
    with platform.database.write(SYSTEM) as work:
        return platform.processes.start(work, process, {}, business_key=key, **options)


def cancel(platform: Platform, instance: str) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, instance, "test")


def test_without_being_asked_for_it_a_key_may_stand_often(platform: Platform) -> None:
    deploy(platform, PLAIN)
    assert start(platform) != start(platform)


@pytest.mark.parametrize("by_process", [True, False])
def test_a_running_instance_has_its_key_alone_until_it_ends(platform: Platform, by_process: bool) -> None:
    deploy(platform, asking("running", "plain") if by_process else PLAIN)
    options = {} if by_process else {"unique": "running"}
    first = start(platform, **options)
    with pytest.raises(AlreadyThere) as refusal:
        start(platform, **options)
    assert (refusal.value.code, refusal.value.instance_id) == ("PROC-1015", first)
    assert start(platform, key="other", **options) != first
    cancel(platform, first)
    assert start(platform, **options) != first


@pytest.mark.parametrize("by_process", [True, False])
def test_a_key_that_may_stand_once_ever_is_taken_after_the_end_too(platform: Platform, by_process: bool) -> None:
    deploy(platform, asking("ever", "plain") if by_process else PLAIN)
    options = {} if by_process else {"unique": "ever"}
    first = start(platform, **options)
    cancel(platform, first)
    with pytest.raises(AlreadyThere) as refusal:
        start(platform, **options)
    assert refusal.value.instance_id == first


def test_an_instance_that_did_not_ask_counts_when_another_asks(platform: Platform) -> None:
    deploy(platform, PLAIN)
    first = start(platform)
    with pytest.raises(AlreadyThere, match=first):
        start(platform, unique="running")


def test_the_same_key_of_another_process_is_another(platform: Platform) -> None:
    deploy(platform, PLAIN)
    deploy(platform, diagram("second", line(user_task("t"))))
    assert start(platform, unique="ever") != start(platform, "second", unique="ever")


def test_a_process_that_asks_lets_instances_without_a_key_start(platform: Platform) -> None:
    deploy(platform, asking("ever"))
    assert start(platform, "once", None) != start(platform, "once", None)


def test_asking_for_uniqueness_without_a_key_is_refused(platform: Platform) -> None:
    deploy(platform, PLAIN)
    for options in ({"key": None, "unique": "running"}, {"unique": "sometimes"}):
        with pytest.raises(Invalid, match="business key"):
            start(platform, **options)


def test_a_word_that_is_no_scope_is_refused_at_deployment(platform: Platform) -> None:
    with pytest.raises(Invalid) as refusal:
        deploy(platform, asking("always"))
    assert "running, ever" in refusal.value.problems[0].message


def test_a_message_that_would_start_a_second_one_is_told_which_is_there(platform: Platform) -> None:
    message = {"start": by_message("S"), "outside": named_message("S", "asked")}
    deploy(platform, asking("running", **message))
    with platform.database.write(SYSTEM) as work:
        (first,) = platform.messages.publish(work, "asked", "K", {}).started
    with platform.database.write(SYSTEM) as work:
        answer = platform.messages.publish(work, "asked", "K", {})
    assert (answer.started, answer.present, answer.stored) == ((), (first,), False)


@pytest.mark.parametrize("scope", ["running", "ever"])
def test_of_eight_starts_at_once_one_makes_the_instance(open_platform: Callable[..., Platform], scope: str) -> None:
    platforms = [open_platform() for _ in range(4)]
    deploy(platforms[0], PLAIN)
    barrier, made, found = threading.Barrier(8), [], []

    def begin(platform: Platform) -> None:
        barrier.wait(20)
        try:
            made.append(start(platform, unique=scope))
        except AlreadyThere as there:
            found.append(there.instance_id)

    threads = [threading.Thread(target=begin, args=(platform,)) for platform in platforms * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert found == made * 7
