"""A completed user task is taken back while nobody has worked on what follows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.kernel import Code, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, message, timer


@dataclass
class Done:
    """A completion, so that it can be taken back later."""

    run: Run
    element: str

    def __post_init__(self) -> None:
        self.wait = self.run.wait(events.UserTaskCreated, self.element)
        self.run.complete(self.element, by="ann", text="x")
        self.caused = self.run.last
        self.seen = len(self.run.journal)

    def take_back(self, by: str = "ann") -> tuple[events.Event, ...] | Rejected:
        """Withdraw the task, as the runtime would from its journal."""
        return self.run.attempt(
            commands.WithdrawUserTask(
                task=self.wait.task,
                element=self.element,
                element_instance=self.wait.key,
                caused=self.caused,
                since=tuple(self.run.journal[self.seen :]),
                by=by,
            )
        )


def assert_refused(outcome: object, why: str) -> None:
    assert isinstance(outcome, Rejected)
    assert outcome.code is Code.USER_TASK_NOT_WITHDRAWABLE
    assert why in outcome.detail


def two() -> Run:
    """a → b → c."""
    return Run(ProcessBuilder().start().user_task("a").user_task("b").user_task("c").end().build()).start()


def test_the_person_who_completed_it_has_it_again() -> None:
    run = two()
    done = Done(run, "a")
    done.take_back()
    assert run.open == ["a"]
    assert run.wait(events.UserTaskCreated, "a").assignee == "ann"
    assert run.variables == {"text": "x"}, "what was written stays, to go on from"
    assert [e.by for e in run.emitted(events.UserTaskWithdrawn)] == ["ann"]
    run.complete("a").complete("b").complete("c")
    assert run.ended


def test_a_task_that_is_only_claimed_or_handed_over_has_not_been_worked_on() -> None:
    run = two()
    done = Done(run, "a")
    task = run.wait(events.UserTaskCreated, "b").task
    run.execute(commands.AssignUserTask(task=task, assignee="bob"))
    run.execute(commands.HandOverUserTask(task=task, to="eve"))
    done.take_back()
    assert run.open == ["a"]


def test_it_comes_back_through_gateways_scripts_and_the_start_of_a_sub_process() -> None:
    builder = ProcessBuilder().start().user_task("a").exclusive("g").when("=true").sub_process("sub").start("s")
    run = Run(builder.user_task("b").end("e").done().end("end").move_to("g").otherwise().end("other").build()).start()
    done = Done(run, "a")
    assert run.open == ["b"]
    done.take_back()
    assert run.open == ["a"]


def test_every_task_that_followed_ends_and_other_branches_go_on() -> None:
    builder = ProcessBuilder().start().parallel("f").user_task("a").parallel("g").user_task("b").end("e1")
    builder = builder.move_to("g").user_task("c").end("e2").move_to("f").user_task("d").user_task("d2").end("e3")
    run = Run(builder.build()).start()
    done = Done(run, "a")
    run.complete("d")
    done.take_back()
    assert sorted(run.open) == ["a", "d2"]


def test_waiting_for_an_event_is_no_work() -> None:
    builder = ProcessBuilder().start().user_task("a").catch("m", message("paid", "=1")).end()
    run = Run(builder.build()).start()
    done = Done(run, "a")
    done.take_back()
    assert run.open == ["a"]


def test_only_who_completed_it_takes_it_back() -> None:
    assert_refused(Done(two(), "a").take_back(by="bob"), "somebody else completed it")


def test_what_was_done_since_is_kept() -> None:
    run = two()
    done = Done(run, "a")
    run.complete("b")
    assert_refused(done.take_back(), "the next task is done already")


def test_it_is_taken_back_once() -> None:
    run = two()
    done = Done(run, "a")
    done.take_back()
    assert_refused(done.take_back(), "the process has gone on")


@pytest.mark.parametrize("first", [True, False])
def test_work_of_a_program_is_not_taken_back(first: bool) -> None:
    builder = ProcessBuilder().start().user_task("a").service("mail").user_task("b").end()
    run = Run(builder.build()).start()
    done = Done(run, "a")
    if not first:
        run.work("mail")
    assert_refused(done.take_back(), "a program has begun to work")


def test_a_token_that_met_another_is_not_taken_back() -> None:
    builder = ProcessBuilder().start().parallel("f").user_task("a").parallel("j").user_task("end1").end()
    run = Run(builder.move_to("f").user_task("b").connect("j").build()).start()
    first = Done(run, "a")
    assert not isinstance(first.take_back(), Rejected), "it waits alone"
    first = Done(run, "a")
    second = Done(run, "b")
    assert_refused(first.take_back(), "it has met another branch")
    assert_refused(second.take_back(), "it has met another branch")


def test_what_happened_beside_the_next_task_counts_as_work() -> None:
    builder = ProcessBuilder().start().user_task("a").user_task("b").end()
    builder = builder.boundary("late", "b", timer("duration", "PT1H"), interrupting=False).end("told")
    run = Run(builder.build()).start()
    done = Done(run, "a")
    run.tick("late", hours=2)
    assert_refused(done.take_back(), "the process has gone on")


def test_a_sub_process_that_has_ended_is_not_opened_again() -> None:
    builder = ProcessBuilder().start().sub_process("sub").start("s").user_task("a").end("e").done().user_task("b").end()
    assert_refused(Done(Run(builder.build()).start(), "a").take_back(), "the part of the process")


def test_one_turn_of_several_is_not_taken_back() -> None:
    run = Run(ProcessBuilder().start().user_task("a", loop=each("=[1, 2]", "i")).user_task("b").end().build()).start()
    assert_refused(Done(run, "a").take_back(), "one turn of several")


def test_what_was_never_completed_is_unknown() -> None:
    run = two()
    command = commands.WithdrawUserTask(task=9, element="a", element_instance=2, caused=())
    refused = run.attempt(command)
    assert isinstance(refused, Rejected)
    assert refused.code is Code.USER_TASK_NOT_FOUND
