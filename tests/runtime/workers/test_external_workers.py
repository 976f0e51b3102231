"""Jobs without a handler wait for external workers; what they answer counts as long as their lock is the job's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.api import commands
from runtime.access.actor import SYSTEM, Actor
from runtime.access.policy import Policy
from runtime.access.roles import Role, Roles
from runtime.errors import Conflict, Forbidden, Invalid, NotFound
from runtime.execute import Executor
from runtime.jobs.work import Failed
from runtime.platform import Platform
from runtime.processes.views import InstanceDetail
from runtime.sdk import Handler, Job
from runtime.workers.service import ExternalWorkers, completion, key_of
from runtime.workers.views import ExternalJob
from runtime.workers.waiting import hand_over, tell_of_forgotten
from tests.support.diagrams import diagram, line, service_task, user_task

OpenPlatform = Callable[..., Platform]
LOCK = timedelta(minutes=1)
CAUGHT = (
    '<bpmn:boundaryEvent id="caught" attachedToRef="work"><bpmn:errorEventDefinition errorRef="E" /></bpmn:boundaryEvent>'
    '<bpmn:endEvent id="refused" /><bpmn:sequenceFlow id="g" sourceRef="caught" targetRef="refused" />'
)


def _deploy(platform: Platform, *types: str, retries: int = 3, caught: bool = False) -> None:
    tasks = [service_task("work" if not n else f"work{n}", one, retries=retries) for n, one in enumerate(types)]
    outside = '<bpmn:error id="E" errorCode="refused" />' if caught else ""
    with platform.database.write(SYSTEM) as work:
        flow = line(*tasks, more=CAUGHT if caught else "")
        platform.processes.deploy(work, {"p.bpmn": diagram("p", flow, outside=outside)})


def _start(platform: Platform, **variables: Any) -> str:
    with platform.database.write(SYSTEM, "test") as work:
        return platform.processes.start(work, "p", variables, business_key="order-1")


def _fetch(platform: Platform, *types: str, most: int = 10, **more: Any) -> tuple[ExternalJob, ...]:
    with platform.database.write(SYSTEM) as work:
        return platform.workers.fetch(work, types or ("demo.print",), worker="printer", most=most, lock=LOCK, **more)


def _complete(platform: Platform, job: ExternalJob, **variables: Any) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.workers.complete(work, job.id, job.lock, completion(job.id, variables))


def _fail(platform: Platform, job: ExternalJob, **more: Any) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.workers.fail(work, job.id, job.lock, Failed(message="out of paper", **more))


def _look(platform: Platform, instance: str) -> InstanceDetail:
    with platform.database.read() as work:
        return platform.processes.instance(work, instance)


def test_a_job_without_a_handler_waits_for_a_worker_who_gets_all_it_needs(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    instance = _start(platform, copies=2, secret="x")
    assert platform.jobs.run_due() == 0
    assert _look(platform, instance).incidents == ()
    (job,) = _fetch(platform, variables=["copies", "unknown"])
    assert (job.type, job.instance_id, job.element, job.process_id, job.business_key) == (
        "demo.print",
        instance,
        "work",
        "p",
        "order-1",
    )
    assert job.variables == {"copies": Decimal(2)}
    assert (job.attempt, job.retries) == (1, 2)
    _complete(platform, job, pages=7)
    detail = _look(platform, instance)
    assert detail.instance.status == "completed"
    assert detail.variables["pages"] == Decimal(7)


def test_a_job_is_given_to_one_worker_only(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    _start(platform)
    assert len(_fetch(platform)) == 1
    assert _fetch(platform) == ()


def test_the_longest_waiting_goes_first_and_no_more_than_asked_for_over_all_types(platform: Platform) -> None:
    for name in ("demo.print", "demo.bind"):
        with platform.database.write(SYSTEM) as work:
            flow = line(service_task("work", name))
            platform.processes.deploy(work, {f"{name}.bpmn": diagram(name.replace(".", "_"), flow)})
    made = []
    for name in ("demo_print", "demo_bind", "demo_print"):
        platform.database.clock.advance(timedelta(seconds=1))
        with platform.database.write(SYSTEM) as work:
            made.append(platform.processes.start(work, name, {}))
    first = _fetch(platform, "demo.print", "demo.bind", most=2)
    assert [job.instance_id for job in first] == made[:2]
    assert [job.instance_id for job in _fetch(platform, "demo.print", "demo.bind", most=2)] == made[2:]


def test_a_failed_job_waits_its_turn_and_the_others_are_not_held_up(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    bad, good = _start(platform), _start(platform)
    (job,) = _fetch(platform, most=1)
    assert job.instance_id == bad
    _fail(platform, job)
    assert [job.instance_id for job in _fetch(platform)] == [good]
    platform.database.clock.advance(timedelta(minutes=2))
    (again,) = _fetch(platform)
    assert (again.id, again.attempt, again.retries) == (job.id, 2, 1)
    assert again.lock != job.lock


def test_failing_to_the_end_is_an_incident_and_resolving_it_offers_the_job_again(platform: Platform) -> None:
    _deploy(platform, "demo.print", retries=2)
    instance = _start(platform)
    for _ in range(2):
        (job,) = _fetch(platform)
        _fail(platform, job)
        platform.database.clock.advance(timedelta(hours=2))
    detail = _look(platform, instance)
    assert [(i.element, i.message) for i in detail.incidents] == [("work", "out of paper")]
    assert _fetch(platform) == ()
    with platform.database.write(SYSTEM) as work:
        platform.processes.resolve_incident(work, detail.incidents[0].id)
    (job,) = _fetch(platform)
    assert job.attempt == 1
    _complete(platform, job)
    assert _look(platform, instance).instance.status == "completed"


def test_a_worker_may_say_how_often_and_when_to_try_again(platform: Platform) -> None:
    _deploy(platform, "demo.print", retries=1)
    instance = _start(platform)
    (job,) = _fetch(platform)
    _fail(platform, job, retries=5, retry_after=3000)
    platform.database.clock.advance(timedelta(seconds=2990))
    assert _fetch(platform) == ()
    platform.database.clock.advance(timedelta(seconds=11))
    (job,) = _fetch(platform)
    assert job.retries == 4
    _fail(platform, job, retries=0)
    assert len(_look(platform, instance).incidents) == 1


def test_a_lock_that_ends_spends_an_attempt_and_the_next_worker_gets_the_job(platform: Platform) -> None:
    _deploy(platform, "demo.print", retries=2)
    _start(platform)
    (dead,) = _fetch(platform)
    assert platform.jobs.run_due() == 0
    platform.database.clock.advance(LOCK)
    assert platform.jobs.run_due() == 1
    (job,) = _fetch(platform)
    assert (job.attempt, job.retries) == (2, 0)
    with pytest.raises(Conflict) as refusal:
        _complete(platform, dead)
    assert refusal.value.code == "JOB-1002"
    _complete(platform, job)


def test_workers_that_die_every_time_end_in_an_incident(platform: Platform) -> None:
    _deploy(platform, "demo.print", retries=2)
    instance = _start(platform)
    for _ in range(2):
        assert len(_fetch(platform)) == 1
        platform.database.clock.advance(LOCK)
        platform.jobs.run_due()
    (incident,) = _look(platform, instance).incidents
    assert "printer" in incident.message
    assert _fetch(platform) == ()


def test_a_late_answer_counts_while_nobody_else_has_the_job(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    instance = _start(platform)
    (job,) = _fetch(platform)
    platform.database.clock.advance(LOCK * 2)
    _complete(platform, job)
    assert _look(platform, instance).instance.status == "completed"
    assert platform.jobs.run_due() == 0


def test_an_extended_lock_holds_longer(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    _start(platform)
    (job,) = _fetch(platform)
    platform.database.clock.advance(LOCK / 2)
    with platform.database.write(SYSTEM) as work:
        until = platform.workers.extend(work, job.id, job.lock, LOCK * 10)
        assert until == work.now + LOCK * 10
    platform.database.clock.advance(LOCK)
    platform.jobs.run_due()
    assert _fetch(platform) == ()
    _complete(platform, job)


def test_a_bpmn_error_takes_the_boundary_event(platform: Platform) -> None:
    _deploy(platform, "demo.print", caught=True)
    instance = _start(platform)
    (job,) = _fetch(platform)
    with platform.database.write(SYSTEM) as work:
        thrown = commands.ThrowError(job=key_of(job.id), code="refused", message="no", variables={"why": "limit"})
        platform.workers.throw(work, job.id, job.lock, thrown)
    with platform.database.read() as work:
        events = [e for row in platform.processes.journal(work, instance) for e in row.events]
    assert "refused" in [e["element"] for e in events if e["event"] == "ElementActivated"]


def test_what_is_done_or_cancelled_is_not_found(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    _start(platform)
    (job,) = _fetch(platform)
    _complete(platform, job)
    with pytest.raises(NotFound):
        _complete(platform, job)
    instance = _start(platform)
    (job,) = _fetch(platform)
    with platform.database.write(SYSTEM) as work:
        platform.processes.cancel(work, instance, "test")
    with pytest.raises(NotFound):
        _fail(platform, job)


@pytest.mark.parametrize("job_id", ["", "x", "a.b", "a.999999999999999999999", "a.-1", "a.²"])
def test_what_is_no_id_of_a_job_is_not_found(job_id: str) -> None:
    with pytest.raises(NotFound):
        key_of(job_id)


def test_a_result_that_cannot_be_taken_is_refused_and_the_job_stays_with_the_worker(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    _start(platform)
    (job,) = _fetch(platform)
    with pytest.raises(Invalid):
        _complete(platform, job, bad=object())
    denied = completion(job.id, {}, denied=True, reason="no task here")
    with pytest.raises(Invalid), platform.database.write(SYSTEM) as work:
        platform.workers.complete(work, job.id, job.lock, denied)
    _complete(platform, job)


def test_the_job_of_a_suspended_instance_is_not_given_out_but_its_answer_is_kept(platform: Platform) -> None:
    _deploy(platform, "demo.print", "demo.print")
    instance = _start(platform)
    (job,) = _fetch(platform)
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.suspend(work, instance, "test")
    _complete(platform, job, pages=1)
    assert _fetch(platform) == ()
    with platform.database.write(SYSTEM) as work:
        platform.processes.operations.resume(work, instance)
    (job,) = _fetch(platform)
    _complete(platform, job)
    assert _look(platform, instance).instance.status == "completed"


def test_a_handler_that_is_installed_later_takes_over_what_waits(open_platform: OpenPlatform) -> None:
    first = open_platform()
    _deploy(first, "demo.print")
    instance = _start(first)
    second = open_platform()
    second.handlers.add(Handler(type="demo.print", kind="call", function=lambda job: {"by": "handler"}), "test")
    with second.database.write(SYSTEM) as work:
        assert hand_over(work, second.parts.queue, second.handlers) == 1
    assert second.jobs.run_due() == 1
    assert _look(second, instance).variables["by"] == "handler"


def test_a_call_whose_handler_is_gone_waits_for_a_worker(open_platform: OpenPlatform) -> None:
    first = open_platform()
    first.handlers.add(Handler(type="demo.print", kind="call", function=lambda job: None), "test")
    _deploy(first, "demo.print")
    _start(first)
    second = open_platform()
    second.jobs.run_due()
    (job,) = _fetch(second)
    assert job.attempt == 1


def test_a_local_job_whose_handler_is_gone_is_an_incident_and_then_waits_for_a_worker(open_platform: OpenPlatform) -> None:
    first = open_platform()

    def fail(job: Job) -> None:
        raise ValueError("not now")

    first.handlers.add(Handler(type="demo.print", kind="local", function=fail), "test")
    _deploy(first, "demo.print")
    instance = _start(first)
    second = open_platform(later=timedelta(hours=1))
    second.jobs.run_due()
    (incident,) = _look(second, instance).incidents
    assert "No handler" in incident.message
    with second.database.write(SYSTEM) as work:
        second.processes.resolve_incident(work, incident.id)
    assert len(_fetch(second)) == 1


def test_nobody_asking_for_a_job_is_told_and_the_first_who_asks_gets_it(platform: Platform) -> None:
    _deploy(platform, "demo.prnit")
    instance = _start(platform)

    def tell(patience: timedelta = timedelta(hours=1)) -> int:
        with platform.database.write(SYSTEM) as work:
            return tell_of_forgotten(work, patience)

    assert tell() == 0
    platform.database.clock.advance(timedelta(hours=1))
    assert tell() == 1
    assert tell() == 0
    (incident,) = _look(platform, instance).incidents
    assert (incident.code, incident.element) == ("JOB-2003", "work")
    assert "demo.prnit" in incident.message
    (job,) = _fetch(platform, "demo.prnit")
    assert _look(platform, instance).incidents == ()
    _complete(platform, job)


def test_the_incident_of_a_job_that_nobody_asked_for_goes_with_the_job(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        message = '<bpmn:message id="m" name="enough" />'
        boundary = (
            '<bpmn:boundaryEvent id="out" attachedToRef="work"><bpmn:timerEventDefinition><bpmn:timeDuration '
            'xsi:type="bpmn:tFormalExpression">PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
            f'{user_task("after")}<bpmn:sequenceFlow id="g" sourceRef="out" targetRef="after" />'
        )
        flow = line(service_task("work", "demo.print"), more=boundary)
        platform.processes.deploy(work, {"p.bpmn": diagram("p", flow, outside=message)})
    instance = _start(platform)
    platform.database.clock.advance(timedelta(hours=1))
    with platform.database.write(SYSTEM) as work:
        assert tell_of_forgotten(work, timedelta(hours=1)) == 1
    platform.database.clock.advance(timedelta(hours=1))
    platform.jobs.run_due()
    with platform.database.write(SYSTEM) as work:
        tell_of_forgotten(work, timedelta(hours=1))
    assert _look(platform, instance).incidents == ()


def test_a_type_that_workers_ask_for_is_never_forgotten(platform: Platform) -> None:
    _deploy(platform, "demo.print")
    _start(platform)
    platform.database.clock.advance(timedelta(hours=1))
    with platform.database.write(SYSTEM) as work:
        assert not platform.workers.heard_of(work, ["demo.print"])
        platform.workers.hear(work, ["demo.print"], "printer")
        platform.workers.hear(work, ["demo.print"], "printer")
        assert platform.workers.heard_of(work, ["demo.print"])
        assert tell_of_forgotten(work, timedelta(hours=1)) == 0


def test_a_worker_does_only_jobs_of_the_types_its_roles_name(platform: Platform) -> None:
    rights = {"label": {"en": "x"}, "permissions": frozenset({"job.work"})}
    roles = {
        "printer": Role(name="printer", job_types=("demo.*",), **rights),  # type: ignore[arg-type]
        "reader": Role(name="reader", job_types=("*",), label={"en": "x"}),
    }
    workers = ExternalWorkers(Executor(platform.parts), Policy(Roles(roles)))
    _deploy(platform, "demo.print", "shop.charge")
    _start(platform)

    def fetch(type: str, *roles: str) -> tuple[ExternalJob, ...]:
        with platform.database.write(Actor(id="w", name="W", roles=frozenset(roles))) as work:
            assert workers.offered(work, [type]) in (True, False)
            return workers.fetch(work, [type], worker="w", most=1, lock=LOCK)

    (job,) = fetch("demo.print", "printer")
    for type, role in (("shop.charge", "printer"), ("demo.print", "reader"), ("demo", "printer")):
        with pytest.raises(Forbidden):
            fetch(type, role)
    with pytest.raises(Forbidden), platform.database.write(Actor(id="w", name="W")) as work:
        workers.complete(work, job.id, job.lock, completion(job.id, {}))
