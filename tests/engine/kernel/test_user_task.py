"""User tasks: who gets them, and what their completion does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.kernel import Code, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder


def one_task(**fields: object) -> Run:
    """A process of one user task `t`."""
    return Run(ProcessBuilder().start().user_task("t", **fields).end().build())


def created(run: Run) -> events.UserTaskCreated:
    """The open task."""
    return run.wait(events.UserTaskCreated, "t")


def test_waits_for_a_person_and_goes_on_with_what_they_entered() -> None:
    run = one_task().start(a=1)
    assert run.open == ["t"]
    run.complete("t", by="demo-seller", b=2)
    assert run.ended
    assert run.variables == {"a": 1, "b": 2}
    assert run.emitted(events.UserTaskCompleted)[0].by == "demo-seller"


def test_tells_who_may_do_it_until_when_and_with_which_form() -> None:
    run = one_task(
        name="Call back",
        form="call",
        assignee="=owner",
        candidate_groups="sales, support",
        candidate_users='=["ann", "bob"]',
        due_date='=now() + duration("P1D")',
        follow_up_date="2026-03-02T12:00:00+01:00",
        priority="=60 + 5",
    ).start(owner="cyd")
    task = created(run)
    assert (task.name, task.form_id, task.assignee, task.priority) == ("Call back", "call", "cyd", 65)
    assert task.candidate_groups == ("sales", "support")
    assert task.candidate_users == ("ann", "bob")
    assert task.due_date == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert task.follow_up_date == datetime(2026, 3, 2, 11, tzinfo=UTC)


def test_a_due_date_without_zone_or_time_is_in_the_zone_of_the_clock() -> None:
    assert created(one_task(due_date='=date("2026-03-05")').start()).due_date == datetime(2026, 3, 5, tzinfo=UTC)
    assert created(one_task(due_date="2026-03-05T10:00:00").start()).due_date == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_a_lane_is_the_candidate_group_unless_somebody_is_named() -> None:
    assert created(one_task(lane="Back office").start()).candidate_groups == ("Back office",)
    assert created(one_task(lane="Back office", assignee="ann").start()).candidate_groups == ()


def test_an_assignee_that_is_null_leaves_the_task_to_the_group() -> None:
    task = created(one_task(assignee="=owner", candidate_groups="sales").start())
    assert task.assignee is None
    assert task.candidate_groups == ("sales",)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"assignee": "=42"}, "The assignee of 't' must be a text, but `=42` gave a number (42)."),
        ({"candidate_groups": "=[1]"}, "must be a list of texts, but `=[1]` gave a list."),
        (
            {"due_date": "soon"},
            "The due date of 't' must be a date and time such as 2026-01-31T17:00:00Z, but it is the text 'soon'.",
        ),
        (
            {"due_date": "=[1]"},
            "The due date of 't' must be a date and time such as 2026-01-31T17:00:00Z, but `=[1]` gave a list.",
        ),
        ({"priority": "=-1"}, "The priority of 't' must be a whole number, at least 0, but `=-1` gave a number (-1)."),
        ({"priority": "=1.5"}, "gave a number (1.5)"),
    ],
)
def test_an_attribute_of_the_wrong_type_is_an_incident_that_says_so(fields: dict[str, str], words: str) -> None:
    run = one_task(**fields).start()
    assert run.incident.code == Code.USER_TASK_INVALID
    assert words in run.incident.message


def test_a_resolved_incident_makes_the_task() -> None:
    run = one_task(assignee="=owner").start(owner=1)
    run.resolve("t", owner="ann")
    assert created(run).assignee == "ann"
    assert [type(w) for w in run.instances("t")[0].waits.values()] == [events.UserTaskCreated]


def test_can_be_claimed_and_released() -> None:
    run = one_task().start()
    task = created(run).task
    run.execute(commands.AssignUserTask(task=task, assignee="ann"))
    assert created(run).assignee == "ann"
    assert run.execute(commands.AssignUserTask(task=task, assignee="ann")) == ()
    run.execute(commands.AssignUserTask(task=task, assignee=None))
    assert created(run).assignee is None


def test_a_task_of_another_is_refused_unless_taken_over() -> None:
    run = one_task(assignee="ann").start()
    task = created(run).task
    refused = run.attempt(commands.AssignUserTask(task=task, assignee="bob"))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.USER_TASK_OF_ANOTHER
    assert "'ann'" in refused.detail
    run.execute(commands.AssignUserTask(task=task, assignee="bob", take_over=True))
    assert created(run).assignee == "bob"


def test_a_task_that_is_done_cannot_be_done_again() -> None:
    run = Run(ProcessBuilder().start().user_task("t").user_task("u").end().build()).start()
    task = created(run).task
    run.complete("t")
    for command in (commands.CompleteUserTask(task=task), commands.AssignUserTask(task=task, assignee="ann")):
        refused = run.attempt(command)
        assert isinstance(refused, Rejected)
        assert refused.code is Code.USER_TASK_NOT_FOUND


def test_the_key_of_another_kind_of_wait_is_no_user_task() -> None:
    run = Run(ProcessBuilder().start().service("s").end().build()).start()
    job = run.wait(events.JobCreated, "s").job
    refused = run.attempt(commands.CompleteUserTask(task=job))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.USER_TASK_NOT_FOUND
