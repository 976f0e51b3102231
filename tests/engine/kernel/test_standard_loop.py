"""Standard loop: an activity repeated while a condition holds, asked before or after each turn (BPMN 2.0 §13.3.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.kernel import Code, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, error, message, repeat, timer


def counting(condition: str | None = None, *, before: bool = False, most: int | None = None) -> ProcessBuilder:
    """A script task that counts its turns in `n`."""
    return ProcessBuilder().start().script("t", "n", "=n + 1", loop=repeat(condition, before=before, most=most)).end()


@pytest.mark.parametrize(("limit", "turns"), [(0, 1), (1, 1), (2, 2), (5, 5)])
def test_asked_after_each_turn_there_is_at_least_one(limit: int, turns: int) -> None:
    assert Run(counting("=n < limit").build()).start(n=0, limit=limit).variables["n"] == turns


@pytest.mark.parametrize("limit", [0, 1, 2, 5])
def test_asked_before_each_turn_there_may_be_none(limit: int) -> None:
    assert Run(counting("=n < limit", before=True).build()).start(n=0, limit=limit).variables["n"] == limit


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("condition", [None, "=true"])
def test_the_maximum_ends_it_though_the_condition_holds(condition: str | None, before: bool) -> None:
    assert Run(counting(condition, before=before, most=3).build()).start(n=0).variables["n"] == 3


@pytest.mark.parametrize("before", [False, True])
def test_the_condition_sees_how_many_turns_there_were(before: bool) -> None:
    assert Run(counting("=loopCounter < 4", before=before).build()).start(n=0).variables["n"] == 4


def test_each_turn_knows_its_number_and_keeps_it_to_itself() -> None:
    builder = ProcessBuilder().start().script("t", "seen", "=append(seen, loopCounter)", loop=repeat("=loopCounter < 3")).end()
    assert Run(builder.build()).start(seen=[]).variables == {"seen": [1, 2, 3]}


@pytest.mark.parametrize("reload", [False, True])
def test_a_person_repeats_a_user_task_until_the_answer_is_right(reload: bool) -> None:
    builder = ProcessBuilder().start().user_task("ask", loop=repeat("=not(right)"), outputs={"right": "=answer = 42"}).end()
    run = Run(builder.build(), reload=reload).start()
    run.complete("ask", answer=7).complete("ask", answer=8)
    assert run.open == ["ask"]
    assert run.complete("ask", answer=42).ended
    assert run.trace == ["start", "ask", "ask", "ask", "ask", "end", "p"]
    assert run.variables == {"right": True}


def test_a_condition_that_fails_is_an_incident_of_the_turn_which_is_not_done_again() -> None:
    run = Run(counting('=if loopCounter = 1 and n < 9 then "x" else false').build(), reload=True).start(n=0)
    assert run.incident.code == Code.LOOP_CONDITION_FAILED
    assert run.resolve("t", n=9).ended
    assert run.variables["n"] == 9


def test_a_condition_that_fails_before_the_first_turn_is_asked_again() -> None:
    run = Run(counting("=limit > n", before=True).build(), reload=True).start(n=0)
    assert run.incident.code == Code.LOOP_CONDITION_FAILED
    assert run.resolve("t", limit=2).ended
    assert run.variables["n"] == 2


def test_an_interrupting_boundary_event_ends_the_loop_and_its_turn() -> None:
    builder = ProcessBuilder().start().user_task("t", loop=repeat("=true")).end()
    builder.boundary("late", "t", timer("duration", "PT1H")).end("stopped")
    run = Run(builder.build(), reload=True).start().complete("t")
    assert sorted(run.open) == ["late", "t"]
    assert len(run.emitted(events.TimerScheduled)) == 1, "the boundary event stands on the loop, not on each turn"
    assert run.tick("late", hours=1).ended
    assert run.trace[-2:] == ["stopped", "p"]


def test_an_error_of_a_turn_leaves_the_loop() -> None:
    builder = ProcessBuilder().start().service("t", loop=repeat("=true")).end()
    run = Run(builder.boundary("e", "t", error("E")).end("failed").build()).start().work("t").throw("t", "E")
    assert run.ended
    assert "failed" in run.trace


def test_a_boundary_event_that_does_not_interrupt_lets_it_go_on() -> None:
    builder = ProcessBuilder().start().user_task("t", loop=repeat("=loopCounter < 2")).end()
    builder.boundary("hint", "t", message("hint", "=1"), interrupting=False).end("hinted")
    run = Run(builder.build(), reload=True).start().receive("hint").complete("t").receive("hint").complete("t")
    assert run.ended
    assert run.trace.count("hinted") == 2


@pytest.mark.parametrize("reload", [False, True])
def test_repeats_a_sub_process_and_a_call(reload: bool) -> None:
    inner = ProcessBuilder("q").start("qs").script("add", "n", "=n + 1").end("qe").build()
    builder = ProcessBuilder().start().sub_process("sub", loop=repeat("=loopCounter < 3")).start("s").user_task("u").end("e")
    builder.done().call("c", "q", loop=repeat("=n < 5")).end()
    run = Run(builder.build(), inner, reload=reload).start(n=0)
    for _ in range(3):
        assert run.open == ["u"]
        run.complete("u")
    assert run.ended
    assert run.variables["n"] == 5


def test_ten_thousand_turns_cost_the_same_each() -> None:
    run = Run(counting("=loopCounter < 10000").build(), budget=2_000)
    run.start(n=0)
    sizes = [len(run.last)]
    while isinstance(run.last[-1], events.StepBudgetUsedUp):
        assert len(run.state.elements) == 3, "only the turn that is on is kept"
        run.execute(commands.ContinueInstance())
        sizes.append(len(run.last))
    assert run.variables["n"] == 10_000
    assert len(set(sizes[1:-1])) == 1
    assert {len(e.items) for e in run.emitted(events.LoopStarted)} == {0}


def test_the_number_of_the_turn_hides_a_variable_of_the_same_name() -> None:
    run = Run(counting("=loopCounter < 2").build()).start(n=0, loopCounter=100)
    assert run.variables == {"n": 2, "loopCounter": 100}
    assert [e.variables for e in run.emitted(events.ElementActivated) if e.loop_index] == [
        {"loopCounter": Decimal(1)},
        {"loopCounter": Decimal(2)},
    ]


def looped_task() -> Run:
    builder = ProcessBuilder().start().user_task("before").sub_process("sub", loop=repeat("=true"))
    run = Run(builder.start("s").user_task("u").end("e").done().end().build()).start()
    run.complete("before")
    return run


def test_a_task_sent_back_from_a_turn_ends_the_loop() -> None:
    run = looped_task()
    run.execute(commands.SendBackUserTask(task=run.wait(events.UserTaskCreated, "u").task, element="before"))
    assert run.open == ["before"]
    run.complete("before")
    assert run.open == ["u"], "the loop begins again"
    assert [e.loop_index for e in run.emitted(events.ElementActivated) if e.loop_index] == [1, 1]


def test_a_token_taken_away_from_a_turn_ends_the_loop_and_what_is_empty_by_that() -> None:
    run = looped_task()
    run.execute(commands.ModifyInstance(terminate=(run.instances("u")[0].key,)))
    assert isinstance(run.last[-1], events.InstanceCancelled)
