"""Event sub-processes: an event starts them in the scope they lie in, instead of its contents or beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.kernel import Code, commands, events
from engine.model.process import EventDefinition, ProcessDefinition
from tests.support.kernel_run import NOW, Run
from tests.support.process_builder import ProcessBuilder, each, error, message, timer


def in_process(event: EventDefinition, *, interrupting: bool = True, **fields: object) -> ProcessDefinition:
    """A user task `t`, and the event sub-process `es` with the user task `handle`."""
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("es", event, interrupting=interrupting, **fields).user_task("handle").end("handled")
    return builder.done().build()


def in_sub_process(event: EventDefinition, *, interrupting: bool = True, **fields: object) -> ProcessDefinition:
    """As `in_process`, in the sub-process `sub`, which has the boundary event `b` and is followed by the user task `after`."""
    builder = ProcessBuilder().start().sub_process("sub", **fields).start("s").user_task("t").end("e")
    builder.event_sub_process("es", event, interrupting=interrupting).user_task("handle").end("handled").done()
    builder.done().user_task("after").end()
    return builder.boundary("b", "sub", message("give up", "=1")).end("gave up").build()


def test_an_interrupting_message_ends_the_contents_of_the_process() -> None:
    run = Run(in_process(message("stop", "=1"))).start()
    assert run.open == ["es_start", "t"]
    run.receive("es_start", reason="no budget")
    assert run.open == ["handle"]
    assert run.variables == {"reason": "no budget"}
    assert len(run.emitted(events.UserTaskCancelled)) == 1
    run.complete("handle")
    assert run.ended
    assert run.trace == ["start", "es_start", "handle", "handled", "es", "p"]


def test_a_scope_that_completes_no_longer_waits_for_its_event_sub_processes() -> None:
    run = Run(in_process(message("stop", "=1"))).start().complete("t")
    assert run.ended
    assert len(run.emitted(events.MessageSubscriptionClosed)) == 1


def test_a_message_that_does_not_interrupt_can_come_again_and_the_scope_waits_for_what_it_started() -> None:
    run = Run(in_process(message("note", "=1"), interrupting=False)).start()
    run.receive("es_start", n=1).receive("es_start", n=2)
    assert run.open == ["es_start", "t", "handle", "handle"]
    run.complete("t").complete("handle")
    assert not run.ended
    run.receive("es_start", n=3).complete("handle").complete("handle")
    assert run.ended


def test_a_cycle_that_does_not_interrupt_repeats() -> None:
    run = Run(in_process(timer("cycle", "R2/PT1H"), interrupting=False)).start()
    run.tick("es_start", hours=1)
    assert run.wait(events.TimerScheduled, "es_start").due == NOW + timedelta(hours=2)
    run.tick("es_start", hours=1)
    assert run.open == ["t", "handle", "handle"]


def test_a_timer_that_does_not_interrupt_fires_once() -> None:
    run = Run(in_process(timer("duration", "PT1H"), interrupting=False)).start().tick("es_start", hours=1)
    assert run.open == ["t", "handle"]


def test_an_interrupting_timer_ends_the_contents_of_the_sub_process_only() -> None:
    run = Run(in_sub_process(timer("duration", "PT1H"))).start()
    assert run.open == ["b", "es_start", "t"]
    run.tick("es_start", hours=1)
    assert run.open == ["b", "handle"]
    run.complete("handle")
    assert run.open == ["after"]


def test_the_boundary_events_of_the_scope_stay_while_an_event_sub_process_runs() -> None:
    run = Run(in_sub_process(timer("duration", "PT1H"))).start().tick("es_start", hours=1).receive("b")
    assert run.ended
    assert run.trace[-3:] == ["b", "gave up", "p"]


def test_once_interrupted_a_scope_starts_no_other_event_sub_process() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    for name, event in (("one", message("a", "=1")), ("two", message("b", "=1")), ("three", timer("duration", "PT1H"))):
        builder.event_sub_process(name, event).user_task(f"handle {name}").end(f"end {name}").done()
    run = Run(builder.build()).start()
    assert run.open == ["one_start", "two_start", "three_start", "t"]
    run.receive("two_start")
    assert run.open == ["handle two"]


def test_an_interrupting_event_ends_those_that_run_beside_as_well() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("note", message("note", "=1"), interrupting=False).user_task("read").end("r").done()
    builder.event_sub_process("stop", message("stop", "=1")).user_task("clean").end("c").done()
    run = Run(builder.build()).start().receive("note_start").receive("stop_start")
    assert run.open == ["clean"]


def test_the_variables_of_the_scope_are_visible_inside() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"local": "=a + 1"}).start("s").user_task("t").end("e")
    builder.event_sub_process("es", message("m", "=local")).script("sum", "local", "=local + brought").end("done").done()
    run = Run(builder.done().user_task("look").end().build()).start(a=1)
    assert run.wait(events.MessageSubscriptionOpened, "es_start").correlation_key == "2"
    run.receive("es_start", brought=5)
    assert run.open == ["look"]
    assert run.variables == {"a": 1, "brought": 5}


def test_outputs_of_its_start_event_choose_what_a_message_brings() -> None:
    run = Run(in_process(message("stop", "=1"), outputs={"why": "=reason"})).start().receive("es_start", reason="x", secret=1)
    assert run.variables == {"why": "x"}


def test_outputs_that_fail_wait_at_the_start_event() -> None:
    outputs = {"n": "=count(for i in 1..10000, j in 1..10000 return i)"}
    run = Run(in_process(message("stop", "=1"), outputs=outputs)).start().receive("es_start")
    assert (run.incident.element, run.incident.code) == ("es_start", Code.OUTPUT_MAPPING_FAILED)


def test_an_error_in_the_scope_starts_it() -> None:
    builder = ProcessBuilder().start().service("work").end()
    builder.event_sub_process("es", error("E")).user_task("handle").end("handled").done()
    run = Run(builder.build()).start()
    run.throw("work", "E", why="broken")
    assert run.open == ["handle"]
    assert run.variables == {"why": "broken"}


def test_the_nearest_catcher_gets_an_error_and_its_code_comes_before_all_codes() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").service("work").end("e")
    builder.event_sub_process("any", error()).user_task("handle any").end("e1").done()
    builder.event_sub_process("it", error("E")).user_task("handle it").end("e2").done().done().end()
    builder.boundary("b", "sub", error("E")).user_task("too far").end("e3")
    run = Run(builder.build()).start()
    run.throw("work", "E")
    assert run.open == ["handle it"]
    other = Run(builder.build()).start()
    other.throw("work", "X")
    assert other.open == ["handle any"]


def test_an_error_in_an_interrupting_event_sub_process_goes_to_the_scope_around() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").service("work").end("e")
    builder.event_sub_process("es", error()).end("again", error("E")).done().done().end()
    run = Run(builder.boundary("b", "sub", error("E")).user_task("outside").end("e3").build()).start()
    run.throw("work", "E")
    assert run.open == ["outside"]


def test_an_error_in_one_that_does_not_interrupt_stays_in_the_scope() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("note", message("m", "=1"), interrupting=False).end("fail", error("E")).done()
    builder.event_sub_process("es", error("E")).user_task("handle").end("e").done()
    run = Run(builder.build()).start().receive("note_start")
    assert run.open == ["handle"]


def test_an_error_of_a_called_process_reaches_the_one_in_its_caller() -> None:
    called = ProcessBuilder("q").start("qs").end("fail", error("E")).build()
    builder = ProcessBuilder().start().call("c", "q").end()
    builder.event_sub_process("es", error("E")).user_task("handle").end("e").done()
    assert Run(builder.build(), called).start().open == ["handle"]


def test_a_called_process_has_event_sub_processes_of_its_own() -> None:
    called = ProcessBuilder("q").start("qs").user_task("t").end("qe")
    called.event_sub_process("es", message("stop", "=1")).script("x", "r", "=7").end("e").done()
    run = Run(ProcessBuilder().start().call("c", "q").end().build(), called.build()).start().receive("es_start")
    assert run.ended
    assert run.variables == {"r": 7}


def test_they_can_lie_in_each_other() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("outer", message("a", "=1")).user_task("o").end("oe")
    builder.event_sub_process("inner", message("b", "=1")).user_task("i").end("ie").done().done()
    run = Run(builder.build()).start()
    assert run.open == ["outer_start", "t"]
    run.receive("outer_start")
    assert run.open == ["inner_start", "o"]
    run.receive("inner_start")
    assert run.open == ["i"]
    run.complete("i")
    assert run.ended


def test_each_turn_of_a_multi_instance_has_its_own() -> None:
    run = Run(in_sub_process(message("stop", "=1"), loop=each(times="2"))).start()
    assert run.open == ["b", "es_start", "es_start", "t", "t"]
    run.receive("es_start")
    assert run.open == ["b", "es_start", "t", "handle"]
    run.complete("handle").complete("t")
    assert run.open == ["after"]


def test_an_event_inside_them_ends_only_them() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("es", message("m", "=1"), interrupting=False).parallel("g").user_task("a").end("e1")
    run = Run(builder.move_to("g").terminate().done().build()).start().receive("es_start")
    assert run.open == ["es_start", "t"]


def test_a_scope_whose_outputs_failed_waits_for_what_an_event_started_in_it_meanwhile() -> None:
    builder = ProcessBuilder().start().sub_process("sub", outputs={"n": "=count(for i in 1..k, j in 1..k return i)"})
    builder.start("s").user_task("t").end("e")
    builder.event_sub_process("es", message("m", "=1"), interrupting=False).user_task("handle").end("h").done().done().end()
    run = Run(builder.build()).start(k=10_000).complete("t")
    assert run.incident.element == "sub"
    run.receive("es_start").resolve("sub", k=2)
    assert run.open == ["es_start", "handle"]
    run.complete("handle")
    assert run.ended
    assert run.variables["n"] == 4


def test_what_cannot_be_waited_for_stops_a_sub_process_before_it_begins() -> None:
    run = Run(in_sub_process(message("m", "=order"))).start()
    assert (run.incident.element, run.incident.code) == ("sub", Code.MESSAGE_INVALID)
    run.resolve("sub", order="o-1")
    assert run.open == ["b", "es_start", "t"]


def test_what_cannot_be_waited_for_stops_a_process_before_its_start_event() -> None:
    run = Run(in_process(message("m", "=order"))).start()
    assert (run.incident.element, run.incident.code) == ("start", Code.EVENT_SUB_PROCESS_FAILED)
    run.resolve("start")
    assert run.incident.element == "start"
    run.resolve("start", order="o-1")
    assert run.open == ["es_start", "t"]


def test_what_cannot_be_waited_for_stops_what_comes_first_in_an_event_sub_process() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("outer", message("a", "=1")).user_task("o").end("oe")
    builder.event_sub_process("inner", message("b", "=key")).user_task("i").end("ie").done().done()
    run = Run(builder.build()).start().receive("outer_start")
    assert (run.incident.element, run.incident.code) == ("o", Code.EVENT_SUB_PROCESS_FAILED)
    run.resolve("o", key="k")
    assert run.open == ["inner_start", "o"]


def test_an_output_of_a_message_start_event_can_be_the_correlation_key() -> None:
    builder = ProcessBuilder().start("s", message("new"), outputs={"order": "=id"}).user_task("t").end()
    builder.event_sub_process("es", message("m", "=order")).end("e").done()
    run = Run(builder.build()).start("s", id="o-1")
    assert run.wait(events.MessageSubscriptionOpened, "es_start").correlation_key == "o-1"


def test_a_scope_that_waits_for_its_event_sub_processes_alone_is_done() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").end("e")
    builder.event_sub_process("es", message("m", "=1")).end("x").done()
    assert Run(builder.done().end().build()).start().ended


@pytest.mark.parametrize("interrupting", [True, False])
def test_cancelling_ends_everything(interrupting: bool) -> None:
    run = Run(in_process(message("m", "=1"), interrupting=interrupting), reload=True).start().receive("es_start")
    run.execute(commands.CancelInstance())
    assert not run.state.elements


def test_a_thousand_contents_are_ended_at_once() -> None:
    builder = ProcessBuilder().start().user_task("t", loop=each(times="1000")).end()
    builder.event_sub_process("es", message("m", "=1")).end("x").done()
    run = Run(builder.build()).start()
    run.receive("es_start")
    assert run.ended
    assert len(run.emitted(events.UserTaskCancelled)) == 1000
