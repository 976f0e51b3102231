"""Workflow patterns of several instances, of iteration and of termination, each proved on its drawing."""

from __future__ import annotations

import pytest

from engine.kernel import commands, events
from tests.support.pattern_run import begin, started


@pytest.mark.parametrize(("written", "first"), [(False, "write"), (True, "review")])
def test_wcp_10_a_loop_is_entered_and_left_at_two_places(written: bool, first: str) -> None:
    run = started(10, written=written, stopped=False)
    assert run.open == [first]
    if not written:
        run.complete("write")
    run.complete("review", bad=True).complete("write").complete("review", bad=True)
    assert run.open == ["write"]
    assert run.complete("write", stopped=True).ended
    assert "given_up" in run.trace
    assert started(10, written=True).complete("review", bad=False).ended


def test_wcp_11_an_instance_ends_when_nothing_is_left_to_do_and_not_before() -> None:
    run = started(11).complete("pack")
    assert not run.ended
    assert run.complete("bill").ended


def test_wcp_12_many_are_begun_and_nobody_waits_for_them() -> None:
    run = started(12, wanted=3)
    assert run.open == ["ticket", "ticket", "ticket"]
    assert "all_begun" in run.trace, "the branch that begins them is done"
    tickets = run.waits(events.UserTaskCreated, "ticket")
    numbers = [run.state.elements[ticket.key].variables for ticket in tickets]
    assert [int(found["number"]) for found in numbers if found] == [1, 2, 3]
    run.complete("ticket")
    assert run.trace.count("worked_off") == 1, "each goes on by itself"
    assert run.complete("ticket").complete("ticket").ended


def test_wcp_13_as_many_as_the_diagram_says_and_what_follows_waits_for_all() -> None:
    run = started(13)
    assert run.open == ["sign", "sign", "sign"]
    run.complete("sign").complete("sign")
    assert run.open == ["sign"]
    assert run.complete("sign").open == ["file"]


@pytest.mark.parametrize("claims", [[], ["a"], ["a", "b", "c"]])
def test_wcp_14_as_many_as_there_are_when_they_begin(claims: list[str]) -> None:
    run = started(14, claims=claims)
    assert run.open == ["check"] * len(claims) or run.open == ["pay"]
    for _ in claims:
        run.complete("check")
    assert run.open == ["pay"]


def test_wcp_15_more_are_begun_while_some_are_active() -> None:
    run = started(15)
    assert run.open == ["ask"]
    begin(run, "asking", "ask")
    run.complete("ask")
    begin(run, "asking", "ask", "ask")
    assert run.open == ["ask", "ask", "ask"]
    run.complete("ask").complete("ask")
    assert run.open == ["ask"], "what follows waits for all of them"
    assert run.complete("ask").open == ["report"]


def test_wcp_21_a_loop_is_asked_before_the_first_turn_or_after_each() -> None:
    run = started(21, left=0, good=False)
    assert run.open == ["check"], "while: not once"
    run.complete("check", good=False).complete("check", good=True)
    assert run.ended
    assert run.trace.count("check") == 3, "repeat: twice, and the body of the loop"
    run = started(21, left=2, good=True).complete("fill", left=1).complete("fill", left=0)
    assert run.open == ["check"]


def test_wcp_22_a_process_calls_itself() -> None:
    run = started(22, level=3)
    for _ in range(3):
        assert run.open == ["open"]
        run.complete("open")
    assert run.ended
    assert run.trace.count("wcp22") == 4


def test_wcp_34_two_of_them_go_on_and_the_others_are_done_without_effect() -> None:
    run = started(34, experts=["a", "b", "c", "d"]).complete("answer")
    assert run.open == ["answer"] * 3
    run.complete("answer")
    assert sorted(run.open) == ["answer", "answer", "decide"]
    run.complete("answer").complete("answer")
    assert run.open == ["decide"]
    assert run.complete("decide").ended
    assert run.trace.count("decide") == 1


def test_wcp_35_two_of_them_go_on_and_the_others_are_withdrawn() -> None:
    run = started(35, experts=["a", "b", "c", "d"]).complete("answer")
    assert run.open == ["answer"] * 3
    assert run.complete("answer").open == ["decide"]


def test_wcp_36_more_are_begun_until_enough_are_done_and_the_others_are_done_without_effect() -> None:
    run = started(36)
    begin(run, "asking", "answer", "answer")
    assert run.open == ["answer"] * 3
    run.complete("answer")
    begin(run, "asking", "answer")
    assert run.open == ["answer"] * 3, "one more, while the first is done"
    run.complete("answer")
    assert sorted(run.open) == ["answer", "answer", "decide"]
    run.complete("answer").complete("answer").complete("decide")
    assert run.ended
    assert run.trace.count("decide") == 1


def test_wcp_43_a_terminate_end_event_withdraws_what_is_left() -> None:
    run = started(43).complete("decide")
    assert run.ended
    assert "collect" not in run.trace
    other = started(43).complete("collect")
    assert not other.ended
    other.execute(commands.CompleteUserTask(task=other.wait(events.UserTaskCreated, "decide").task, variables={}))
    assert other.ended
