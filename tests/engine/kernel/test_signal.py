"""Signals: one is thrown, and everything that waits for it goes on."""

from __future__ import annotations

import pytest

from engine.kernel import Code, commands, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, message, signal, timer


def waiting(count: int = 2) -> ProcessDefinition:
    """So many catch events for the signal `go`, in parallel, each followed by a user task."""
    builder = ProcessBuilder().start().parallel("g")
    for n in range(count):
        builder.move_to("g").catch(f"c{n}", signal("go")).user_task(f"t{n}").end(f"e{n}")
    return builder.build()


def test_everything_that_waits_for_it_goes_on_at_once() -> None:
    run = Run(waiting()).start()
    assert run.open == ["c0", "c1"]
    run.signal("go", why="now")
    assert run.open == ["t0", "t1"]
    assert run.variables == {"why": "now"}


def test_another_signal_changes_nothing() -> None:
    run = Run(waiting()).start()
    assert run.execute(commands.BroadcastSignal(signal="stop")) == ()
    assert run.open == ["c0", "c1"]


def test_it_is_not_kept_for_those_who_wait_later() -> None:
    builder = ProcessBuilder().start().throw("x", signal("go")).catch("late", signal("go")).end()
    run = Run(builder.build()).start()
    assert run.open == ["late"]


def test_thrown_inside_it_reaches_the_whole_instance_called_processes_too() -> None:
    called = ProcessBuilder("q").start("qs").catch("inner", signal("go")).end("qe").build()
    builder = (
        ProcessBuilder().start().parallel("g").call("c", "q").end("e1").move_to("g").catch("outer", signal("go")).end("e2")
    )
    builder.move_to("g").user_task("first").throw("x", signal("go"), inputs={"why": "=1 + 1"}).end("e3")
    run = Run(builder.build(), called).start()
    assert sorted(run.open) == ["first", "inner", "outer"]
    run.complete("first")
    assert run.ended
    (thrown,) = run.emitted(events.SignalThrown)
    assert (thrown.signal, dict(thrown.variables)) == ("go", {"why": 2})


def test_an_end_event_throws_too() -> None:
    builder = ProcessBuilder().start().parallel("g").catch("c", signal("go")).user_task("t").end("e")
    run = Run(builder.move_to("g").user_task("a").end("x", signal("go")).build()).start().complete("a")
    assert run.open == ["t"]


def on_task(*, interrupting: bool) -> ProcessDefinition:
    """A user task with a signal boundary event."""
    builder = ProcessBuilder().start().user_task("t").end()
    return builder.boundary("b", "t", signal("go"), interrupting=interrupting).user_task("handle").end("e2").build()


def test_at_the_border_it_interrupts() -> None:
    assert Run(on_task(interrupting=True)).start().signal("go").open == ["handle"]


def test_at_the_border_it_can_come_again_when_it_does_not_interrupt() -> None:
    run = Run(on_task(interrupting=False), reload=True).start().signal("go").signal("go")
    assert run.open == ["t", "b", "handle", "handle"]
    run.complete("t")
    assert run.open == ["handle", "handle"]
    assert not run.state.signals


def test_the_activity_that_throws_can_be_interrupted_by_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").throw("x", signal("go")).user_task("never").end("e")
    run = Run(builder.done().end().boundary("b", "sub", signal("go")).user_task("out").end("e2").build()).start()
    assert run.open == ["out"]
    assert "x" not in run.trace


@pytest.mark.parametrize("interrupting", [True, False])
def test_it_starts_event_sub_processes(interrupting: bool) -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("es", signal("go"), interrupting=interrupting).user_task("handle").end("e").done()
    run = Run(builder.build()).start().signal("go")
    assert "handle" in run.open
    assert ("t" in run.open) is not interrupting


def test_behind_an_event_based_gateway_the_first_event_decides() -> None:
    builder = ProcessBuilder().start().event_based("g").catch("one", signal("go")).user_task("t").end()
    builder.move_to("g").catch("two", timer("duration", "PT1H")).end("late")
    run = Run(builder.build()).start().signal("go")
    assert run.open == ["t"]
    assert not run.waits(events.TimerScheduled)


def test_a_start_event_maps_what_a_signal_brings() -> None:
    builder = ProcessBuilder().start("s", signal("go"), outputs={"order": "=id"}).user_task("t").end()
    run = Run(builder.build()).start("s", id="o-1")
    assert run.variables == {"order": "o-1"}


def test_its_name_can_be_an_expression() -> None:
    run = Run(ProcessBuilder().start().catch("c", signal('="go-" + area')).end().build()).start(area="north")
    assert run.wait(events.SignalSubscriptionOpened, "c").signal == "go-north"
    assert run.signal("go-north").ended


@pytest.mark.parametrize("kind", ["catch", "throw"])
def test_a_name_that_is_no_text_is_an_incident(kind: str) -> None:
    run = Run(getattr(ProcessBuilder().start(), kind)("n", signal("=area")).end().build()).start()
    assert run.incident.code == Code.SIGNAL_INVALID
    run.resolve("n", area="north")
    assert run.ended or run.open == ["n"]


def test_one_that_ends_the_others_is_the_only_one_to_act() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").catch("c", signal("go")).user_task("t").end("e").done()
    builder.end().boundary("b", "sub", signal("go")).user_task("out").end("e2")
    assert Run(builder.build()).start().signal("go").open == ["out"]


def test_a_thousand_that_wait_are_told_in_one_go() -> None:
    builder = ProcessBuilder().start().sub_process("sub", loop=each(times="1000")).start("s").catch("c", signal("go")).end("e")
    run = Run(builder.done().end().build()).start().signal("go")
    assert run.ended


def test_a_suspended_instance_keeps_it() -> None:
    run = Run(waiting(1)).start()
    run.execute(commands.SuspendInstance(reason="look"))
    run.signal("go", n=1).signal("go", n=2)
    assert run.open.count("c0") == 2
    run.execute(commands.ResumeInstance())
    assert run.open == ["t0"]
    assert run.variables == {"n": 1}


def test_a_message_of_the_same_name_is_something_else() -> None:
    builder = ProcessBuilder().start().catch("c", message("go", "=1")).end()
    assert Run(builder.build()).start().signal("go").open == ["c"]
