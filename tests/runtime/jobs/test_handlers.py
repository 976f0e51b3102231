"""Local handlers run exactly once, inside the transaction; call handlers at least once, outside, with a stable key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from runtime.access.actor import SYSTEM
from runtime.jobs.tables import job
from runtime.packages.tables import package
from runtime.platform import Platform
from runtime.processes.views import InstanceDetail
from runtime.sdk import BpmnError, Handler, HandlerKind, Job, JobFailure
from tests.support.diagrams import diagram, line, service_task, user_task

Function = Callable[[Job], Mapping[str, Any] | None]
OpenPlatform = Callable[..., Platform]
SOON, LATER = timedelta(seconds=30), timedelta(hours=2)

CAUGHT = (
    '<bpmn:boundaryEvent id="caught" attachedToRef="work"><bpmn:errorEventDefinition errorRef="E" /></bpmn:boundaryEvent>'
    '<bpmn:endEvent id="refused" /><bpmn:sequenceFlow id="g" sourceRef="caught" targetRef="refused" />'
)


def _install(platform: Platform, function: Function, kind: HandlerKind, *, retries: int = 3, caught: bool = False) -> None:
    platform.handlers.add(Handler(type="demo.work", kind=kind, function=function), "test")
    flow = line(service_task("work", "demo.work", retries=retries, headers={"unit": "JPY"}), more=CAUGHT if caught else "")
    outside = '<bpmn:error id="E" errorCode="refused" />' if caught else ""
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", flow, outside=outside)})


def _start(platform: Platform, **variables: Any) -> str:
    with platform.database.write(SYSTEM, "test") as work:
        return platform.processes.start(work, "p", variables)


def _look(platform: Platform, instance: str) -> InstanceDetail:
    with platform.database.read() as work:
        return platform.processes.instance(work, instance)


def test_a_local_handler_gets_the_variables_and_gives_its_result(platform: Platform) -> None:
    seen: list[Job] = []

    def double(job: Job) -> dict[str, Any]:
        seen.append(job)
        return {"twice": job.variables["amount"] * 2, "plain": 7, "nested": [{"a": 1.5}]}

    _install(platform, double, "local")
    instance = _start(platform, amount=21)
    detail = _look(platform, instance)
    assert detail.instance.status == "completed"
    assert detail.variables == {
        "amount": Decimal(21), "twice": Decimal(42), "plain": Decimal(7), "nested": [{"a": Decimal("1.5")}]
    }  # fmt: skip
    assert (seen[0].type, seen[0].instance, seen[0].element, seen[0].headers) == (
        "demo.work",
        instance,
        "work",
        {"unit": "JPY"},
    )
    assert seen[0].key.startswith(f"{instance}.")


def _writing(platform: Platform, then: Callable[[], Any]) -> Function:
    """A local handler that writes a row through the open transaction of its instance, and then does something."""

    def write(job: Job) -> Any:
        work = platform.parts.test_work  # type: ignore[attr-defined]
        row = {"name": job.instance[:30], "version": "1.0.0", "label": {}, "content_hash": "", "installed_by": "x"}
        work.connection.execute(insert(package).values(installed_at=work.now, **row))
        work.after_commit.append(lambda: platform.parts.rung.append(job.key))  # type: ignore[attr-defined]
        return then()

    return write


def _start_writing(platform: Platform) -> str:
    platform.parts.rung = []  # type: ignore[attr-defined]
    with platform.database.write(SYSTEM) as work:
        platform.parts.test_work = work  # type: ignore[attr-defined]
        return platform.processes.start(work, "p", {})


def _rows(platform: Platform) -> int:
    with platform.database.read() as work:
        return len(work.connection.execute(select(package)).all())


def test_what_a_local_handler_wrote_is_committed_with_the_step(platform: Platform) -> None:
    _install(platform, _writing(platform, dict), "local")
    _start_writing(platform)
    assert _rows(platform) == 1
    assert len(platform.parts.rung) == 1  # type: ignore[attr-defined]


def _fail() -> None:
    raise JobFailure("the printer is empty")


def _divide() -> None:
    raise ZeroDivisionError("by zero")


def _refuse() -> None:
    raise BpmnError("refused", "no credit", {"why": "limit"})


def _bad_result() -> dict[str, Any]:
    return {"x": object()}


@pytest.mark.parametrize("then", [_fail, _divide, _refuse, _bad_result])
def test_a_local_handler_that_fails_leaves_nothing_of_what_it_wrote(platform: Platform, then: Callable[[], Any]) -> None:
    _install(platform, _writing(platform, then), "local", caught=True)
    _start_writing(platform)
    assert _rows(platform) == 0
    assert platform.parts.rung == []  # type: ignore[attr-defined]


def test_the_transaction_that_a_local_handler_ran_in_may_fail_later_and_takes_everything_back(platform: Platform) -> None:
    _install(platform, _writing(platform, dict), "local")
    with pytest.raises(ZeroDivisionError), platform.database.write(SYSTEM) as work:  # noqa: PT012 - the block is the test
        platform.parts.test_work = work  # type: ignore[attr-defined]
        platform.parts.rung = []  # type: ignore[attr-defined]
        platform.processes.start(work, "p", {})
        raise ZeroDivisionError
    assert _rows(platform) == 0
    with platform.database.read() as work:
        assert platform.processes.instances(work).rows == ()


@pytest.mark.parametrize("kind", ["local", "call"])
def test_a_failing_handler_is_tried_again_with_growing_waits_and_then_is_an_incident(
    platform: Platform, kind: HandlerKind
) -> None:
    keys: list[str] = []

    def fail(job: Job) -> None:
        keys.append(job.key)
        raise JobFailure("the server does not answer")

    _install(platform, fail, kind)
    instance = _start(platform)
    platform.jobs.run_due()
    assert len(keys) == 1
    assert _look(platform, instance).jobs[0].last_error == "the server does not answer"
    assert platform.jobs.run_due() == 0
    for wait in (SOON, LATER):
        platform.database.clock.advance(wait)
        platform.jobs.run_due()
    detail = _look(platform, instance)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert detail.jobs == ()
    assert [(i.element, i.message) for i in detail.incidents] == [("work", "the server does not answer")]
    platform.database.clock.advance(LATER)
    assert platform.jobs.run_due() == 0


@pytest.mark.parametrize("kind", ["local", "call"])
def test_a_resolved_incident_tries_again_and_goes_on(platform: Platform, kind: HandlerKind) -> None:
    ready = []

    def work_when_ready(job: Job) -> None:
        if not ready:
            raise JobFailure("not yet")

    _install(platform, work_when_ready, kind, retries=1)
    instance = _start(platform)
    platform.jobs.run_due()
    (incident,) = _look(platform, instance).incidents
    with platform.database.write(SYSTEM) as work:
        first = platform.processes.resolve_incident(work, incident.id)
    platform.jobs.run_due()
    (again,) = _look(platform, instance).incidents
    assert again.id != incident.id
    assert first.solved is (kind == "call")  # outside work is tried after the answer
    ready.append(True)
    with platform.database.write(SYSTEM) as work:
        assert platform.processes.resolve_incident(work, again.id, {"note": "mended"}).solved
    platform.jobs.run_due()
    detail = _look(platform, instance)
    assert detail.instance.status == "completed"
    assert detail.variables == {"note": "mended"}


@pytest.mark.parametrize("kind", ["local", "call"])
def test_a_bpmn_error_takes_the_boundary_event(platform: Platform, kind: HandlerKind) -> None:
    def refuse(job: Job) -> None:
        raise BpmnError("refused", "no credit")

    _install(platform, refuse, kind, caught=True)
    instance = _start(platform)
    platform.jobs.run_due()
    assert _look(platform, instance).instance.status == "completed"
    with platform.database.read() as work:
        events = [e for row in platform.processes.journal(work, instance) for e in row.events]
    assert "refused" in [e["element"] for e in events if e["event"] == "ElementActivated"]


@pytest.mark.parametrize("kind", ["local", "call"])
def test_a_bpmn_error_that_nobody_catches_is_an_incident(platform: Platform, kind: HandlerKind) -> None:
    def refuse(job: Job) -> None:
        raise BpmnError("refused", "no credit")

    _install(platform, refuse, kind)
    instance = _start(platform)
    platform.jobs.run_due()
    detail = _look(platform, instance)
    assert len(detail.incidents) == 1
    assert detail.jobs == ()


def test_a_call_handler_runs_outside_of_any_transaction(platform: Platform) -> None:
    def write_elsewhere(job: Job) -> dict[str, Any]:
        with platform.database.write(SYSTEM) as work:  # refused inside a transaction of the same thread
            return {"at": work.now}

    _install(platform, write_elsewhere, "call")
    instance = _start(platform)
    assert _look(platform, instance).jobs[0].kind == "call"
    assert platform.jobs.run_due() == 1
    assert _look(platform, instance).instance.status == "completed"


def test_retry_after_is_honoured(platform: Platform) -> None:
    def busy(job: Job) -> None:
        raise JobFailure("too many requests", retry_after=5000)

    _install(platform, busy, "call")
    instance = _start(platform)
    platform.jobs.run_due()
    with platform.database.read() as work:
        waits = _look(platform, instance).jobs[0].due - work.now
    assert timedelta(seconds=4990) < waits <= timedelta(seconds=5000)


def test_a_worker_that_died_spends_an_attempt_and_another_takes_over(open_platform: OpenPlatform) -> None:
    first = open_platform()
    calls: list[str] = []
    _install(first, lambda job: calls.append(job.key), "call", retries=2)
    instance = _start(first)
    with first.database.write(SYSTEM) as work:  # what a worker does before it dies
        from runtime.jobs import statements

        job_id = _look(first, instance).jobs[0].id
        assert statements.lease(work.connection, job_id, work.now, "dead", work.now + timedelta(minutes=5)) is not None
    assert first.jobs.run_due() == 0
    second = open_platform(later=timedelta(minutes=6))
    second.handlers.add(Handler(type="demo.work", kind="call", function=lambda job: calls.append(job.key)), "test")
    assert second.jobs.run_due() == 1
    assert calls == [job_id]
    assert _look(second, instance).instance.status == "completed"


def test_a_worker_that_dies_every_time_ends_in_an_incident(platform: Platform) -> None:
    from runtime.jobs import statements

    _install(platform, lambda job: None, "call", retries=1)
    instance = _start(platform)
    job_id = _look(platform, instance).jobs[0].id
    with platform.database.write(SYSTEM) as work:
        statements.lease(work.connection, job_id, work.now, "dead", work.now + timedelta(minutes=5))
    platform.database.clock.advance(timedelta(minutes=6))
    platform.jobs.run_due()
    (incident,) = _look(platform, instance).incidents
    assert "worker stopped" in incident.message


def test_the_result_of_a_worker_that_lost_its_lease_is_dropped(platform: Platform) -> None:
    calls: list[int] = []

    def slow(job: Job) -> dict[str, Any]:
        calls.append(len(calls))
        if len(calls) == 1:
            platform.database.clock.advance(timedelta(minutes=6))
            platform.jobs.run_due()  # another worker, while this one still thinks that it has the lease
        return {"by": len(calls) * 10 + calls[0]}

    _install(platform, slow, "call")
    instance = _start(platform)
    platform.jobs.run_due()
    detail = _look(platform, instance)
    assert len(calls) == 2
    assert detail.instance.status == "completed"
    with platform.database.read() as work:
        events = [e["event"] for row in platform.processes.journal(work, instance) for e in row.events]
    assert events.count("JobCompleted") == 1


def test_a_cancelled_instance_leaves_no_work_behind(platform: Platform) -> None:
    _install(platform, lambda job: None, "call")
    instance = _start(platform)
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, instance, "test")
        assert work.connection.execute(select(job)).all() == []
    assert platform.jobs.run_due() == 0
    assert _look(platform, instance).instance.status == "cancelled"


def test_many_local_jobs_in_a_row_do_not_hold_one_transaction_for_ever(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runtime.processes import running

    monkeypatch.setattr(running, "LOCAL_STEPS", 5)
    platform.handlers.add(Handler(type="demo.count", kind="local", function=_count), "test")
    tasks = [service_task(f"w{n}", "demo.count") for n in range(12)]
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(*tasks))})
    instance = _start(platform, n=0)
    assert _look(platform, instance).instance.status == "active"
    platform.jobs.run_due()
    detail = _look(platform, instance)
    assert detail.instance.status == "completed"
    assert detail.variables == {"n": Decimal(12)}


def _count(job: Job) -> dict[str, Any]:
    return {"n": job.variables["n"] + 1}


def test_a_user_can_go_on_although_the_work_behind_the_task_fails(platform: Platform) -> None:
    platform.handlers.add(Handler(type="demo.work", kind="local", function=lambda job: _fail()), "test")
    with platform.database.write(SYSTEM) as work:
        flow = line(user_task("ask", groups="seller"), service_task("work", "demo.work"))
        platform.processes.deploy(work, {"p.bpmn": diagram("p", flow)})
        instance = platform.processes.start(work, "p", {})
        task = platform.processes.tasks(work, view="all").rows[0]
    with platform.database.write(SYSTEM) as work:
        platform.processes.complete_task(work, task.id, {"answer": "yes"})
    detail = _look(platform, instance)
    assert detail.tasks == ()
    assert detail.variables == {"answer": "yes"}
    assert [j.kind for j in detail.jobs] == ["local"]
