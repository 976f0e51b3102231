"""A user task counts as completed when everybody has signed who has to."""

from __future__ import annotations

import pytest

from engine.kernel import Code, Rejected, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, timer

BY_BOB = {"by": "bob", "approved": True, "comment": "", "result": {}}


def begun() -> Run:
    """order (of ann) → ship."""
    builder = ProcessBuilder().start().user_task("order", assignee="ann", priority="=70", form="f").user_task("ship").end()
    return Run(builder.build(), reload=True).start()


def add(run: Run, user: str, *, together: bool = False) -> object:
    task = run.wait(events.UserTaskCreated, "order").task
    return run.attempt(commands.AddCoSigner(task=task, user=user, together=together, by="ann"))


def people(run: Run) -> list[str | None]:
    return [task.assignee for task in run.waits(events.UserTaskCreated, "order")]


def sign(run: Run, user: str, **variables: object) -> None:
    task = next(one for one in run.waits(events.UserTaskCreated, "order") if one.assignee == user)
    run.execute(commands.CompleteUserTask(task=task.task, variables=variables, by=user))


def refuse(run: Run, user: str, comment: str) -> None:
    task = next(one for one in run.waits(events.UserTaskCreated, "order") if one.assignee == user)
    run.execute(commands.RefuseCoSignature(task=task.task, comment=comment, by=user))


def test_in_turn_each_is_asked_when_those_before_are_done() -> None:
    run = begun()
    add(run, "bob")
    add(run, "eve")
    assert people(run) == ["ann"]
    sign(run, "ann", amount=True)
    assert people(run) == ["bob"]
    sign(run, "bob")
    assert people(run) == ["eve"]
    sign(run, "eve", seen=True)
    assert [task.element for task in run.waits(events.UserTaskCreated)] == ["ship"]
    said = [BY_BOB, {"by": "eve", "approved": True, "comment": "", "result": {"seen": True}}]
    assert run.variables == {"amount": True, "coSignatures": said}


@pytest.mark.parametrize("order", [("ann", "bob"), ("bob", "ann")])
def test_together_they_sign_in_any_order(order: tuple[str, str]) -> None:
    run = begun()
    add(run, "bob", together=True)
    assert people(run) == ["ann", "bob"]
    for user in order:
        sign(run, user)
    assert run.variables == {"coSignatures": [BY_BOB]}
    assert run.wait(events.UserTaskCreated, "ship")


def test_refusing_gives_the_task_back_to_who_completed_it() -> None:
    run = begun()
    add(run, "bob")
    add(run, "eve")
    sign(run, "ann", amount=True)
    refuse(run, "bob", "too much")
    again = run.wait(events.UserTaskCreated, "order")
    assert (again.assignee, again.priority, again.form_id, again.co_signs) == ("ann", 70, "f", None)
    sign(run, "ann", amount=False)
    said = {"by": "bob", "approved": False, "comment": "too much", "result": {}}
    assert run.variables == {"amount": False, "coSignatures": [said]}
    assert run.wait(events.UserTaskCreated, "ship"), "who was not asked yet is not asked any more"


def test_refusing_before_the_owner_is_done_ends_the_asking_only() -> None:
    run = begun()
    add(run, "bob", together=True)
    add(run, "eve", together=True)
    refuse(run, "bob", "no")
    assert people(run) == ["ann"]


def test_after_a_refusal_others_can_be_asked() -> None:
    run = begun()
    add(run, "bob")
    sign(run, "ann")
    refuse(run, "bob", "no")
    add(run, "bob")
    sign(run, "ann")
    sign(run, "bob")
    assert [one["approved"] for one in run.variables["coSignatures"]] == [False, True]


def test_nobody_signs_twice() -> None:
    run = begun()
    add(run, "bob")
    for user in ("ann", "bob"):
        refused = add(run, user)
        assert isinstance(refused, Rejected)
        assert refused.code is Code.CO_SIGNER_TWICE
    sign(run, "ann")
    assert isinstance(add(run, "ann"), Rejected)


def test_only_a_co_signature_is_refused_and_none_is_sent_back() -> None:
    run = begun()
    task = run.wait(events.UserTaskCreated, "order").task
    refused = run.attempt(commands.RefuseCoSignature(task=task))
    assert isinstance(refused, Rejected)
    assert refused.code is Code.NOT_A_CO_SIGNATURE
    add(run, "bob", together=True)
    asked = run.waits(events.UserTaskCreated, "order")[1].task
    back = run.attempt(commands.SendBackUserTask(task=asked, element="order"))
    assert isinstance(back, Rejected)
    assert back.code is Code.IS_A_CO_SIGNATURE


def test_the_task_itself_is_not_taken_back_from_its_co_signers() -> None:
    run = begun()
    add(run, "bob")
    own = run.wait(events.UserTaskCreated, "order")
    sign(run, "ann")
    command = commands.WithdrawUserTask(task=own.task, element="order", element_instance=own.key, caused=run.last, by="ann")
    refused = run.attempt(command)
    assert isinstance(refused, Rejected)
    assert "co-signers" in refused.detail


def test_what_interrupts_the_task_ends_the_signing() -> None:
    builder = ProcessBuilder().start().user_task("order", assignee="ann").end()
    builder = builder.boundary("late", "order", timer("duration", "PT1H")).user_task("ship").end("e")
    run = Run(builder.build()).start()
    add(run, "bob", together=True)
    run.tick("late", hours=1)
    assert run.open == ["ship"]


def test_the_output_mapping_sees_what_the_co_signers_said() -> None:
    outputs = {"agreed": "=coSignatures[1].approved"}
    run = Run(ProcessBuilder().start().user_task("order", assignee="ann", outputs=outputs).user_task("ship").end().build())
    run.start()
    add(run, "bob", together=True)
    sign(run, "ann")
    sign(run, "bob")
    assert run.variables == {"agreed": True}
