"""The log says what it is about, and nothing about persons."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict
from runtime.http.app import create_app
from runtime.observe import logs
from runtime.platform import Platform
from runtime.sdk import Handler, Job
from tests.support.diagrams import diagram, line, service_task, user_task

CANARIES = ("Canary Person", "canary@example.com", "canary-secret-7", "ringi_canarytoken123456", "+81-90-0000-0000")


class Written:
    """What was logged, whole and by line."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(one) for one in self.text.splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    """The log of the test, as a server writes it."""
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(as_json=True, whole=False))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield Written(stream)
    root.removeHandler(handler)
    root.setLevel(level)
    logs.forget()


def test_entries_say_what_they_are_about_as_long_as_that_is_so(written: Written) -> None:
    with logs.about(job="j1", instance="i1", user=None):
        logging.getLogger("a").warning("within")
    logging.getLogger("a").warning("after")
    within, after = written.entries
    assert (within["event"], within["job"], within["instance"], within["level"]) == ("within", "j1", "i1", "warning")
    assert "user" not in within
    assert "job" not in after
    assert after["timestamp"].endswith("Z")


def test_what_is_not_listed_and_what_looks_like_a_secret_is_left_out(written: Written) -> None:
    logging.getLogger("a").warning("to %s", CANARIES[1], extra={"customer": CANARIES[0], "route": f"/x?token={CANARIES[2]}"})
    logging.getLogger("a").warning("postgresql://ringi:%s@db/x with Bearer %s", CANARIES[2], CANARIES[3])
    logging.getLogger("a").warning("a token %s", CANARIES[3])
    assert len(written.entries) == 3
    assert not [one for one in CANARIES if one in written.text]


def test_of_an_exception_its_type_code_and_place_are_told(written: Written) -> None:
    try:
        raise Conflict("X-1", f"{CANARIES[0]} was first")
    except Conflict:
        logging.getLogger("a").exception("it failed")
    entry = written.entries[0]
    assert entry["error"] == "Conflict X-1"
    assert "test_logs.py" in entry["exception"][-1]
    assert CANARIES[0] not in written.text


def test_persons_who_come_through_forms_jobs_and_failures_never_reach_the_log(platform: Platform, written: Written) -> None:
    person = {"name": CANARIES[0], "mail": CANARIES[1], "phone": CANARIES[4], "secret": CANARIES[2]}

    def fail(job: Job) -> None:
        raise ValueError(f"cannot mail {job.variables['name']} at {job.variables['mail']}")

    platform.handlers.add(Handler(type="demo.mail", kind="call", function=fail), "test")
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(service_task("mail", "demo.mail"), user_task("look")))})
        platform.access.add_user(work, "boss", name=CANARIES[0], password=CANARIES[2], roles=["administrator"])
        token = platform.access.create_token(work, "boss", "test")[1]
        instance = platform.processes.start(work, "p", person)
    platform.jobs.run_due()
    client = create_app(platform).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    client.post("/api/v1/messages/hello", json={"variables": person}, headers=headers)
    client.get(f"/api/v1/process-instances/{instance}", headers=headers)
    client.get("/api/v1/user-tasks?search=" + CANARIES[1], headers=headers)
    client.post("/sign-in", data={"user": CANARIES[1], "password": CANARIES[2]})
    assert not [one for one in (*CANARIES, token) if one in written.text]
    requests = [one for one in written.entries if one["event"] == "request"]
    assert [one["status"] for one in requests][:2] == [200, 200]
    assert (
        requests[1] | {"user": "boss", "instance": instance, "route": "/api/v1/process-instances/<instance_id>"} == requests[1]
    )
    failed = [one for one in written.entries if one.get("error") == "ValueError"]
    assert failed
    assert failed[0]["instance"] == instance
    assert failed[0]["job"]
