"""Other systems are told what happened: signed, at least once, and nobody is bothered for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict, Invalid, NotFound
from runtime.platform import Platform
from runtime.sdk import Handler, Job, JobFailure
from runtime.webhooks.addresses import read_network
from runtime.webhooks.keys import FILE, Keys
from runtime.webhooks.outgoing import KEPT_FOR, OVERLAP
from runtime.webhooks.sending import GIVEN_UP_AFTER, MOST_ATTEMPTS
from tests.support.diagrams import diagram, line, service_task, user_task
from tests.support.receiver import Got, Receiver, receiving

WORK = diagram("work", line(user_task("look")))
STUCK = diagram("stuck", line(service_task("call", "demo.broken", retries=1)))


def breaks(job: Job) -> None:
    raise JobFailure("it is broken")


@pytest.fixture
def platform(open_platform: Callable[..., Platform]) -> Platform:
    opened = open_platform(webhook_http=True, webhook_networks=(read_network("127.0.0.0/8"),))
    opened.handlers.add(Handler(type="demo.broken", kind="local", function=breaks), "test")
    with opened.database.write(SYSTEM) as work:
        opened.processes.deploy(work, {"a.bpmn": WORK, "b.bpmn": STUCK})
    return opened


@pytest.fixture
def peer() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def register(platform: Platform, url: str, *events: str) -> tuple[str, str]:
    with platform.database.write(SYSTEM) as work:
        row, secret = platform.webhooks.add(work, url, events or ("instance.*",))
    return row["id"], secret


def start(platform: Platform, process: str = "work") -> str:
    with platform.database.write(SYSTEM) as work:
        return platform.processes.start(work, process, {"name": "Demo Person"})


def deliveries(platform: Platform, **options: Any) -> list[Any]:
    with platform.database.read() as work:
        return list(platform.webhooks.deliveries(work, **options).rows)


def endpoint(platform: Platform, endpoint_id: str) -> Any:
    with platform.database.read() as work:
        return platform.webhooks.endpoint(work, endpoint_id)


def said(got: Got, secret: str) -> dict[str, Any]:
    """The content of a message whose signature fits."""
    Webhook(secret).verify(got.body, got.headers)
    return json.loads(got.body)


def pass_time(platform: Platform, peer: Receiver, span: timedelta, step: timedelta = timedelta(hours=1)) -> None:
    """Run what is due as the hours go by."""
    for _ in range(span // step):
        platform.jobs.run_due()
        platform.database.clock.advance(step)


def test_an_endpoint_is_told_what_it_asked_for_signed_and_without_the_data_of_the_process(
    platform: Platform, peer: Receiver
) -> None:
    _, secret = register(platform, peer.url, "instance.*", "task.created", "incident.raised")
    instance, stuck = start(platform), start(platform, "stuck")
    with platform.database.write(SYSTEM) as work:
        platform.processes.complete_task(work, f"{instance}.{work_task(platform)}", {})
    platform.jobs.run_due()
    told = [said(got, secret) for got in peer.got]
    kinds = {(one["type"], one["data"]["instance_id"]) for one in told}
    assert kinds >= {
        ("instance.started", instance),
        ("task.created", instance),
        ("instance.completed", instance),
        ("instance.started", stuck),
        ("incident.raised", stuck),
    }
    assert b"Demo Person" not in b"".join(got.body for got in peer.got)
    assert {row["status"] for row in deliveries(platform)} == {"delivered"}
    assert platform.jobs.next_due() is None


def work_task(platform: Platform) -> str:
    with platform.database.read() as work:
        (row,) = platform.processes.tasks(work, view="all").rows
    return str(row.id).rpartition(".")[2]


def test_nobody_is_told_what_he_did_not_ask_for(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url, "incident.raised")
    start(platform)
    assert deliveries(platform) == []


def test_what_is_undone_is_not_told(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url)

    def begin() -> None:
        with platform.database.write(SYSTEM) as work:
            platform.processes.start(work, "work", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin()
    assert deliveries(platform) == []


def test_a_failure_is_tried_again_later_with_the_same_id(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url, "instance.started")
    for status in (500, 404, 302):
        peer.answer(status)
    start(platform)
    platform.jobs.run_due()
    assert (len(peer.got), platform.jobs.run_due()) == (1, 0)
    pass_time(platform, peer, timedelta(hours=4))
    assert len({got.headers["webhook-id"] for got in peer.got}) == 1
    (row,) = deliveries(platform)
    assert (row["status"], row["attempts"], row["last_status"]) == ("delivered", 4, 200)


def test_a_server_that_asks_for_time_gets_it(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url, "instance.started")
    peer.answer(429, {"Retry-After": "7200"})
    start(platform)
    platform.jobs.run_due()
    platform.database.clock.advance(timedelta(seconds=7100))
    assert platform.jobs.run_due() == 0
    platform.database.clock.advance(timedelta(seconds=200))
    platform.jobs.run_due()
    assert len(peer.got) == 2


def test_what_never_arrives_is_dead_until_somebody_replays_it(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url, "instance.started")
    for _ in range(MOST_ATTEMPTS):
        peer.answer(503)
    start(platform)
    pass_time(platform, peer, timedelta(hours=110), timedelta(hours=10))
    (row,) = deliveries(platform, status="dead")
    assert (row["attempts"], row["last_error"], platform.jobs.next_due()) == (MOST_ATTEMPTS, "503", None)
    with platform.database.write(SYSTEM) as work:
        platform.webhooks.replay(work, row["id"])
    with pytest.raises(Conflict), platform.database.write(SYSTEM) as work:
        platform.webhooks.replay(work, row["id"])
    platform.jobs.run_due()
    assert len({got.headers["webhook-id"] for got in peer.got}) == 1
    assert [one["status"] for one in deliveries(platform)] == ["delivered"]


def test_an_endpoint_that_is_gone_is_disabled_at_once_and_can_be_enabled(platform: Platform, peer: Receiver) -> None:
    made, _ = register(platform, peer.url, "instance.started")
    peer.answer(410)
    start(platform)
    platform.jobs.run_due()
    assert endpoint(platform, made)["status"] == "disabled"
    assert "410" in endpoint(platform, made)["disabled_because"]
    (row,) = deliveries(platform, status="dead")
    start(platform)
    assert len(deliveries(platform)) == 1
    with pytest.raises(Conflict), platform.database.write(SYSTEM) as work:
        platform.webhooks.replay(work, row["id"])
    with platform.database.write(SYSTEM) as work:
        platform.webhooks.enable(work, made)
        platform.webhooks.replay(work, row["id"])
    platform.jobs.run_due()
    assert deliveries(platform)[0]["status"] == "delivered"


def test_an_endpoint_that_nothing_reaches_for_days_is_disabled_with_the_reason(platform: Platform, peer: Receiver) -> None:
    made, _ = register(platform, peer.url, "instance.started")
    for _ in range(100):
        peer.answer(500, body=b"broken")
    for _ in range(6):
        start(platform)
        platform.jobs.run_due()
        platform.database.clock.advance(GIVEN_UP_AFTER / 5)
    platform.jobs.run_due()
    found = endpoint(platform, made)
    assert found["status"] == "disabled"
    assert "500 broken" in found["disabled_because"]


def test_one_success_ends_the_count_of_failures(platform: Platform, peer: Receiver) -> None:
    made, _ = register(platform, peer.url, "instance.started")
    peer.answer(500)
    start(platform)
    platform.jobs.run_due()
    assert endpoint(platform, made)["failing_since"] is not None
    platform.database.clock.advance(timedelta(hours=1))
    platform.jobs.run_due()
    assert endpoint(platform, made)["failing_since"] is None


def test_after_a_rotation_both_secrets_fit_for_a_day_and_then_the_new_one_only(platform: Platform, peer: Receiver) -> None:
    made, old = register(platform, peer.url, "instance.started")
    with platform.database.write(SYSTEM) as work:
        new = platform.webhooks.rotate(work, made)
    assert old != new
    start(platform)
    platform.jobs.run_due()
    assert said(peer.got[0], old) == said(peer.got[0], new)
    assert len(peer.got[0].headers["webhook-signature"].split()) == 2
    platform.database.clock.advance(OVERLAP + timedelta(minutes=1))
    start(platform)
    platform.jobs.run_due()
    assert len(peer.got[1].headers["webhook-signature"].split()) == 1


def test_no_secret_is_stored(platform: Platform, peer: Receiver, tmp_path: Any) -> None:
    made, secret = register(platform, peer.url)
    assert secret not in str(dict(endpoint(platform, made)))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert Keys(tmp_path).secret(made, 1) == secret
    assert Keys(tmp_path, "x" * 32).secret(made, 1) != secret


def test_a_host_with_another_key_does_not_sign_what_nobody_could_verify(platform: Platform, peer: Receiver) -> None:
    register(platform, peer.url, "instance.started")
    start(platform)
    platform.webhooks.keys = Keys(platform.config.data_dir, "another key of thirty-two letters")
    platform.jobs.run_due()
    assert peer.got == []
    assert "another webhook key" in deliveries(platform)[0]["last_error"]


def test_an_address_that_may_not_be_used_or_an_event_that_there_is_not_is_refused(platform: Platform) -> None:
    for url, events in (("https://10.0.0.1/", ["*"]), ("https://example.com/", ["nothing"]), ("https://example.com/", [])):
        with pytest.raises(Invalid), platform.database.write(SYSTEM) as work:
            platform.webhooks.add(work, url, events)
    with pytest.raises(NotFound), platform.database.write(SYSTEM) as work:
        platform.webhooks.rotate(work, "x")


def test_what_ended_long_ago_is_forgotten_and_a_removed_endpoint_leaves_nothing(platform: Platform, peer: Receiver) -> None:
    made, _ = register(platform, peer.url, "instance.started")
    start(platform)
    platform.jobs.run_due()
    platform.database.clock.advance(KEPT_FOR + timedelta(hours=1))
    start(platform)
    with platform.database.write(SYSTEM) as work:
        assert platform.webhooks.forget(work) == 1
        platform.webhooks.remove(work, made)
    assert deliveries(platform) == []
    assert platform.jobs.next_due() is None
