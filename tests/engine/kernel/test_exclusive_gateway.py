"""Exclusive gateway: one way out for every token."""

from __future__ import annotations

import pytest

from engine.kernel import Code
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder


def gateway(default: bool = True) -> Run:
    """Flows for x > 10 and x > 5, and perhaps a default."""
    builder = ProcessBuilder().start().exclusive("g").when("=x > 10").end("big").move_to("g").when("=x > 5").end("middle")
    return Run((builder.move_to("g").otherwise().end("small") if default else builder).build())


@pytest.mark.parametrize(("x", "end"), [(20, "big"), (7, "middle"), (1, "small")])
def test_takes_the_first_flow_whose_condition_holds_else_the_default(x: int, end: str) -> None:
    assert gateway().start(x=x).trace == ["start", "g", end, "p"]


def test_stops_with_an_incident_when_nothing_holds_and_there_is_no_default() -> None:
    run = gateway(default=False).start(x=1)
    assert run.incident.code == Code.NO_FLOW_CHOSEN
    assert run.incident.element == "g"
    run.resolve("g", x=20)
    assert run.trace == ["start", "g", "big", "p"]


def test_a_condition_that_is_null_is_a_mistake_and_not_a_no() -> None:
    run = gateway().start()
    assert run.incident.code == Code.CONDITION_FAILED
    assert "must be true or false, but `=x > 10` gave null" in run.incident.message
    run.resolve("g", x=7)
    assert run.ended


def test_conditions_after_the_one_that_holds_are_not_asked() -> None:
    process = ProcessBuilder().start().exclusive("g").when("=true").end("a").move_to("g").when("=1").end("b").build()
    assert Run(process).start().trace == ["start", "g", "a", "p"]


def test_merges_without_waiting() -> None:
    builder = ProcessBuilder().start().parallel("split").task("a").exclusive("merge").user_task("t").end()
    run = Run(builder.move_to("split").task("b").connect("merge").build()).start()
    assert run.open == ["t", "t"]
    run.complete("t")
    assert not run.ended
    run.complete("t")
    assert run.ended
    assert run.trace.count("merge") == 2


def test_without_a_way_out_it_ends_the_token() -> None:
    assert Run(ProcessBuilder().start().exclusive("g").build()).start().ended
