"""Human moves on user tasks: an earlier task is done again instead."""

from __future__ import annotations

from engine.kernel import Code, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each


def send_back(run: Run, element: str, to: str) -> events.UserTaskSentBack | Rejected:
    task = run.wait(events.UserTaskCreated, element).task
    outcome = run.attempt(commands.SendBackUserTask(task=task, element=to, by="ann"))
    return outcome if isinstance(outcome, Rejected) else run.emitted(events.UserTaskSentBack)[-1]


def steps() -> ProcessBuilder:
    """write → check → sub(sign → stamp) → file."""
    builder = ProcessBuilder().start().user_task("write").user_task("check").sub_process("sub").start("s").user_task("sign")
    return builder.user_task("stamp").done().user_task("file").end()


def test_the_earlier_task_is_offered_again() -> None:
    run = Run(steps().build()).start().complete("write", text="x")
    told = send_back(run, "check", "write")
    assert isinstance(told, events.UserTaskSentBack)
    assert (told.element, told.by) == ("write", "ann")
    assert run.open == ["write"]
    assert run.variables == {"text": "x"}
    run.complete("write").complete("check").complete("sign").complete("stamp").complete("file")
    assert run.ended


def test_a_task_is_sent_back_out_of_a_sub_process_which_then_ends() -> None:
    run = Run(steps().build()).start().complete("write").complete("check").complete("sign")
    send_back(run, "stamp", "check")
    assert run.open == ["check"]


def test_a_task_is_sent_back_inside_its_sub_process() -> None:
    run = Run(steps().build()).start().complete("write").complete("check").complete("sign")
    sub = run.instances("sub")[0].key
    send_back(run, "stamp", "sign")
    assert run.open == ["sign"]
    assert run.instances("sub")[0].key == sub


def test_parallel_branches_go_on() -> None:
    builder = (
        ProcessBuilder().start().user_task("a").parallel("f").user_task("b").end("e1").move_to("f").user_task("c").end("e2")
    )
    run = Run(builder.build()).start().complete("a")
    send_back(run, "b", "a")
    assert sorted(run.open) == ["a", "c"]


def test_only_an_earlier_user_task_takes_it_back() -> None:
    run = Run(steps().build()).start().complete("write").complete("check")
    for wrong in ("stamp", "file", "sign", "s"):
        refused = send_back(run, "sign", wrong)
        assert isinstance(refused, Rejected)
        assert refused.code is Code.USER_TASK_NOT_BEFORE
    assert isinstance(send_back(run, "sign", "nowhere"), Rejected)
    assert isinstance(run.attempt(commands.SendBackUserTask(task=99, element="write")), Rejected)
    run.complete("sign").complete("stamp")
    assert isinstance(send_back(run, "file", "sign"), Rejected), "its scope has ended"


def test_one_turn_of_several_is_not_sent_back() -> None:
    run = Run(ProcessBuilder().start().user_task("a").user_task("b", loop=each("=[1, 2]", "i")).end().build()).start()
    run.complete("a")
    refused = send_back(run, "b", "a")
    assert isinstance(refused, Rejected)
    assert refused.code is Code.USER_TASK_NOT_BEFORE


def test_a_task_is_handed_over_to_a_person_or_to_a_group() -> None:
    run = Run(ProcessBuilder().start().user_task("a", candidate_groups='=["sales"]').end().build()).start()
    task = run.wait(events.UserTaskCreated, "a").task
    run.execute(commands.HandOverUserTask(task=task, to="bob", by="ann"))
    assert run.wait(events.UserTaskCreated, "a").assignee == "bob"
    assert run.wait(events.UserTaskCreated, "a").candidate_groups == ("sales",)
    run.execute(commands.HandOverUserTask(task=task, group="legal", by="bob"))
    found = run.wait(events.UserTaskCreated, "a")
    assert (found.assignee, found.candidate_groups, found.candidate_users) == (None, ("legal",), ())
    assert [one.by for one in run.emitted(events.UserTaskHandedOver)] == ["ann", "bob"]


def test_a_task_is_handed_over_to_one_who_does_not_have_it() -> None:
    run = Run(ProcessBuilder().start().user_task("a", assignee="ann").end().build()).start()
    task = run.wait(events.UserTaskCreated, "a").task
    for wrong in ({}, {"to": "ann"}, {"to": "bob", "group": "sales"}):
        refused = run.attempt(commands.HandOverUserTask(task=task, **wrong))
        assert isinstance(refused, Rejected)
        assert refused.code is Code.USER_TASK_HAND_OVER_INVALID
    assert isinstance(run.attempt(commands.HandOverUserTask(task=99, to="bob")), Rejected)


def test_a_suspended_instance_lets_a_task_be_handed_over() -> None:
    run = Run(steps().build()).start()
    run.execute(commands.SuspendInstance())
    run.execute(commands.HandOverUserTask(task=run.wait(events.UserTaskCreated, "write").task, to="bob"))
    assert run.wait(events.UserTaskCreated, "write").assignee == "bob"
