"""Sequence flows that leave and reach activities: implicit splits and merges, conditional and default flows, missing ends."""

from __future__ import annotations

import pytest

from engine.kernel import Code
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder


def conditional(default: bool) -> Run:
    """A task with flows for x > 1 and x > 2, and perhaps a default."""
    builder = ProcessBuilder().start().task("t").when("=x > 1").end("one").move_to("t").when("=x > 2").end("two")
    return Run((builder.move_to("t").otherwise().end("none") if default else builder).build())


@pytest.mark.parametrize(("x", "ends"), [(3, ["one", "two"]), (2, ["one"]), (1, ["none"])])
def test_every_flow_whose_condition_holds_is_taken_else_the_default(x: int, ends: list[str]) -> None:
    assert conditional(default=True).start(x=x).trace == ["start", "t", *ends, "p"]


def test_when_no_condition_holds_and_there_is_no_default_it_is_an_incident() -> None:
    run = conditional(default=False).start(x=0)
    assert run.incident.code == Code.NO_FLOW_CHOSEN
    run.resolve("t", x=2)
    assert run.trace == ["start", "t", "one", "p"]


def test_several_flows_without_condition_are_all_taken() -> None:
    run = Run(ProcessBuilder().start().task("t").user_task("a").move_to("t").user_task("b").build()).start()
    assert run.open == ["a", "b"]


def test_a_flow_without_condition_is_taken_beside_those_whose_condition_holds() -> None:
    builder = ProcessBuilder().start().task("t").when("=false").end("no").move_to("t").when("=true").end("yes")
    assert Run(builder.move_to("t").end("always").build()).start().trace == ["start", "t", "yes", "always", "p"]


def test_each_token_that_reaches_an_activity_runs_it() -> None:
    builder = ProcessBuilder().start().task("t").user_task("a").user_task("c").move_to("t").user_task("b").connect("c")
    run = Run(builder.build()).start()
    run.complete("a").complete("b")
    assert run.open == ["c", "c"]


def test_a_process_without_end_event_ends_when_no_token_is_left() -> None:
    run = Run(ProcessBuilder().start().user_task("t").build()).start()
    run.complete("t")
    assert run.ended


def test_without_a_start_event_everything_that_no_flow_leads_to_begins() -> None:
    run = Run(ProcessBuilder().apart().user_task("a").user_task("b").apart().user_task("c").build()).start()
    assert run.open == ["a", "c"]


def test_an_empty_process_is_complete() -> None:
    assert Run(ProcessBuilder().build()).start(x=1).variables == {"x": 1}


def test_a_failing_condition_leaves_the_result_of_the_task_written_once() -> None:
    builder = ProcessBuilder().start().user_task("t", outputs={"n": "=n + 1"}).when("=ok").end("yes")
    run = Run(builder.build()).start(n=0)
    run.complete("t")
    assert run.incident.code == Code.CONDITION_FAILED
    run.resolve("t", ok=True)
    assert run.variables == {"n": 1, "ok": True}
