"""Conditional events: a condition becomes true, because a variable was written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.feel import from_plain
from engine.kernel import Code, commands, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, conditional, timer


def waiting(condition: str = "=a > 5") -> ProcessDefinition:
    """A conditional catch event `c`, then the user task `t`."""
    return ProcessBuilder().start().catch("c", conditional(condition)).user_task("t").end().build()


def test_a_filter_names_the_variables_whose_writing_has_it_asked() -> None:
    event = replace(conditional("=money > 10"), variables=("asked",))
    builder = ProcessBuilder().start().catch("c", event).user_task("after").end()
    run = Run(builder.build()).start(money=1).write(money=20)
    assert run.open == ["c"]
    assert run.write(asked=True).open == ["after"]


def test_what_is_true_when_it_is_reached_goes_on_at_once() -> None:
    assert Run(waiting()).start(a=7).open == ["t"]


def test_it_waits_until_the_condition_becomes_true() -> None:
    run = Run(waiting(), reload=True).start(a=1)
    assert run.open == ["c"]
    assert run.write(a=3).open == ["c"]
    assert run.write(a=6).open == ["t"]
    assert not run.state.conditions


def test_a_variable_that_is_not_there_yet_is_no_mistake() -> None:
    run = Run(waiting()).start()
    assert run.open == ["c"]
    assert run.write(a=6).open == ["t"]


def test_a_write_to_another_variable_does_not_ask_it() -> None:
    run = Run(waiting()).start(a=1)
    assert [type(e) for e in run.execute(commands.SetVariables(variables={"b": True}))] == [events.VariablesWritten]


def test_the_work_of_another_branch_can_make_it_true() -> None:
    builder = ProcessBuilder().start().parallel("g").catch("c", conditional("=a > 5")).user_task("t").end("e1")
    run = Run(builder.move_to("g").user_task("w").end("e2").build()).start(a=1)
    run.complete("w", a=9)
    assert run.open == ["t"]


def on_task(*, interrupting: bool) -> ProcessDefinition:
    """A user task with a conditional boundary event."""
    builder = ProcessBuilder().start().user_task("t").end()
    return builder.boundary("b", "t", conditional("=a > 5"), interrupting=interrupting).user_task("h").end("e2").build()


@pytest.mark.parametrize("interrupting", [True, False])
def test_at_the_border_it_interrupts_or_not(interrupting: bool) -> None:
    run = Run(on_task(interrupting=interrupting)).start(a=1).write(a=6)
    assert run.open == (["h"] if interrupting else ["t", "b", "h"])


def test_without_interrupting_it_fires_each_time_that_it_becomes_true() -> None:
    run = Run(on_task(interrupting=False), reload=True).start(a=6)
    assert run.open.count("h") == 1
    assert run.write(a=7).open.count("h") == 1, "it was true already"
    assert run.write(a=1).open.count("h") == 1
    assert run.write(a=8).open.count("h") == 2
    run.complete("t")
    assert run.emitted(events.ConditionClosed)


@pytest.mark.parametrize("interrupting", [True, False])
def test_it_starts_event_sub_processes(interrupting: bool) -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.event_sub_process("es", conditional("=a > 5"), interrupting=interrupting).user_task("h").end("e").done()
    run = Run(builder.build()).start(a=1).write(a=6)
    assert "h" in run.open
    assert ("t" in run.open) is not interrupting


def test_local_variables_count_where_they_are_seen() -> None:
    builder = ProcessBuilder().start().sub_process("sub", inputs={"a": "=1"}).start("s").catch("c", conditional("=a > 5"))
    run = Run(builder.user_task("t").end("e").done().end().build()).start(a=1)
    assert run.write(a=9).open == ["c"], "the sub-process has a variable of its own"
    (sub,) = run.instances("sub")
    run.execute(commands.SetVariables(variables=from_plain({"a": 9}), element_instance=sub.key, local=True))
    assert run.open == ["t"]


def test_a_called_process_sees_its_own_variables_only() -> None:
    run = Run(ProcessBuilder().start().call("c1", "q").end().build(), called()).start(a=1)
    assert run.write(a=9).open == ["c"]


def called() -> ProcessDefinition:
    """A process that waits for a condition."""
    return ProcessBuilder("q").start("qs").catch("c", conditional("=a > 5")).end("qe").build()


def test_behind_an_event_based_gateway_it_decides() -> None:
    builder = ProcessBuilder().start().event_based("g").catch("c", conditional("=a > 5")).user_task("t").end()
    builder.move_to("g").catch("late", timer("duration", "PT1H")).end("e2")
    assert Run(builder.build()).start(a=6).open == ["t"]
    assert Run(builder.build()).start(a=1).write(a=6).open == ["t"]


def test_what_sets_itself_going_does_so_once_in_a_command() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.boundary("b", "t", conditional("=odd(n)"), interrupting=False).script("s", "n", "=n + 1").script(
        "s2", "n", "=n + 1"
    )
    run = Run(builder.end("e").build()).start(n=0)
    run.write(n=1)
    assert run.trace.count("b") == 1
    assert run.variables == {"n": 3}


def test_two_that_set_each_other_going_come_to_rest() -> None:
    builder = ProcessBuilder().start().user_task("t").end()
    builder.boundary("b1", "t", conditional("=n = 1"), interrupting=False).script("s1", "n", "=2").end("e1")
    builder.boundary("b2", "t", conditional("=n = 2"), interrupting=False).script("s2", "n", "=1").end("e2")
    run = Run(builder.build()).start(n=1)
    assert run.trace.count("b1") == run.trace.count("b2") == 1
    assert sorted(run.open) == ["b1", "b2", "t"]


def test_neither_true_nor_false_is_an_incident_until_it_is() -> None:
    run = Run(waiting("=a")).start(a="yes")
    assert (run.incident.element, run.incident.code) == ("c", Code.CONDITIONAL_EVENT_FAILED)
    run.resolve("c")
    assert run.incident.element == "c"
    run.resolve("c", a=True)
    assert run.open == ["t"]


def test_a_used_up_step_budget_forgets_no_condition() -> None:
    builder = ProcessBuilder().start().parallel("g").catch("c", conditional("=a > 5")).user_task("t").end("e1")
    run = Run(builder.move_to("g").script("s", "a", "=9").script("s2", "b", "=1").end("e2").build(), budget=1).start(a=1)
    while isinstance(run.last[-1], events.StepBudgetUsedUp):
        run.execute(commands.ContinueInstance())
    assert run.open == ["t"]


def test_nothing_happens_while_the_instance_is_suspended() -> None:
    run = Run(waiting()).start(a=1)
    run.execute(commands.SuspendInstance(reason="look"))
    assert run.write(a=9).open == ["c"]
    run.execute(commands.ResumeInstance())
    assert run.open == ["t"]


def test_a_condition_that_no_longer_matters_is_not_watched() -> None:
    run = Run(on_task(interrupting=True)).start(a=1).complete("t")
    assert run.ended
    assert not run.state.conditions
