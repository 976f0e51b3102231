"""Work that fails: an error event that catches it takes over, else it is an incident."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, error

BROKEN = "=count(for i in 1..10000, j in 1..10000 return i)"


@pytest.mark.parametrize("code", [None, str(Code.NO_RETRIES_LEFT)])
def test_a_job_without_retries_left_reaches_an_error_event(code: str | None) -> None:
    builder = ProcessBuilder().start().service("work").end()
    run = Run(builder.boundary("b", "work", error(code)).user_task("handle").end("e").build()).start()
    run.fail("work", 1)
    assert run.open == ["work"]
    run.fail("work", 0, "no route")
    assert run.open == ["handle"]
    (thrown,) = run.emitted(events.ErrorThrown)
    assert (thrown.code, thrown.message) == (Code.NO_RETRIES_LEFT, "no route")
    assert len(run.emitted(events.JobCancelled)) == 1


def test_an_error_event_for_another_code_leaves_the_incident() -> None:
    builder = ProcessBuilder().start().service("work").end()
    run = Run(builder.boundary("b", "work", error("E")).end("e").build()).start()
    run.fail("work", 0)
    assert run.incident.code == Code.NO_RETRIES_LEFT
    run.resolve("work").work("work")
    assert run.ended


def test_a_script_that_fails_reaches_the_error_event_around_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").script("x", "r", BROKEN).end("e").done().end()
    run = Run(builder.boundary("b", "sub", error()).user_task("handle").end("e2").build()).start()
    assert run.open == ["handle"]


def test_it_starts_an_event_sub_process() -> None:
    builder = ProcessBuilder().start().script("x", "r", BROKEN).end()
    builder.event_sub_process("es", error(str(Code.SCRIPT_FAILED))).user_task("handle").end("e").done()
    assert Run(builder.build()).start().open == ["handle"]


def test_a_failure_of_what_catches_it_goes_further_out() -> None:
    builder = ProcessBuilder().start().script("x", "r", BROKEN).end()
    builder.event_sub_process("es", error()).script("y", "r", BROKEN).end("e").done()
    assert Run(builder.build()).start().incident.element == "y"


@pytest.mark.parametrize("mapping", ["inputs", "outputs"])
def test_a_mapping_that_fails_is_a_failure_of_the_activity(mapping: str) -> None:
    builder = ProcessBuilder().start().task("t", **{mapping: {"a": BROKEN}}).end()
    assert Run(builder.boundary("b", "t", error()).user_task("handle").end("e").build()).start().open == ["handle"]


def test_a_gateway_without_a_way_out_is_caught_around_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").exclusive("g").when("=a").end("e1").move_to("g")
    builder.when("=not(a)").end("e2").done().end()
    builder.boundary("b", "sub", error(str(Code.CONDITION_FAILED))).user_task("handle").end("e3")
    assert Run(builder.build()).start(a="no truth").open == ["handle"]


def test_one_turn_that_fails_ends_the_multi_instance() -> None:
    builder = ProcessBuilder().start().service("work", loop=each(times="3")).end()
    run = Run(builder.boundary("b", "work", error()).user_task("handle").end("e").build()).start()
    run.fail("work", 0)
    assert run.open == ["handle"]


def test_what_is_wrong_with_the_surroundings_stays_an_incident() -> None:
    builder = ProcessBuilder().start().call("c", "nobody").end()
    run = Run(builder.boundary("b", "c", error()).end("e").build()).start()
    assert run.incident.code == Code.CALLED_PROCESS_NOT_FOUND


def test_it_leaves_a_called_process() -> None:
    called = ProcessBuilder("q").start("qs").script("x", "r", BROKEN).end("qe").build()
    builder = ProcessBuilder().start().call("c", "q").end()
    assert Run(builder.boundary("b", "c", error()).user_task("handle").end("e").build(), called).start().open == ["handle"]
