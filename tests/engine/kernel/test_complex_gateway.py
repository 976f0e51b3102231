"""Complex gateway: the activation condition, and the reset that follows it (BPMN 2.0 §13.4.5)."""

from __future__ import annotations

import itertools

import pytest

from engine.kernel import Code, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, timer


def joined(activation: str, tasks: str = "abc") -> ProcessBuilder:
    """User tasks at the same time, a complex gateway behind them, and the user task `after`."""
    builder = ProcessBuilder().start().parallel("fork")
    for name in tasks:
        builder.move_to("fork").user_task(name)
        builder.connect("g") if name != tasks[0] else builder.complex("g", activation)
    return builder.move_to("g").user_task("after").end()


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
@pytest.mark.parametrize("reload", [False, True])
def test_two_of_three_are_enough_and_the_third_is_taken_in_without_effect(order: tuple[str, ...], reload: bool) -> None:
    run = Run(joined("=activationCount >= 2").build(), reload=reload).start()
    run.complete(order[0])
    assert run.open == sorted(order[1:])
    run.complete(order[1])
    assert sorted(run.open) == sorted([order[2], "after"])
    assert run.instances("g")[0].consumed == tuple(f"{name}>g" for name in order[:2])
    run.complete("after")
    assert run.open == [order[2]]
    assert run.complete(order[2]).ended
    assert run.trace.count("after") == 1


def test_is_reset_when_nothing_can_come_any_more() -> None:
    run = Run(joined("=activationCount >= 1").boundary("late", "b", timer("duration", "PT1H")).end("away").build()).start()
    run.complete("a").complete("c").complete("after")
    assert run.instances("g")
    assert run.tick("late", hours=1).ended


@pytest.mark.parametrize("orders", list(itertools.product(list(itertools.permutations("ab")), repeat=2)))
def test_begins_anew_in_every_round_of_a_loop(orders: tuple[tuple[str, ...], ...]) -> None:
    builder = ProcessBuilder().start().exclusive("again").parallel("fork").user_task("a").complex("g", "=activationCount >= 1")
    builder.parallel("both").exclusive("ask").when("=left > 0").connect("again").otherwise().end()
    builder.move_to("fork").user_task("b").connect("g").move_to("fork").user_task("c").connect("both")
    run = Run(builder.build(), reload=True).start(left=1)
    for left, order in zip((1, 0), orders, strict=True):
        run.complete(order[0]).complete(order[1])
        assert not run.instances("g")
        run.complete("c", left=left)
    assert run.ended
    assert run.trace.count("g") == 2


def test_a_token_of_the_next_round_waits_for_the_reset() -> None:
    builder = joined("=activationCount >= 2").move_to("fork").connect("a")
    run = Run(builder.build(), reload=True).start().complete("a").complete("b").complete("a")
    assert run.instances("g")[0].arrived == {"a>g": 1}
    assert sorted(run.open) == ["after", "c"]
    run.complete("c")
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE if "after" not in run.open else run.open == ["after"]
    assert run.instances("g")[0].arrived == {"a>g": 1}
    assert not run.instances("g")[0].consumed


def test_conditions_tell_the_phases_apart() -> None:
    builder = joined("=activationCount = 1", "ab").move_to("g").when("=not(waitingForStart)").user_task("rest")
    builder.move_to("g").when("=waitingForStart").user_task("first")
    run = Run(builder.build(), reload=True).start().complete("a")
    assert sorted(run.open) == ["after", "b", "first"]
    run.complete("b")
    assert sorted(run.open) == ["after", "first", "rest"], "a flow without condition is for the first phase only"


def test_the_condition_may_ask_for_flows_by_name_and_for_data() -> None:
    run = Run(joined('=get value(incomingTokens, "a>g") > 0 and ready').build()).start(ready=False)
    run.complete("b").complete("a")
    assert run.open == ["c"]
    run.execute(commands.SetVariables(variables={"ready": True}))
    assert sorted(run.complete("c").open) == ["after"]


def test_a_condition_that_never_holds_is_an_incident() -> None:
    run = Run(joined("=activationCount >= need").build(), reload=True).start(need=4).complete("a").complete("b").complete("c")
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE
    assert "1 from a>g, 1 from b>g, 1 from c>g" in run.incident.message
    assert run.resolve("g", need=3).open == ["after"]


def test_a_condition_that_fails_is_an_incident_and_no_token_is_lost() -> None:
    run = Run(joined('="x"', "ab").build(), reload=True).start().complete("a")
    assert run.incident.code == Code.CONDITION_FAILED
    run.complete("b")
    assert run.instances("g")[0].arrived == {"a>g": 1, "b>g": 1}


def test_no_open_way_out_is_an_incident_before_anything_is_used_up() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").complex("g", "=true").when("=go").end()
    run = Run(builder.move_to("fork").user_task("b").connect("g").build(), reload=True).start(go=False).complete("a")
    assert run.incident.code == Code.NO_FLOW_CHOSEN
    run.resolve("g", go=True)
    assert run.open == ["b"]
    assert run.complete("b").ended
    assert run.trace.count("end") == 2, "the condition of its flow holds at the reset, too"


def test_as_a_split_it_takes_every_flow_whose_condition_holds() -> None:
    builder = ProcessBuilder().start().complex("g").when("=x > 1").user_task("a").move_to("g").when("=x > 2").user_task("b")
    builder.move_to("g").otherwise().user_task("z")
    assert Run(builder.build()).start(x=3).open == ["a", "b"]
    assert Run(builder.build()).start(x=0).open == ["z"]


def test_goes_on_after_a_step_budget_in_the_middle() -> None:
    run = Run(joined("=activationCount >= 2").build(), budget=1, reload=True)
    run.start()
    for task in ("", "a", "b", "after", "c"):
        if task:
            run.complete(task)
        while run.last and isinstance(run.last[-1], events.StepBudgetUsedUp):
            run.execute(commands.ContinueInstance())
    assert run.ended


def test_what_terminates_the_scope_takes_a_gateway_that_waits_for_reset_with_it() -> None:
    run = Run(joined("=activationCount >= 1").move_to("a").when("=stop").terminate().build()).start(stop=False).complete("b")
    assert run.instances("g")[0].consumed
    assert run.complete("a", stop=True).ended
    assert not run.state.joins


def test_a_used_up_budget_is_no_reason_to_say_that_the_gateway_never_goes_on() -> None:
    builder = ProcessBuilder().start().parallel("fork").user_task("a").complex("g", "=activationCount >= 2")
    builder.move_to("fork").user_task("b").task("t").connect("g")
    run = Run(builder.move_to("g").user_task("after").end().build(), budget=1).start()
    _continue(run)
    _continue(run.complete("a"))
    _continue(run.complete("b"))
    assert run.open == ["after"]
    assert not run.emitted(events.IncidentRaised)


def _continue(run: Run) -> None:
    while isinstance(run.last[-1], events.StepBudgetUsedUp):
        run.execute(commands.ContinueInstance())
