"""Events that a multi-instance throws when an inner instance completes (BPMN 2.0 §10.3.8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.kernel import Code, events
from engine.model.process import EventDefinition, MultiInstance, ProcessDefinition, SingleDefinition, TurnEvents
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, any_of, each, escalation, expression, message, signal

GO, LATE = signal("go"), escalation("LATE")


def throwing(
    *definitions: SingleDefinition, first: bool = False, when: str | None = None, sequential: bool = False
) -> MultiInstance:
    condition = None if when is None else expression(when)
    thrown = TurnEvents(definitions=definitions, condition=condition, first_only=first)
    return replace(each("=[1, 2, 3]", "n", sequential=sequential), throws=(thrown,))


def caught(loop: MultiInstance, event: EventDefinition, *, interrupting: bool = False) -> ProcessDefinition:
    builder = ProcessBuilder().start().user_task("t", loop=loop).user_task("after").end()
    return builder.boundary("b", "t", event, interrupting=interrupting).user_task("told").end("e2").build()


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("event", [GO, LATE])
def test_each_end_of_a_turn_is_told_and_the_activity_goes_on(event: SingleDefinition, sequential: bool) -> None:
    run = Run(caught(throwing(event, sequential=sequential), event), reload=True).start()
    for turn in (1, 2, 3):
        run.complete("t")
        assert run.open.count("told") == turn
    assert "after" in run.open


@pytest.mark.parametrize("sequential", [False, True])
def test_the_first_end_of_a_turn_is_told_once(sequential: bool) -> None:
    run = Run(caught(throwing(GO, first=True, sequential=sequential), GO), reload=True).start()
    run.complete("t").complete("t").complete("t")
    assert sorted(run.open) == ["after", "told"]


def test_an_event_that_interrupts_ends_all_turns() -> None:
    run = Run(caught(throwing(GO, first=True), GO, interrupting=True), reload=True).start().complete("t")
    assert run.open == ["told"]
    assert run.trace == ["start", "t", "b"]


def test_it_is_thrown_when_its_condition_holds_which_knows_the_counters_and_the_item() -> None:
    loop = throwing(GO, when="=numberOfCompletedInstances >= 2 and n > 1")
    run = Run(caught(loop, GO), reload=True).start()
    run.complete("t")
    assert run.open.count("told") == 0
    run.complete("t").complete("t")
    assert run.open.count("told") == 2


def test_several_conditions_throw_each_their_own_and_one_may_throw_several() -> None:
    first = TurnEvents(definitions=(GO, message("m", "=n")), condition=expression("=n = 1"))
    rest = TurnEvents(definitions=(LATE,), condition=expression("=n > 1"))
    loop = replace(each("=[1, 2, 3]", "n"), throws=(first, rest))
    run = Run(caught(loop, any_of(GO, LATE))).start().complete("t").complete("t").complete("t")
    assert run.open.count("told") == 3
    assert [(one.element, one.correlation_key) for one in run.emitted(events.MessageThrown)] == [("t", "1")]
    assert len(run.emitted(events.EscalationThrown)) == 2


def test_an_escalation_goes_to_whoever_is_around_when_no_boundary_event_catches_it() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("t", loop=throwing(LATE)).end("e").done().end()
    builder.boundary("b", "sub", LATE, interrupting=False).user_task("told").end("e2")
    run = Run(builder.build()).start().complete("t")
    assert run.open.count("told") == 1


def test_it_is_thrown_before_the_completion_condition_ends_the_activity() -> None:
    loop = replace(throwing(GO), completion_condition=expression("=true"))
    run = Run(caught(loop, GO), reload=True).start().complete("t")
    assert run.open == ["told", "after"]


def test_what_cannot_be_thrown_is_an_incident_and_the_work_is_not_done_again() -> None:
    run = Run(caught(throwing(signal("=name")), GO), reload=True).start().complete("t")
    assert run.incident.code == Code.LOOP_EVENT_FAILED
    assert not run.emitted(events.LoopItemCompleted)
    run.resolve("t", name="go")
    assert run.open.count("told") == 1
    assert run.open.count("t") == 2


def test_a_condition_that_is_no_truth_value_is_an_incident() -> None:
    run = Run(caught(throwing(GO, when='="yes"'), GO)).start().complete("t")
    assert run.incident.code == Code.LOOP_CONDITION_FAILED


def test_automatic_turns_tell_too() -> None:
    builder = ProcessBuilder().start().script("t", "x", "=1", loop=throwing(GO)).user_task("after").end()
    run = Run(builder.boundary("b", "t", GO, interrupting=False).user_task("told").end("e2").build()).start()
    assert sorted(run.open) == ["after", "told", "told", "told"]
