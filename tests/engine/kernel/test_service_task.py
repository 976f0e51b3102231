"""Service and send tasks: jobs, their failures and errors."""

from __future__ import annotations

import pytest

from engine.feel import from_plain, to_plain
from engine.kernel import Code, Rejected, commands, events, visible_variables
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder, each


def service(**fields: object) -> Run:
    """A process of one service task `s`."""
    return Run(ProcessBuilder().start().service("s", **fields).end().build())


def job(run: Run) -> events.JobCreated:
    """The open job."""
    return run.wait(events.JobCreated, "s")


@pytest.mark.parametrize("kind", ["serviceTask", "sendTask"])
def test_makes_a_job_and_goes_on_with_its_result(kind: str) -> None:
    run = service(type_="mail.send", retries="=2 + 3", headers={"to": "all"}, kind=kind).start(a=1)
    made = job(run)
    assert (made.type, made.retries, made.headers) == ("mail.send", 5, {"to": "all"})
    run.work("s", b=2)
    assert run.variables == {"a": 1, "b": 2}


def test_the_job_sees_all_visible_variables_when_it_is_made() -> None:
    run = service(inputs={"b": "=a + 1"}).start(a=1)
    made = run.emitted(events.JobCreated)[0]
    assert to_plain(dict(made.variables)) == {"a": 1, "b": 2}
    assert to_plain(visible_variables(run.definitions, run.state, made.key)) == {"a": 1, "b": 2}


def test_what_the_job_sees_is_not_stored_a_second_time() -> None:
    run = service().start(a=1)
    assert job(run).variables == {}


def test_a_failure_with_retries_left_keeps_the_job() -> None:
    run = service().start()
    run.fail("s", retries=2)
    assert run.open == ["s"]
    assert job(run).retries == 2
    assert run.emitted(events.JobFailed)[0].message == "it broke"


def test_the_last_failure_is_an_incident_whose_resolution_has_the_job_tried_again() -> None:
    run = service().start(a=1)
    key = job(run).job
    run.fail("s", retries=0, message="no route to host")
    assert (run.incident.code, run.incident.message, run.incident.job) == (Code.NO_RETRIES_LEFT, "no route to host", key)
    run.resolve("s", a=2)
    retried = run.emitted(events.JobRetried)[0]
    assert (retried.job, retried.retries) == (key, 1)
    assert to_plain(dict(retried.variables)) == {"a": 2}
    assert job(run).job == key
    run.work("s")
    assert run.ended


def test_a_late_result_is_welcome_in_spite_of_the_incident() -> None:
    run = service().start()
    run.fail("s", retries=0)
    run.work("s")
    assert run.ended
    assert len(run.emitted(events.IncidentResolved)) == 1


def test_a_job_with_an_incident_cannot_fail_again() -> None:
    run = service().start()
    run.fail("s", retries=0)
    key = job(run).job
    for command in (commands.FailJob(job=key, message="", retries=0), commands.ThrowError(job=key, code="E")):
        refused = run.attempt(command)
        assert isinstance(refused, Rejected)
        assert refused.code is Code.JOB_HAS_INCIDENT


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.CompleteJob(job=99), Code.JOB_NOT_FOUND),
        (commands.FailJob(job=99, message="", retries=1), Code.JOB_NOT_FOUND),
        (commands.ThrowError(job=99, code="E"), Code.JOB_NOT_FOUND),
        (commands.FailJob(job=4, message="", retries=-1), Code.RETRIES_NEGATIVE),
        (commands.ThrowError(job=4, code=""), Code.ERROR_CODE_EMPTY),
    ],
)
def test_what_makes_no_sense_is_rejected(command: commands.Command, code: Code) -> None:
    run = service().start()
    assert job(run).job == 4
    refused = run.attempt(command)
    assert isinstance(refused, Rejected)
    assert refused.code is code


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type_": "=null"}, "The job type of 's' must be a text that is not empty, but `=null` gave null."),
        ({"retries": "=-1"}, "The retries of 's' must be a whole number"),
        ({"retries": "many"}, "but it is the text 'many'"),
    ],
)
def test_a_job_that_cannot_be_made_is_an_incident(fields: dict[str, str], words: str) -> None:
    run = service(**fields).start()
    assert run.incident.code == Code.JOB_INVALID
    assert words in run.incident.message


def test_an_uncaught_error_is_an_incident_of_the_job() -> None:
    run = service().start()
    run.throw("s", "E_CREDIT")
    assert run.incident.code == Code.ERROR_UNCAUGHT
    assert run.incident.job == job(run).job
    assert "'E_CREDIT'" in run.incident.message
    run.resolve("s")
    run.work("s")
    assert run.ended


def test_a_service_task_without_job_type_is_an_incident() -> None:
    run = Run(ProcessBuilder().start().add("serviceTask", "s").end().build()).start()
    assert run.incident.code == Code.JOB_INVALID


def test_jobs_of_a_multi_instance_see_their_item() -> None:
    process = ProcessBuilder().start().service("s", loop=each("=[10, 20]", "item")).end().build()
    run = Run(process).start()
    assert [to_plain(m.variables["item"]) for m in run.emitted(events.JobCreated)] == [10, 20]


def test_a_result_of_the_wrong_kind_does_not_disturb_other_variables() -> None:
    run = service().start(a=1)
    run.execute(commands.CompleteJob(job=job(run).job, variables=from_plain({"b": {"c": [1, None, True]}})))
    assert run.variables == {"a": 1, "b": {"c": [1, None, True]}}
