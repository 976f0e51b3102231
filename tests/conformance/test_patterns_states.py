"""Workflow patterns of state, cancellation and triggers, each proved on its drawing."""

from __future__ import annotations

import itertools

import pytest

from engine.kernel import events
from runtime.access.actor import SYSTEM
from runtime.platform import Platform
from tests.conformance.patterns import PATTERNS
from tests.support.kernel_run import Run
from tests.support.pattern_run import started


def test_wcp_16_what_happens_first_decides_and_the_other_is_withdrawn() -> None:
    run = started(16, order="A")
    assert sorted(run.open) == ["late", "paid"]
    assert run.receive("paid").open == ["ship"]
    assert started(16, order="A").tick("late", days=7).open == ["remind"]


def working(run: Run, *tasks: str) -> list[str]:
    """Which of the tasks are open."""
    return [task for task in run.open if task in tasks]


@pytest.mark.parametrize("prepared", range(4))
def test_wcp_17_each_task_once_never_two_at_a_time_and_the_chain_in_its_order(prepared: int) -> None:
    run = started(17)
    for turn in range(4):
        if turn == prepared:
            run.complete("prepare")
        now = working(run, "x_ray", "read", "blood")
        assert len(now) <= 1
        if now:
            run.complete(now[0])
    assert run.ended
    done = [task for task in run.trace if task in ("x_ray", "read", "blood")]
    assert sorted(done) == ["blood", "read", "x_ray"]
    assert done.index("x_ray") < done.index("read")
    assert done.index("blood") == [1, 2, 2, 2][prepared], "the order is that of those who queue up"


def test_wcp_18_the_task_can_be_done_while_the_state_lasts_and_neither_before_nor_after() -> None:
    run = started(18)
    assert "complain" not in run.open, "not before"
    run.complete("check")
    assert sorted(working(run, "settle", "complain")) == ["complain", "settle"]
    before = started(18).complete("check").complete("complain")
    assert "complained" in before.trace
    run.complete("settle")
    assert run.ended, "not after"
    assert "too_late" in run.trace


def test_wcp_19_an_active_task_is_withdrawn() -> None:
    run = started(19, order="A").receive("withdrawn")
    assert run.open == ["tell"]
    assert "bake" not in run.trace


def test_wcp_20_all_of_the_case_is_withdrawn() -> None:
    run = started(20, case="A").complete("visit").receive("stopped")
    assert run.ended
    assert not run.open
    assert "report" not in run.trace


def test_wcp_23_a_trigger_that_nobody_waits_for_is_lost() -> None:
    run = started(23).signal("light.green").complete("load")
    assert run.open == ["green"], "the signal before was lost"
    assert run.signal("light.green").open == ["drive"]


def test_wcp_24_a_trigger_is_kept_until_somebody_waits_for_it(platform: Platform) -> None:
    file = PATTERNS[23].file
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {file.name: file.read_bytes()})
        truck = platform.processes.start(work, "wcp24", {"truck": "T1"})
        kept = platform.messages.publish(work, "papers.ready", "T1", {})
        assert kept.stored
        task = platform.processes.tasks(work, view="all").rows[0]
        platform.processes.complete_task(work, task.id, {})
        assert [task.element for task in platform.processes.tasks(work, view="all").rows] == ["drive"]
        assert platform.processes.instance(work, truck).instance.status == "active"


def test_wcp_25_a_region_is_withdrawn_and_the_rest_goes_on() -> None:
    run = started(25).complete("hotel").signal("traveller.ill")
    assert sorted(run.open) == ["stay", "water"]
    assert "flight" not in run.trace


def test_wcp_26_all_instances_are_withdrawn() -> None:
    run = started(26, samples=[1, 2, 3]).complete("test").signal("samples.spoiled")
    assert run.ended
    assert run.trace.count("test") == 1
    assert "publish" not in run.trace


def test_wcp_27_the_instances_that_are_left_are_withdrawn_and_the_process_goes_on() -> None:
    run = started(27, reviewers=["a", "b", "c"]).complete("review").tick("deadline", days=14)
    assert run.open == ["publish"]
    other = started(27, reviewers=["a"]).complete("review")
    assert other.open == ["publish"]


@pytest.mark.parametrize("first", ["pack", "measure"])
def test_wcp_39_only_one_section_is_active_from_its_begin_to_its_end(first: str) -> None:
    run = started(39)
    second = "measure" if first == "pack" else "pack"
    run.complete(first).complete(second)
    inside = {"pack": ["load", "ride"], "measure": ["mend"]}
    for task in inside[first] + inside[second]:
        assert working(run, "load", "ride", "mend") == [task]
        run.complete(task)
    assert run.ended


@pytest.mark.parametrize("order", list(itertools.permutations(("eyes", "ears", "teeth"))))
def test_wcp_40_each_task_once_in_any_order_and_never_two_at_a_time(order: tuple[str, ...]) -> None:
    run = started(40, order=list(order))
    for task in order:
        assert run.open == [task]
        run.complete(task)
    assert run.open == ["report"]
    assert len(run.waits(events.UserTaskCreated)) == 1
