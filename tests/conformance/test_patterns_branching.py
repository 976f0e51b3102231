"""Workflow patterns of branching and synchronisation, each proved on its drawing."""

from __future__ import annotations

import itertools

import pytest

from tests.support.pattern_run import started

ORDERS = list(itertools.permutations(("first", "second", "third")))


def test_wcp_01_the_second_begins_when_the_first_has_ended() -> None:
    run = started(1)
    assert run.open == ["pack"]
    assert run.complete("pack").open == ["ship"]
    assert run.complete("ship").ended


def test_wcp_02_both_branches_are_done_at_the_same_time() -> None:
    run = started(2)
    assert sorted(run.open) == ["bill", "pack"]


@pytest.mark.parametrize("order", [("pack", "bill"), ("bill", "pack")])
def test_wcp_03_what_follows_waits_for_both_and_is_done_once(order: tuple[str, str]) -> None:
    run = started(3).complete(order[0])
    assert run.open == [order[1]]
    assert run.complete(order[1]).open == ["ship"]


@pytest.mark.parametrize(("amount", "task"), [(101, "approve"), (100, "book")])
def test_wcp_04_one_branch_is_chosen_and_no_other(amount: int, task: str) -> None:
    run = started(4, amount=amount)
    assert run.open == [task]
    assert run.complete(task).ended


@pytest.mark.parametrize(("way", "task"), [("mail", "mail"), ("bell", "phone")])
def test_wcp_05_each_branch_goes_on_without_waiting(way: str, task: str) -> None:
    run = started(5, way=way).complete(task)
    assert run.open == ["answer"]
    assert run.complete("answer").ended


CHOICES = [
    (True, True, ["ambulance", "brigade"]),
    (True, False, ["brigade"]),
    (False, True, ["ambulance"]),
    (False, False, ["note"]),
]


@pytest.mark.parametrize(("fire", "hurt", "tasks"), CHOICES)
def test_wcp_06_one_or_more_branches_are_chosen(fire: bool, hurt: bool, tasks: list[str]) -> None:
    assert sorted(started(6, fire=fire, hurt=hurt).open) == tasks


@pytest.mark.parametrize(("fire", "hurt", "tasks"), CHOICES)
def test_wcp_07_what_follows_waits_for_the_chosen_branches_and_is_done_once(fire: bool, hurt: bool, tasks: list[str]) -> None:
    run = started(7, fire=fire, hurt=hurt)
    for task in tasks:
        assert "report" not in run.open
        run.complete(task)
    assert run.open == ["report"]
    assert run.complete("report").ended


def test_wcp_08_what_follows_is_done_for_each_branch() -> None:
    run = started(8).complete("walls")
    assert run.open == ["floor", "inspect"]
    run.complete("floor")
    assert run.open == ["inspect", "inspect"]
    assert run.complete("inspect").complete("inspect").ended
    assert run.trace.count("inspect") == 2


@pytest.mark.parametrize("order", [("paramedic", "nurse"), ("nurse", "paramedic")])
def test_wcp_09_the_first_branch_goes_on_and_the_second_has_no_effect(order: tuple[str, str]) -> None:
    run = started(9).complete(order[0])
    assert sorted(run.open) == sorted([order[1], "triage"])
    assert run.complete(order[1]).open == ["triage"]
    assert run.complete("triage").ended


def test_wcp_28_a_token_of_the_next_round_waits_until_all_of_the_last_have_come() -> None:
    run = started(28).complete("left").complete("signal", more=True)
    run.complete("left", more=False)
    assert run.open == ["right", "right"], "the next round's first token must not go on"
    run.complete("right")
    assert run.open == ["right", "signal"]
    assert run.complete("signal").complete("right").ended
    assert run.trace.count("signal") == 2


@pytest.mark.parametrize(("first", "other"), [("north", "south"), ("south", "north")])
def test_wcp_29_the_first_branch_goes_on_and_the_others_are_withdrawn(first: str, other: str) -> None:
    run = started(29).complete(first)
    assert run.open == ["rescue"]
    assert other not in run.trace


@pytest.mark.parametrize("order", ORDERS)
def test_wcp_30_two_of_three_go_on_and_the_third_has_no_effect(order: tuple[str, ...]) -> None:
    run = started(30).complete(order[0])
    assert "decide" not in run.open
    run.complete(order[1])
    assert sorted(run.open) == sorted(["decide", order[2]])
    assert run.complete(order[2]).open == ["decide"]
    assert run.complete("decide").ended


def test_wcp_31_tokens_of_the_next_round_wait_until_all_of_the_last_have_come() -> None:
    run = started(31).complete("first").complete("second").complete("decide", more=True)
    run.complete("first").complete("second", more=False)
    assert run.open == ["third", "third"], "the next round must not be decided yet"
    assert run.complete("third").open == ["third", "decide"]
    assert run.complete("decide").complete("third").ended
    assert run.trace.count("decide") == 2


@pytest.mark.parametrize("order", ORDERS)
def test_wcp_32_two_of_three_go_on_and_the_third_is_withdrawn(order: tuple[str, ...]) -> None:
    run = started(32).complete(order[0])
    assert sorted(run.open) == sorted(order[1:])
    assert run.complete(order[1]).open == ["decide"]
    assert order[2] not in run.trace


def test_wcp_33_what_a_branch_brings_too_early_is_kept_for_the_next_join() -> None:
    run = started(33).complete("frame_1").complete("frame_2")
    assert sorted(run.open) == ["wheel_1", "wheel_2"]
    run.complete("wheel_1")
    assert sorted(run.open) == ["assemble", "wheel_2"]
    assert run.complete("wheel_2").open == ["assemble", "assemble"]
    assert run.complete("assemble").complete("assemble").ended


def test_wcp_37_the_merge_waits_for_the_chosen_branches_and_for_none_that_left_another_way() -> None:
    run = started(37, stock=True, money=True).complete("store")
    assert run.open == ["credit"]
    assert run.complete("credit", bad=True).open == ["offer"], "the token that left for “Rejected” is not waited for"
    run = started(37, stock=True, money=True, bad=False).complete("credit")
    assert run.open == ["store"]
    assert run.complete("store").open == ["offer"]
    assert started(37, stock=False, money=False, bad=False).open == ["offer"]


def test_wcp_38_the_merge_waits_as_long_as_a_loop_may_still_bring_a_token() -> None:
    run = started(38, text=True, pictures=True).complete("draw")
    for _ in range(3):
        assert run.complete("write", bad=True).open == ["write"]
    assert run.complete("write", bad=False).open == ["publish"]
    assert run.complete("publish").ended


@pytest.mark.parametrize("order", list(itertools.permutations(("part_1", "part_2", "part_3"))))
def test_wcp_41_three_threads_become_one(order: tuple[str, ...]) -> None:
    run = started(41).complete(order[0]).complete(order[1])
    assert run.open == [order[2]]
    assert run.complete(order[2]).open == ["assemble"]
    assert run.complete("assemble").ended


def test_wcp_42_one_thread_becomes_three_in_the_same_branch() -> None:
    run = started(42).complete("open")
    assert run.open == ["count", "count", "count"]
    assert run.complete("count").complete("count").complete("count").ended
