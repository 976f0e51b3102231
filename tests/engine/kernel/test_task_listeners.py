"""User task listeners: a task is created, assigned and completed when its listeners agree (`engine.kernel.task_listeners`)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.feel import Value, from_plain, to_plain
from engine.kernel import Code, Rejected, Verdict, commands, events, job_variables, preview_migration
from engine.model.process import ProcessDefinition, TaskListeners
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each, error, task_listening, timer


def definition(listeners: TaskListeners, process: str = "p", **fields: object) -> ProcessDefinition:
    """A process of one user task `t` with listeners."""
    return ProcessBuilder(process).start().user_task("t", task_listeners=listeners, **fields).end().build()


def one(**fields: object) -> Run:
    """A started process of one user task; its listeners are named as what they listen to."""
    names = ("creating", "assigning", "completing")
    listeners = task_listening(fields.pop("headers", None), **{n: fields.pop(n) for n in names if n in fields})  # type: ignore[arg-type]
    return Run(definition(listeners, **fields), reload=True).start()


def job(run: Run) -> events.JobCreated:
    """The open job of a listener."""
    return run.wait(events.JobCreated, "t")


def answer(run: Run, *, denied: bool = False, reason: str = "", **corrections: Value) -> Run:
    """What the listener says; corrections are FEEL values."""
    run.execute(commands.CompleteJob(job=job(run).job, denied=denied, reason=reason, corrections=corrections))
    return run


def refusal(run: Run, **answered: object) -> Code:
    """The code with which an answer is refused."""
    refused = run.attempt(commands.CompleteJob(job=job(run).job, **answered))  # type: ignore[arg-type]
    assert isinstance(refused, Rejected)
    return refused.code


def task(run: Run) -> events.UserTaskCreated:
    """The open task."""
    return run.wait(events.UserTaskCreated, "t")


def told(run: Run) -> dict[str, str]:
    """What the listener is told about the task."""
    prefix = "io.camunda.zeebe:"
    return {name.removeprefix(prefix): value for name, value in job(run).headers.items() if name.startswith(prefix)}


# -- creating ------------------------------------------------------------------------------------------------------------


def test_nobody_sees_the_task_before_those_who_listen_to_its_creation_are_through() -> None:
    run = one(creating=["a", "b"])
    assert run.waits(events.UserTaskCreated) == []
    answer(run)
    assert job(run).type == "b"
    answer(run)
    assert task(run).name == "t"
    assert run.complete("t").ended


def test_who_listens_to_the_creation_can_correct_the_task() -> None:
    run = one(creating=["a"], candidate_groups='=["sales"]', priority="=20", due_date="2026-03-01T09:00:00Z")
    due = datetime(2026, 4, 1, tzinfo=UTC)
    groups = ["legal", "sales"]
    answer(run, assignee="ann", candidate_groups=groups, priority=from_plain(70), due_date=None, follow_up_date=due)
    found = task(run)
    assert (found.assignee, found.candidate_groups, found.priority) == ("ann", ("legal", "sales"), 70)
    assert (found.due_date, found.follow_up_date) == (None, due)


def test_a_listener_sees_what_the_one_before_it_corrected() -> None:
    run = one(creating=["a", "b"])
    answer(run, assignee="ann", candidate_users=["bob", "cyd"])
    assert told(run)["assignee"] == "ann"
    assert told(run)["candidateUsers"] == '["bob","cyd"]'
    assert told(run)["changedAttributes"] == '["assignee","candidateUsers"]'


def test_who_the_diagram_names_is_not_replaced_while_the_task_is_created() -> None:
    run = one(creating=["a"], assignee="ann")
    assert refusal(run, corrections={"assignee": "bob"}) == Code.CORRECTION_INVALID
    assert task(answer(run)).assignee == "ann"


def test_the_creation_cannot_be_denied() -> None:
    assert refusal(one(creating=["a"]), denied=True) == Code.LISTENER_CANNOT_DENY


def test_events_at_the_border_are_waited_for_while_the_task_is_created() -> None:
    builder = ProcessBuilder().start().user_task("t", task_listeners=task_listening(creating=["a"])).end()
    run = Run(builder.boundary("late", "t", timer("duration", "PT1H")).end("e2").build()).start()
    assert run.tick("late", hours=1).ended
    assert len(run.emitted(events.UserTaskChangeEnded)) == 1


# -- assigning -----------------------------------------------------------------------------------------------------------


def claim(run: Run, person: str | None = "ann", **more: object) -> Run:
    """Claim or release the task."""
    run.execute(commands.AssignUserTask(task=task(run).task, assignee=person, **more))  # type: ignore[arg-type]
    return run


def test_who_claims_a_task_has_it_when_the_listeners_agree() -> None:
    run = claim(one(assigning=["a"]))
    assert task(run).assignee is None
    assert told(run)["assignee"] == "ann"
    assert told(run)["action"] == "assign"
    assert task(answer(run)).assignee == "ann"


def test_who_the_diagram_names_has_the_task_when_the_listeners_agree() -> None:
    run = one(assigning=["a"], assignee="ann")
    assert task(run).assignee is None
    assert task(answer(run)).assignee == "ann"


def test_a_denied_assignment_leaves_the_task_as_it_was() -> None:
    run = one(assigning=["a", "b"])
    claim(run)
    answer(run, priority=from_plain(90))
    answer(run, denied=True, reason="on holiday")
    assert (task(run).assignee, task(run).priority) == (None, 50)
    (denied,) = run.emitted(events.UserTaskDenied)
    assert (denied.listener, denied.reason) == ("assigning", "on holiday")
    assert run.waits(events.JobCreated) == []


def test_a_listener_can_give_the_task_to_somebody_else_without_being_asked_again() -> None:
    run = answer(claim(one(assigning=["a"])), assignee="bob", priority=from_plain(80))
    assert (task(run).assignee, task(run).priority) == ("bob", 80)
    assert run.waits(events.JobCreated) == []
    assert [to_plain(dict(e.changes)) for e in run.emitted(events.UserTaskUpdated)] == [{"priority": 80}]


def test_whom_a_listener_to_the_creation_chose_has_the_task_at_once() -> None:
    run = answer(one(creating=["a"], assigning=["b"]), assignee="ann")
    assert task(run).assignee == "ann"
    assert run.waits(events.JobCreated) == []


def test_releasing_a_task_asks_the_listeners_too() -> None:
    run = answer(claim(one(assigning=["a"])))
    claim(run, None)
    assert "assignee" not in told(run)
    assert told(run)["changedAttributes"] == '["assignee"]'
    assert task(answer(run)).assignee is None


def test_a_task_of_a_suspended_instance_cannot_be_assigned_when_listeners_would_be_asked() -> None:
    run = one(assigning=["a"])
    run.execute(commands.SuspendInstance())
    refused = run.attempt(commands.AssignUserTask(task=task(run).task, assignee="ann"))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.INSTANCE_SUSPENDED


def test_handing_a_task_over_asks_the_listeners_and_then_tells_who_gave_it_to_whom() -> None:
    run = one(assigning=["a"], candidate_users='=["cyd"]')
    run.execute(commands.HandOverUserTask(task=task(run).task, to="bob", by="ann"))
    assert (task(run).assignee, told(run)["assignee"]) == (None, "bob")
    answer(run)
    (given,) = run.emitted(events.UserTaskHandedOver)
    assert (task(run).assignee, given.assignee, given.candidate_groups, given.by) == ("bob", "bob", None, "ann")


def test_a_task_that_is_handed_to_a_group_can_get_other_candidates_from_a_listener() -> None:
    run = one(assigning=["a"], candidate_users='=["cyd"]')
    run.execute(commands.HandOverUserTask(task=task(run).task, group="legal", by="ann"))
    answer(run, candidate_users=["eve"])
    assert (task(run).candidate_groups, task(run).candidate_users) == (("legal",), ("eve",))


def test_a_denied_hand_over_leaves_the_task_where_it_was() -> None:
    run = one(assigning=["a"])
    run.execute(commands.HandOverUserTask(task=task(run).task, to="bob", by="ann"))
    answer(run, denied=True)
    assert task(run).assignee is None
    assert run.emitted(events.UserTaskHandedOver) == []


# -- completing ----------------------------------------------------------------------------------------------------------


def test_a_task_is_completed_when_the_listeners_agree() -> None:
    run = one(completing=["a", "b"]).complete("t", "ann", total=5)
    assert task(run).task
    assert run.variables == {}
    answer(run)
    assert answer(run).ended
    assert run.variables == {"total": 5}
    (done,) = run.emitted(events.UserTaskCompleted)
    assert (done.by, to_plain(dict(done.variables))) == ("ann", {"total": 5})


def test_a_listener_sees_what_the_person_filled_in() -> None:
    run = one(completing=["a"], inputs={"net": "=1"}).complete("t", total=5)
    assert to_plain(dict(run.emitted(events.JobCreated)[0].variables)) == {"net": 1, "total": 5}
    assert to_plain(job_variables(run.definitions, run.state, job(run))) == {"net": 1, "total": 5}
    run.fail("t", retries=0)
    run.resolve("t")
    assert to_plain(dict(run.emitted(events.JobRetried)[0].variables)) == {"net": 1, "total": 5}


def test_a_denied_completion_keeps_the_task_open_and_says_why() -> None:
    run = one(completing=["a"]).complete("t", "ann", total=5)
    answer(run, denied=True, reason="the sum is missing")
    assert run.variables == {}
    assert run.emitted(events.UserTaskDenied)[0].reason == "the sum is missing"
    answer(run.complete("t", "ann", total=6))
    assert run.variables == {"total": 6}


def test_a_task_that_is_being_completed_cannot_be_completed_or_claimed_again() -> None:
    run = one(completing=["a"]).complete("t", "ann")
    again = commands.CompleteUserTask(task=task(run).task, by="bob")
    for command in (again, commands.AssignUserTask(task=task(run).task, assignee="bob")):
        refused = run.attempt(command)
        assert isinstance(refused, Rejected)
        assert refused.code == Code.USER_TASK_CHANGING
        assert "being completed by 'ann'" in refused.detail


def test_what_a_listener_corrects_at_the_completion_stands_in_the_journal() -> None:
    run = answer(one(completing=["a"]).complete("t"), priority=from_plain(1))
    assert to_plain(dict(run.emitted(events.UserTaskUpdated)[0].changes)) == {"priority": 1}
    assert run.ended


def test_each_turn_of_a_multi_instance_asks_for_itself() -> None:
    run = one(completing=["a"], loop=each(times="=2"))
    run.complete("t")
    second = run.waits(events.UserTaskCreated, "t")[1]
    run.execute(commands.CompleteUserTask(task=second.task))
    assert len(run.waits(events.JobCreated)) == 2
    answer(run)
    assert answer(run).ended


def test_listeners_are_asked_about_the_task_and_not_about_its_co_signatures() -> None:
    run = one(creating=["a"], completing=["b"])
    answer(run)
    run.execute(commands.AddCoSigner(task=task(run).task, user="bob", by="ann"))
    answer(run.complete("t", "ann", total=5))
    (signature,) = run.waits(events.UserTaskCreated)
    assert signature.co_signs is not None
    run.execute(commands.CompleteUserTask(task=signature.task, by="bob"))
    assert run.ended
    assert run.variables["total"] == 5


def test_a_task_that_was_not_co_signed_is_open_again_without_asking_who_listens_to_its_creation() -> None:
    run = one(creating=["a"], completing=["b"])
    answer(run)
    run.execute(commands.AddCoSigner(task=task(run).task, user="bob", by="ann"))
    answer(run.complete("t", "ann"))
    run.execute(commands.RefuseCoSignature(task=task(run).task, by="bob", comment="no"))
    assert (task(run).assignee, task(run).co_signs) == ("ann", None)
    assert run.waits(events.JobCreated) == []


# -- what a listener cannot answer ---------------------------------------------------------------------------------------


def test_a_listener_of_a_task_brings_no_variables() -> None:
    assert refusal(one(creating=["a"]), variables=from_plain({"x": 1})) == Code.LISTENER_BRINGS_VARIABLES


@pytest.mark.parametrize(
    "corrections",
    [
        {"assignee": 5},
        {"candidate_groups": "sales"},
        {"candidate_users": [1]},
        {"due_date": "tomorrow"},
        {"due_date": datetime(2026, 4, 1)},  # noqa: DTZ001 - the missing zone is what is refused
        {"priority": 101},
        {"priority": "high"},
        {"name": "other"},
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(corrections: dict[str, object]) -> None:
    values = {name: from_plain(value) for name, value in corrections.items()}
    assert refusal(one(creating=["a"]), corrections=values) == Code.CORRECTION_INVALID


def test_other_jobs_neither_deny_nor_correct() -> None:
    run = Run(ProcessBuilder().start().service("t").end().build()).start()
    assert refusal(run, denied=True) == Code.LISTENER_CANNOT_DENY
    assert refusal(run, corrections={"assignee": "ann"}) == Code.CORRECTION_INVALID


def test_a_listener_of_a_task_throws_no_error() -> None:
    run = one(creating=["a"])
    refused = run.attempt(commands.ThrowError(job=job(run).job, code="E"))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.LISTENER_THROWS_ERROR


# -- failing, and what comes from outside --------------------------------------------------------------------------------


def test_a_listener_that_fails_for_good_is_an_incident_and_only_it_is_asked_again() -> None:
    builder = ProcessBuilder().start().user_task("t", task_listeners=task_listening(completing=["a", "b"])).end()
    run = Run(builder.boundary("caught", "t", error()).end("e2").build(), reload=True).start().complete("t", total=5)
    answer(run)
    run.fail("t", retries=0)
    assert run.incident.code == Code.NO_RETRIES_LEFT
    run.resolve("t")
    assert job(run).type == "b"
    assert answer(run).variables == {"total": 5}


def test_a_late_answer_resolves_the_incident() -> None:
    run = one(completing=["a"]).complete("t").fail("t", retries=0)
    answer(run, denied=True)
    assert run.waits(events.IncidentRaised) == []


def test_a_listener_without_a_type_is_an_incident_after_which_all_are_asked_again() -> None:
    run = answer(one(completing=["a", "=kind"]).complete("t"))
    assert run.incident.code == Code.TASK_LISTENER_INVALID
    run.resolve("t", kind="b")
    assert job(run).type == "a"
    answer(run)
    assert job(run).type == "b"
    assert answer(run).ended


def test_the_headers_of_the_task_come_with_those_about_it() -> None:
    run = one(completing=["a"], headers={"to": "all"}, priority="=20", due_date="2026-03-01T09:00:00Z").complete("t")
    assert job(run).headers["to"] == "all"
    about = told(run)
    assert (about["action"], about["priority"], about["dueDate"]) == ("complete", "20", "2026-03-01T09:00:00+00:00")
    assert about["userTaskKey"] == str(task(run).task)
    assert about["changedAttributes"] == "[]"


def test_answers_that_come_while_suspended_are_taken_up_later() -> None:
    for reply, ended in (({}, True), ({"denied": True, "reason": "no"}, False), ({"corrections": {"assignee": "bob"}}, True)):
        run = one(completing=["a"]).complete("t")
        run.execute(commands.SuspendInstance())
        run.execute(commands.CompleteJob(job=job(run).job, **reply))
        run.execute(commands.ResumeInstance())
        assert run.ended is ended


def test_an_answer_that_makes_no_sense_is_refused_while_suspended() -> None:
    run = one(completing=["a"]).complete("t")
    run.execute(commands.SuspendInstance())
    assert refusal(run, variables=from_plain({"x": 1})) == Code.LISTENER_BRINGS_VARIABLES


def test_an_interrupted_task_takes_its_listener_with_it() -> None:
    builder = ProcessBuilder().start().user_task("t", task_listeners=task_listening(completing=["a"])).end()
    run = Run(builder.boundary("late", "t", timer("duration", "PT1H")).end("e2").build()).start().complete("t")
    assert run.tick("late", hours=1).ended
    assert len(run.emitted(events.JobCancelled)) == 1


@pytest.mark.parametrize(("types", "verdict"), [(["a"], Verdict.SAFE), (["b"], Verdict.REFUSED)])
def test_a_task_whose_listeners_are_asked_goes_on_only_where_they_are_the_same(types: list[str], verdict: Verdict) -> None:
    run = one(completing=["a"]).complete("t", total=5)
    target = definition(task_listening(completing=types), "p2")
    run.definitions.processes["p2"] = target
    order = commands.MigrateInstance(process="p2")
    plan = preview_migration(run.definitions, run.state, order, run.now)
    assert not isinstance(plan, Rejected)
    assert plan.verdict is verdict
    if verdict is Verdict.SAFE:
        run.execute(order)
        assert answer(run).variables == {"total": 5}
