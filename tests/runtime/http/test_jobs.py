"""External workers by REST: rights, repeats, waiting, and what is refused."""

from __future__ import annotations

import threading

import pytest

from runtime.access.actor import SYSTEM, Actor
from tests.support.diagrams import diagram, line, service_task

FETCH = {"types": ["demo.print"], "worker": "printer"}


@pytest.fixture
def call(app, platform):
    """Calls the API with the token of a worker."""
    with platform.database.write(SYSTEM) as work:
        platform.access.add_user(work, "demo-printer", name="Demo Printer", roles=["worker"])
    with platform.database.write(Actor(id="demo-boss", name="Boss", roles=frozenset({"administrator"}))) as work:
        token = platform.access.create_token(work, "demo-printer", "test")[1]

    def post(path, body, key=None):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return app.test_client().post(f"/api/v1/jobs{path}", json=body, headers=headers)

    return post


@pytest.fixture
def begin(platform):
    """Starts a process with a job for a worker."""
    with platform.database.write(SYSTEM) as work:
        flow = line(service_task("work", "demo.print", headers={"size": "A4"}))
        platform.processes.deploy(work, {"p.bpmn": diagram("print", flow)})

    def start(**variables):
        with platform.database.write(SYSTEM) as work:
            return platform.processes.start(work, "print", variables)

    return start


def fetched(call):
    answer = call("/fetch", FETCH)
    assert answer.status_code == 200, answer.json
    (job,) = answer.json["jobs"]
    return job


def test_a_worker_fetches_a_job_and_completes_it(call, begin, platform):
    instance = begin(copies=2, price=1.5)
    job = fetched(call)
    assert (job["instance_id"], job["type"], job["element"], job["attempt"], job["retries"]) == (
        instance,
        "demo.print",
        "work",
        1,
        2,
    )
    assert job["headers"] == {"size": "A4"}
    assert job["variables"] == {"copies": 2, "price": 1.5}
    assert job["locked_until"] > job["created_at"]
    answer = call(f"/{job['id']}/complete", {"lock": job["lock"], "variables": {"pages": 3}})
    assert (answer.status_code, answer.data) == (204, b"")
    with platform.database.read() as work:
        assert platform.processes.instance(work, instance).instance.status == "completed"


def test_with_nothing_to_do_the_answer_is_empty(call):
    assert call("/fetch", FETCH).json == {"jobs": []}


def test_a_fetch_whose_answer_was_lost_gives_the_same_jobs_again(call, begin):
    begin()
    first = call("/fetch", FETCH, key="k").json
    assert len(first["jobs"]) == 1
    assert call("/fetch", FETCH, key="k").json == first
    assert call("/fetch", FETCH, key="k2").json == {"jobs": []}


def test_a_completion_whose_answer_was_lost_may_be_repeated(call, begin):
    begin()
    job = fetched(call)
    for _ in range(2):
        answer = call(f"/{job['id']}/complete", {"lock": job["lock"]}, key=job["lock"])
        assert answer.status_code == 204, answer.json
    answer = call(f"/{job['id']}/complete", {"lock": job["lock"]})
    assert (answer.status_code, answer.json["code"]) == (404, "JOB-1001")


@pytest.mark.parametrize(
    ("what", "body"),
    [("complete", {}), ("fail", {"message": "x"}), ("error", {"code": "x"}), ("extend", {"lock_seconds": 5})],
)
def test_a_stale_lock_is_refused_with_a_code_of_its_own(call, begin, what, body):
    begin()
    job = fetched(call)
    answer = call(f"/{job['id']}/{what}", {"lock": "another", **body})
    assert (answer.status_code, answer.json["code"]) == (409, "JOB-1002")


def test_a_failed_job_comes_again_after_what_the_other_side_asked_for(call, begin, platform):
    from datetime import timedelta

    begin()
    job = fetched(call)
    answer = call(f"/{job['id']}/fail", {"lock": job["lock"], "message": "busy", "retry_after_seconds": 900})
    assert answer.status_code == 204, answer.json
    platform.database.clock.advance(timedelta(seconds=890))
    assert call("/fetch", FETCH).json == {"jobs": []}
    platform.database.clock.advance(timedelta(seconds=11))
    assert fetched(call)["attempt"] == 2


def test_a_lock_is_extended_and_an_error_that_nobody_catches_is_an_incident(call, begin, platform):
    instance = begin()
    job = fetched(call)
    answer = call(f"/{job['id']}/extend", {"lock": job["lock"], "lock_seconds": 600})
    assert answer.status_code == 200
    assert answer.json["locked_until"] > job["locked_until"]
    answer = call(f"/{job['id']}/error", {"lock": job["lock"], "code": "E", "variables": {"why": "x"}})
    assert answer.status_code == 204
    with platform.database.read() as work:
        assert len(platform.processes.instance(work, instance).incidents) == 1


def test_who_waits_is_woken_by_the_job_that_comes(call, begin, platform):
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(call("/fetch", FETCH | {"wait_seconds": 20}).json))
    waiter.start()
    begin()
    waiter.join(15)
    assert len(answers[0]["jobs"]) == 1


def test_a_server_that_stops_lets_those_who_wait_go(call, platform):
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(call("/fetch", FETCH | {"wait_seconds": 30}).json))
    waiter.start()
    platform.parts.queue.offers.close()
    waiter.join(15)
    assert answers == [{"jobs": []}]


def test_jobs_of_other_types_and_people_without_the_role_are_refused(browser, begin):
    begin()
    clerk = browser("demo-clerk")
    assert clerk.api("POST", "/jobs/fetch", json=FETCH).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"types": []},
        {"types": [""]},
        {"max_jobs": 0},
        {"max_jobs": 101},
        {"lock_seconds": 0},
        {"wait_seconds": 31},
        {"worker": ""},
        {"other": 1},
    ],
)
def test_a_fetch_that_makes_no_sense_is_refused(call, wrong):
    assert call("/fetch", FETCH | wrong).status_code == 422


@pytest.mark.parametrize("job_id", ["x", "x.1", "%00", "1.99999999999"])
def test_a_job_that_never_was_is_not_found(call, job_id):
    for what, body in (("complete", {}), ("fail", {"message": "x"}), ("error", {"code": "x"}), ("extend", {})):
        assert call(f"/{job_id}/{what}", {"lock": "l", **body}).status_code == 404
