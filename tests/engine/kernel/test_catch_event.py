"""Message and timer catch events, receive tasks and the event-based gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.kernel import Code, Rejected, commands, events
from engine.model.process import EventDefinition
from tests.support.kernel_run import NOW, Run
from tests.support.process_builder import ProcessBuilder, message, timer


def catching(event: EventDefinition, **fields: object) -> Run:
    """A process that waits at `c`."""
    return Run(ProcessBuilder().start().catch("c", event, **fields).end().build())


@pytest.mark.parametrize("kind", ["intermediateCatchEvent", "receiveTask"])
def test_waits_for_its_message_and_takes_over_the_variables(kind: str) -> None:
    process = ProcessBuilder().start().add(kind, "c", event=message("paid", "=order")).end().build()
    run = Run(process).start(order="o-1")
    subscription = run.wait(events.MessageSubscriptionOpened, "c")
    assert (subscription.message, subscription.correlation_key, subscription.repeatable) == ("paid", "o-1", False)
    run.receive("c", amount=5)
    assert run.ended
    assert run.variables == {"order": "o-1", "amount": 5}
    assert not run.emitted(events.MessageSubscriptionClosed)


def test_the_message_name_may_be_an_expression() -> None:
    run = catching(message('="paid." + kind', "=1")).start(kind="cash")
    assert run.wait(events.MessageSubscriptionOpened, "c").message == "paid.cash"


@pytest.mark.parametrize(("key", "text"), [("=1.50", "1.5"), ("=100", "100"), ("=0.0", "0"), ('="007"', "007"), ("o-1", "o-1")])
def test_a_correlation_key_is_a_text_or_the_shortest_text_of_a_number(key: str, text: str) -> None:
    assert catching(message("m", key)).start().waits(events.MessageSubscriptionOpened)[0].correlation_key == text


@pytest.mark.parametrize("key", ["=null", '=""', "=[1]", "=true", None])
def test_a_correlation_key_that_could_meet_the_wrong_message_is_an_incident(key: str | None) -> None:
    run = catching(message("m", key)).start()
    assert run.incident.code == Code.MESSAGE_INVALID


def test_outputs_choose_what_a_message_brings() -> None:
    run = catching(message("m", "=1"), outputs={"paid": "=amount > 3"}).start()
    run.receive("c", amount=5)
    assert run.variables == {"paid": True}


def test_a_subscription_that_is_closed_takes_no_message() -> None:
    run = catching(message("m", "=1")).start()
    subscription = run.wait(events.MessageSubscriptionOpened, "c").subscription
    run.receive("c")
    run = catching(message("m", "=1")).start()
    refused = run.attempt(commands.CorrelateMessage(subscription=subscription + 7))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.SUBSCRIPTION_NOT_FOUND


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (timer("duration", "PT90M"), NOW + timedelta(minutes=90)),
        (timer("duration", '=duration("P1D")'), NOW + timedelta(days=1)),
        (timer("duration", "P1M"), datetime(2026, 4, 2, 9, tzinfo=UTC)),
        (timer("date", "2026-06-01T12:00:00+02:00"), datetime(2026, 6, 1, 10, tzinfo=UTC)),
        (timer("date", '=now() + duration("PT1S")'), NOW + timedelta(seconds=1)),
        (timer("date", "2020-01-01T00:00:00Z"), datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_waits_until_its_time(event: EventDefinition, due: datetime) -> None:
    run = catching(event).start()
    assert run.wait(events.TimerScheduled, "c").due == due
    run.tick("c")
    assert run.ended


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (timer("duration", "1 hour"), "must be a duration such as PT1H or P2D; `1 hour` gave a text (1 hour)."),
        (timer("duration", "=wait"), "must be a duration such as PT1H or P2D; `=wait` gave null."),
        (timer("date", "tomorrow"), "must be a date and time such as 2026-01-31T09:00:00Z"),
        (timer("duration", "P99999999M"), "is further away than the year 9999"),
    ],
)
def test_a_timer_that_cannot_be_is_an_incident(event: EventDefinition, words: str) -> None:
    run = catching(event).start()
    assert run.incident.code == Code.TIMER_INVALID
    assert words in run.incident.message


def test_a_mended_timer_runs() -> None:
    run = catching(timer("duration", "=wait")).start()
    run.resolve("c", wait="PT1H")
    assert run.wait(events.TimerScheduled, "c").due == NOW + timedelta(hours=1)


def test_a_timer_that_fired_is_gone() -> None:
    run = catching(timer("duration", "PT1H")).start()
    refused = run.attempt(commands.TriggerTimer(timer=99))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.TIMER_NOT_FOUND


def test_a_receive_task_without_message_is_an_incident() -> None:
    run = Run(ProcessBuilder().start().add("receiveTask", "c").end().build()).start()
    assert run.incident.code == Code.MESSAGE_INVALID
