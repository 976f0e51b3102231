"""Escalations: they tell what lies around, and end nothing by themselves."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, escalation, message


def escalating(*, interrupting: bool, code: str | None = "LATE", end: bool = False, **fields: object) -> ProcessDefinition:
    """A sub-process that escalates LATE and goes on with `inside`, with the boundary event `b` that leads to `told`."""
    builder = ProcessBuilder().start().sub_process("sub", **fields).start("s").parallel("fork").user_task("inside").end("e1")
    builder.move_to("fork")
    builder = (
        builder.end("x", escalation("LATE")) if end else builder.throw("x", escalation("LATE")).user_task("next").end("e2")
    )
    builder.done().end()
    return builder.boundary("b", "sub", escalation(code), interrupting=interrupting).user_task("told").end("e3").build()


def test_caught_without_interrupting_both_go_on() -> None:
    run = Run(escalating(interrupting=False)).start()
    assert sorted(run.open) == ["inside", "next", "told"]
    (thrown,) = run.emitted(events.EscalationThrown)
    assert (thrown.code, thrown.caught_by) == ("LATE", "b")


def test_caught_and_interrupting_the_activity_ends() -> None:
    assert Run(escalating(interrupting=True)).start().open == ["told"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_end_event_escalates_and_ends_its_path(interrupting: bool) -> None:
    run = Run(escalating(interrupting=interrupting, end=True)).start()
    assert sorted(run.open) == (["told"] if interrupting else ["inside", "told"])
    assert ("x" in run.trace) is not interrupting


def test_an_event_without_code_catches_every_escalation() -> None:
    assert "told" in Run(escalating(interrupting=False, code=None)).start().open


def test_an_escalation_that_nobody_catches_is_journalled_and_no_incident() -> None:
    run = Run(escalating(interrupting=True, code="OTHER")).start()
    assert sorted(run.open) == ["inside", "next"]
    assert run.emitted(events.EscalationThrown)[0].caught_by is None


def test_each_turn_of_a_multi_instance_can_escalate() -> None:
    run = Run(escalating(interrupting=False, loop=each(times="2"))).start()
    assert run.open.count("told") == 2


def test_it_leaves_a_called_process() -> None:
    called = ProcessBuilder("q").start("qs").throw("x", escalation("LATE")).user_task("inside").end("qe").build()
    builder = ProcessBuilder().start().call("c", "q").end()
    builder.boundary("b", "c", escalation("LATE"), interrupting=False).user_task("told").end("e2")
    assert sorted(Run(builder.build(), called).start().open) == ["inside", "told"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_it_starts_an_event_sub_process(interrupting: bool) -> None:
    builder = ProcessBuilder().start().throw("x", escalation("LATE")).user_task("next").end()
    builder.event_sub_process("es", escalation("LATE"), interrupting=interrupting).user_task("told").end("e").done()
    run = Run(builder.build()).start()
    assert sorted(run.open) == (["told"] if interrupting else ["next", "told"])


def test_the_nearest_catcher_alone_is_told() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").throw("x", escalation("=code")).end("e")
    builder.event_sub_process("es", escalation(), interrupting=False).end("ee").done().done().end()
    builder.boundary("b", "sub", escalation("LATE"), interrupting=False).end("too far")
    run = Run(builder.build()).start(code="LATE")
    assert "es" in run.trace
    assert "b" not in run.trace


def test_escalating_in_an_event_sub_process_of_the_same_escalation_goes_further_out() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").throw("x", escalation("LATE")).user_task("t").end("e")
    builder.event_sub_process("es", escalation("LATE")).end("again", escalation("LATE")).done().done().end()
    run = Run(builder.boundary("b", "sub", escalation("LATE")).user_task("outside").end("e3").build()).start()
    assert run.open == ["outside"]


def test_one_that_does_not_interrupt_and_escalates_again_stops_at_the_step_budget() -> None:
    builder = ProcessBuilder().start().throw("x", escalation("LATE")).end()
    builder.event_sub_process("es", escalation("LATE"), interrupting=False).throw("again", escalation("LATE")).end("e").done()
    run = Run(builder.build(), budget=100).start()
    assert isinstance(run.last[-1], events.StepBudgetUsedUp)


def test_a_code_that_is_no_text_is_an_incident() -> None:
    builder = ProcessBuilder().start().throw("x", escalation("=code")).end()
    run = Run(builder.build()).start(code=7)
    assert (run.incident.element, run.incident.code) == ("x", Code.ESCALATION_INVALID)
    run.resolve("x", code="LATE")
    assert run.ended


def test_a_message_and_an_escalation_stand_side_by_side() -> None:
    builder = (
        ProcessBuilder().start().sub_process("sub").start("s").throw("x", escalation("LATE")).user_task("t").end("e").done()
    )
    builder.end().boundary("m", "sub", message("stop", "=1")).end("stopped")
    builder.boundary("b", "sub", escalation("LATE"), interrupting=False).user_task("told").end("e3")
    assert sorted(Run(builder.build()).start().open) == ["m", "t", "told"]
