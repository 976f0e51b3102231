"""Listeners are jobs like others: handlers of packages do them, inside the transaction or outside, on every database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.access.actor import SYSTEM
from runtime.platform import Platform
from runtime.sdk import BpmnError, Handler, Job
from tests.support.diagrams import diagram, line, service_task, user_task

WITH_LISTENERS = """
<zeebe:executionListeners>
  <zeebe:executionListener eventType="start" type="demo.before" retries="2">
    <zeebe:taskHeaders><zeebe:header key="to" value="all" /></zeebe:taskHeaders>
  </zeebe:executionListener>
  <zeebe:executionListener eventType="end" type="demo.after" />
</zeebe:executionListeners>
"""


def listening(node: str) -> str:
    """The node with listeners."""
    return node.replace("</bpmn:extensionElements>", WITH_LISTENERS + "</bpmn:extensionElements>")


LISTENED = diagram("listened", line(listening(service_task("work", "demo.work")), user_task("ask")))


class Heard:
    """Handlers that note what they are told."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.broken: dict[str, Exception] = {}

    def __call__(self, job: Job) -> dict[str, object]:
        self.jobs.append(job)
        if job.type in self.broken:
            raise self.broken[job.type]
        return {job.type.removeprefix("demo."): True}

    @property
    def told(self) -> list[tuple[str, str]]:
        """Job types, each with what it listens to."""
        return [(job.type, job.listener) for job in self.jobs]


@pytest.fixture(params=["local", "call"])
def heard(request: pytest.FixtureRequest, platform: Platform) -> Heard:
    found = Heard()
    for kind in ("before", "work", "after"):
        platform.handlers.add(Handler(type=f"demo.{kind}", kind=request.param, function=found), "test")
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"listened.bpmn": LISTENED})
    return found


def start(platform: Platform) -> str:
    """Start, and do all that is due."""
    with platform.database.write(SYSTEM) as work:
        instance = platform.processes.start(work, "listened", {})
    platform.jobs.run_due()
    return instance


def test_run_in_their_order_and_know_what_they_listen_to(platform: Platform, heard: Heard) -> None:
    instance = start(platform)
    assert heard.told == [("demo.before", "start"), ("demo.work", ""), ("demo.after", "end")]
    assert heard.jobs[0].headers == {"to": "all"}
    assert heard.jobs[1].variables == {"before": True}
    with platform.database.read(SYSTEM) as work:
        detail = platform.processes.instance(work, instance)
        assert detail.variables == {"work": True, "after": True}
        assert [task.element for task in platform.processes.tasks(work, view="all").rows] == ["ask"]


def test_a_listener_that_fails_is_tried_again_and_is_an_incident_of_its_element_then(platform: Platform, heard: Heard) -> None:
    heard.broken["demo.after"] = RuntimeError("no route")
    instance = start(platform)
    for _ in range(4):
        platform.database.clock.advance(timedelta(hours=1))
        platform.jobs.run_due()
    assert [kind for kind, _ in heard.told].count("demo.after") == 3
    with platform.database.read(SYSTEM) as work:
        (incident,) = platform.processes.instance(work, instance).incidents
        assert incident.element == "work"
    heard.broken.clear()
    with platform.database.write(SYSTEM) as work:
        platform.processes.resolve_incident(work, incident.id, {})
    platform.jobs.run_due()
    assert [kind for kind, _ in heard.told].count("demo.work") == 1
    with platform.database.read(SYSTEM) as work:
        assert platform.processes.instance(work, instance).incidents == ()


def test_an_error_of_a_listener_is_an_incident_that_says_why(platform: Platform, heard: Heard) -> None:
    heard.broken["demo.before"] = BpmnError("E", "no credit")
    instance = start(platform)
    with platform.database.read(SYSTEM) as work:
        (incident,) = platform.processes.instance(work, instance).incidents
    assert "throws no BPMN error" in incident.message
