"""Boundary events: timers, messages and errors on activities."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.kernel import Code, events
from engine.model.process import EventDefinition, ProcessDefinition
from tests.support.kernel_run import NOW, Run
from tests.support.process_builder import ProcessBuilder, each, error, message, timer


def on_task(event: EventDefinition, *, interrupting: bool = True, **fields: object) -> ProcessDefinition:
    """A user task `t` with the boundary event `b`, which leads to the user task `handle`."""
    builder = ProcessBuilder().start().user_task("t").end()
    return builder.boundary("b", "t", event, interrupting=interrupting, **fields).user_task("handle").end("handled").build()


def on_sub_process(event: EventDefinition, *, interrupting: bool = True) -> ProcessDefinition:
    """A sub-process with two user tasks, one of them deeper still, with the boundary event `b`."""
    builder = ProcessBuilder().start().sub_process("sub").start("s").parallel("fork").user_task("a")
    builder.move_to("fork").sub_process("inner").start("s2").user_task("c").done().done().end()
    return builder.boundary("b", "sub", event, interrupting=interrupting).user_task("handle").end("handled").build()


def test_an_interrupting_timer_cancels_the_activity() -> None:
    run = Run(on_task(timer("duration", "PT1H"))).start()
    assert run.open == ["t", "b"]
    run.tick("b", hours=1)
    assert run.open == ["handle"]
    assert len(run.emitted(events.UserTaskCancelled)) == 1
    run.complete("handle")
    assert run.trace == ["start", "b", "handle", "handled", "p"]


def test_a_completed_activity_cancels_its_boundary_events() -> None:
    run = Run(on_task(timer("duration", "PT1H"))).start()
    run.complete("t")
    assert run.ended
    assert len(run.emitted(events.TimerCancelled)) == 1


def test_a_timer_that_does_not_interrupt_lets_the_activity_go_on() -> None:
    run = Run(on_task(timer("duration", "PT1H"), interrupting=False)).start()
    run.tick("b", hours=1)
    assert run.open == ["t", "handle"]
    run.complete("t").complete("handle")
    assert run.ended


def test_a_cycle_fires_as_often_as_it_says() -> None:
    run = Run(on_task(timer("cycle", "R3/PT1H"), interrupting=False)).start()
    for n in range(1, 4):
        assert run.wait(events.TimerScheduled, "b").due == NOW + timedelta(hours=n)
        run.tick("b", hours=1)
    assert run.open == ["t", "handle", "handle", "handle"]
    assert not run.waits(events.TimerScheduled)


def test_cycles_missed_while_nobody_looked_count_as_one() -> None:
    run = Run(on_task(timer("cycle", "R/PT1H"), interrupting=False)).start()
    run.tick("b", hours=50, minutes=30)
    assert run.open.count("handle") == 1
    assert run.wait(events.TimerScheduled, "b").due == NOW + timedelta(hours=51)


def test_an_interrupting_cycle_fires_once() -> None:
    run = Run(on_task(timer("cycle", "R/PT1H"))).start()
    run.tick("b", hours=1)
    assert run.open == ["handle"]


def test_an_interrupting_message_brings_its_variables_past_the_activity() -> None:
    run = Run(on_task(message("stop", "=1"))).start()
    run.receive("b", reason="no budget")
    assert run.open == ["handle"]
    assert run.variables == {"reason": "no budget"}


def test_a_message_that_does_not_interrupt_can_come_again() -> None:
    run = Run(on_task(message("note", "=1"), interrupting=False)).start()
    assert run.wait(events.MessageSubscriptionOpened, "b").repeatable
    run.receive("b", n=1).receive("b", n=2)
    assert run.open.count("handle") == 2
    run.complete("t")
    assert not run.waits(events.MessageSubscriptionOpened)
    assert len(run.emitted(events.MessageSubscriptionClosed)) == 1


def test_outputs_of_the_boundary_event_choose_what_a_message_brings() -> None:
    run = Run(on_task(message("stop", "=1"), outputs={"why": "=reason"})).start()
    run.receive("b", reason="no budget", secret=1)
    assert run.variables == {"why": "no budget"}


def test_outputs_that_fail_wait_at_the_boundary_event() -> None:
    run = Run(on_task(message("stop", "=1"), outputs={"n": "=count(for i in 1..10000, j in 1..10000 return i)"})).start()
    run.receive("b")
    assert run.incident.element == "b"
    assert run.incident.code == Code.OUTPUT_MAPPING_FAILED


@pytest.mark.parametrize("interrupting", [True, False])
def test_on_a_sub_process_it_reaches_everything_inside(interrupting: bool) -> None:
    run = Run(on_sub_process(message("stop", "=1"), interrupting=interrupting)).start()
    assert sorted(run.open) == ["a", "b", "c"]
    run.receive("b")
    assert sorted(run.open) == (["handle"] if interrupting else ["a", "b", "c", "handle"])
    if interrupting:
        ended = [e.key for e in run.emitted(events.ElementTerminated)]
        assert ended == sorted(ended, reverse=True), "inner ones end before those around them"


def test_several_boundary_events_wait_side_by_side() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.boundary("remind", "t", timer("duration", "PT1H"), interrupting=False).end("reminded")
    builder.boundary("stop", "t", message("stop", "=1")).end("stopped")
    run = Run(builder.build()).start()
    run.tick("remind", hours=1).receive("stop")
    assert run.trace == ["start", "remind", "reminded", "stop", "stopped", "p"]


def test_a_boundary_event_that_cannot_be_waited_for_stops_the_activity_before_it_begins() -> None:
    run = Run(on_task(message("stop", "=key"))).start()
    assert run.open == ["t"]
    assert run.incident.code == Code.MESSAGE_INVALID
    assert not run.emitted(events.UserTaskCreated)
    run.resolve("t", key="k")
    assert run.open == ["t", "b"]


def test_expressions_of_a_boundary_event_see_the_inputs_of_the_activity() -> None:
    builder = ProcessBuilder().start().user_task("t", inputs={"wait": '="PT" + hours + "H"'}).end()
    run = Run(builder.boundary("b", "t", timer("duration", "=wait")).end("late").build()).start(hours="5")
    assert run.wait(events.TimerScheduled, "b").due == NOW + timedelta(hours=5)


# -- errors --------------------------------------------------------------------------------------------------------------


def with_error(*codes: str | None) -> Run:
    """A service task whose errors are caught by code; the boundary events are `on_<code>`."""
    builder = ProcessBuilder().start().service("s").end()
    for code in codes:
        builder.boundary(f"on_{code}", "s", error(code)).user_task(f"mend_{code}")
    return Run(builder.build()).start()


def test_an_error_boundary_event_catches_its_code() -> None:
    run = with_error("E1", "E2")
    run.throw("s", "E2", reason="no credit")
    assert run.open == ["mend_E2"]
    assert run.variables == {"reason": "no credit"}
    assert run.emitted(events.ErrorThrown)[0].code == "E2"
    assert len(run.emitted(events.JobCancelled)) == 1


def test_one_without_code_catches_what_no_other_does() -> None:
    run = with_error(None, "E1")
    run.throw("s", "E1")
    assert run.open == ["mend_E1"]
    run = with_error(None, "E1")
    run.throw("s", "E9")
    assert run.open == ["mend_None"]


def test_an_error_climbs_to_the_nearest_that_catches_it_and_ends_what_lies_between() -> None:
    builder = ProcessBuilder().start().sub_process("outer").start("s1").sub_process("inner").start("s2")
    builder.parallel("fork").service("s").move_to("fork").user_task("t").done().done().end()
    builder.boundary("near", "inner", error("OTHER")).end("x").boundary("far", "outer", error("E")).end("caught")
    run = Run(builder.build()).start()
    run.throw("s", "E")
    assert run.trace == ["start", "s1", "s2", "fork", "far", "caught", "p"]


def test_an_error_leaves_a_called_process() -> None:
    called = ProcessBuilder("q").start().service("s").end().build()
    caller = ProcessBuilder().start().call("c", "q").end().boundary("b", "c", error("E")).end("caught").build()
    run = Run(caller, called).start()
    run.throw("s", "E")
    assert run.trace == ["start", "start", "b", "caught", "p"]


def test_an_error_in_one_turn_ends_the_whole_multi_instance() -> None:
    builder = ProcessBuilder().start().service("s", loop=each("=[1, 2, 3]", "i")).end()
    run = Run(builder.boundary("b", "s", error("E")).end("caught").build()).start()
    run.throw("s", "E")
    assert run.ended
    assert len(run.emitted(events.JobCancelled)) == 3


def test_an_error_code_may_be_an_expression() -> None:
    builder = ProcessBuilder().start().service("s").end().boundary("b", "s", error('="E" + suffix')).end("caught")
    run = Run(builder.build()).start(suffix="1")
    run.throw("s", "E1")
    assert run.trace[-2:] == ["caught", "p"]


def test_a_failed_error_code_is_an_incident_of_the_one_who_throws() -> None:
    builder = ProcessBuilder().start().service("s").end().boundary("b", "s", error("=missing")).end("caught")
    run = Run(builder.build()).start()
    run.throw("s", "E1")
    assert run.incident.code == Code.ERROR_INVALID
    assert run.incident.job is not None
