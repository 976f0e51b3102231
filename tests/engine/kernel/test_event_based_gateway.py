"""Event-based gateway: the first event decides."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, message, timer


def gateway() -> ProcessDefinition:
    """Waits for the message paid, the message cancelled (a receive task) or an hour."""
    builder = ProcessBuilder().start().event_based("g").catch("paid", message("paid", "=id")).end("e1")
    builder.move_to("g").receive("cancelled", message("cancelled", "=id"), outputs={"why": "=reason"}).end("e2")
    return builder.move_to("g").catch("late", timer("duration", "PT1H")).end("e3").build()


def test_waits_at_the_gateway_for_every_event_behind_it() -> None:
    run = Run(gateway()).start(id="o-1")
    assert run.open == ["paid", "cancelled", "late"]
    assert len(run.instances("g")[0].waits) == 3


@pytest.mark.parametrize(("event", "end"), [("paid", "e1"), ("cancelled", "e2"), ("late", "e3")])
def test_the_first_event_decides_and_the_others_are_no_longer_waited_for(event: str, end: str) -> None:
    run = Run(gateway()).start(id="o-1")
    if event == "late":
        run.tick("late", hours=1)
    else:
        run.receive(event, reason="changed my mind")
    assert run.trace == ["start", "g", event, end, "p"]
    closed = len(run.emitted(events.MessageSubscriptionClosed)) + len(run.emitted(events.TimerCancelled))
    assert closed == 2


def test_the_event_maps_its_message() -> None:
    run = Run(gateway()).start(id="o-1")
    run.receive("cancelled", reason="late", secret=1)
    assert run.variables == {"id": "o-1", "why": "late"}


def test_one_event_that_cannot_be_waited_for_stops_the_gateway_with_nothing_half_open() -> None:
    run = Run(gateway()).start()
    assert run.incident.code == Code.MESSAGE_INVALID
    assert run.open == ["g"]
    run.resolve("g", id="o-1")
    assert run.open == ["paid", "cancelled", "late"]


def test_in_a_loop_each_round_waits_anew() -> None:
    builder = ProcessBuilder().start().event_based("g").catch("again", message("again", "=1")).connect("g")
    run = Run(builder.move_to("g").catch("stop", message("stop", "=1")).end().build()).start()
    for _ in range(5):
        run.receive("again")
        assert run.open == ["again", "stop"]
    run.receive("stop")
    assert run.ended
