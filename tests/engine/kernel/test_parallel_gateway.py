"""Parallel gateway: fork and join, also in loops and with several tokens on one flow."""

from __future__ import annotations

import itertools

import pytest

from engine.kernel import Code, events
from engine.model.process import ProcessDefinition
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, timer


def fork_and_join() -> ProcessDefinition:
    """User tasks a and b at the same time, then c."""
    builder = ProcessBuilder().start().parallel("fork").user_task("a").parallel("join").user_task("c").end()
    return builder.move_to("fork").user_task("b").connect("join").build()


@pytest.mark.parametrize("order", list(itertools.permutations("ab")))
def test_waits_for_all_branches_in_any_order(order: tuple[str, ...]) -> None:
    run = Run(fork_and_join()).start()
    assert run.open == ["a", "b"]
    run.complete(order[0])
    assert run.open == [order[1]]
    run.complete(order[1])
    assert run.open == ["c"]
    assert run.trace.count("join") == 1


def test_branches_share_their_scope_and_the_join_merges_nothing() -> None:
    """What one branch sets stays set, whatever the other saw before (SpiffWorkflow#440, spiff-arena#1502)."""
    run = Run(fork_and_join()).start(status="new")
    run.complete("a", status="approved").complete("b", other=1)
    assert run.variables == {"status": "approved", "other": 1}


def test_a_counter_that_two_branches_raise_counts_every_turn() -> None:
    builder = ProcessBuilder().start().parallel("fork").script("a", "n", "=n + 1").parallel("join").end()
    builder.move_to("fork").script("b", "n", "=n + 1").connect("join")
    assert Run(builder.build()).start(n=0).variables == {"n": 2}


@pytest.mark.parametrize("orders", list(itertools.product(list(itertools.permutations("ab")), repeat=3)))
def test_a_rework_loop_joins_right_in_every_round(orders: tuple[tuple[str, ...], ...]) -> None:
    """Round 1 b, a and round 2 a, b crashes SpiffWorkflow 3.2 for ever."""
    builder = ProcessBuilder().start().exclusive("again").parallel("fork").user_task("a").parallel("join")
    builder.exclusive("ask").when("=rounds > 0").connect("again").otherwise().end()
    run = Run(builder.move_to("fork").user_task("b").connect("join").build()).start(rounds=3)
    for left, order in zip((2, 1, 0), orders, strict=True):
        for task in order:
            run.complete(task, rounds=left)
    assert run.ended
    assert run.trace.count("join") == 3


def test_tokens_that_come_early_on_one_flow_are_kept() -> None:
    """Two tokens wait on the flow from `a` before the first comes from `b`: each firing uses up one of each."""
    builder = ProcessBuilder().start().parallel("fork").user_task("a").parallel("join").user_task("c").end()
    builder.move_to("fork").connect("a").connect("b")
    builder.move_to("fork").user_task("b").connect("join").move_to("fork").connect("b")
    run = Run(builder.build()).start()
    assert sorted(run.open) == ["a", "a", "b", "b", "b"]
    run.complete("a").complete("a")
    assert run.instances("join")[0].arrived == {"a>join": 2}
    run.complete("b")
    assert run.open.count("c") == 1
    assert run.instances("join")[0].arrived == {"a>join": 1}
    run.complete("b")
    assert run.open.count("c") == 2
    assert not run.instances("join")


def test_a_join_that_can_never_complete_is_an_incident_at_once() -> None:
    builder = ProcessBuilder().start().exclusive("g").when("=true").user_task("a").parallel("join").end()
    run = Run(builder.move_to("g").otherwise().user_task("b").connect("join").build()).start()
    run.complete("a")
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE
    assert "waits for a token on b>join" in run.incident.message
    run.resolve("join")
    assert run.incident.code == Code.JOIN_NEVER_COMPLETE


def test_a_dead_join_in_a_sub_process_is_seen_while_others_still_wait() -> None:
    builder = ProcessBuilder().start().parallel("fork").sub_process("sub").start("s").exclusive("g").when("=true")
    builder.task("a").parallel("join").end("e").move_to("g").otherwise().task("b").connect("join").done()
    run = Run(builder.move_to("fork").user_task("t").build()).start()
    assert run.incident.element == "join"
    assert sorted(run.open) == ["join", "t"]


def test_a_boundary_event_frees_a_sub_process_with_a_dead_join() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").exclusive("g").when("=true").task("a").parallel("join")
    builder.move_to("g").otherwise().task("b").connect("join").done().end()
    run = Run(builder.boundary("late", "sub", timer("duration", "PT1H")).end("stopped").build()).start()
    assert sorted(run.open) == ["join", "late"]
    run.tick("late", hours=1)
    assert run.ended
    assert "stopped" in run.trace


def test_joins_that_follow_each_other_need_no_depth() -> None:
    builder = ProcessBuilder().start().parallel("j0")
    for n in range(1, 3001):
        builder.parallel(f"j{n}").move_to(f"j{n - 1}").connect(f"j{n}").move_to(f"j{n}")
    run = Run(builder.end().build(), budget=100_000).start()
    assert run.ended
    assert len(run.trace) == 3001 + 3


def test_a_thousand_branches_join_once() -> None:
    builder = ProcessBuilder().start().parallel("fork")
    for n in range(1000):
        builder.move_to("fork").task(f"t{n}")
        builder.connect("join") if n else builder.parallel("join")
    run = Run(builder.move_to("join").end().build()).start()
    assert run.ended
    assert run.trace.count("join") == 1
    assert len(run.emitted(events.TokenJoined)) == 999


def test_conditions_on_its_flows_mean_nothing() -> None:
    builder = ProcessBuilder().start().parallel("fork").when("=false").task("a")
    assert Run(builder.move_to("fork").task("b").build()).start().trace == ["start", "fork", "a", "b", "p"]
