"""Instances on SpiffWorkflow, seen from outside: the same REST, inbox, jobs, timers, messages, incidents and journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.api import State, apply, event_from_json, instance_from_json, restore
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, Invalid
from runtime.http.app import create_app
from runtime.platform import Platform
from runtime.processes.tables import element_instance, incident, journal, process_instance
from runtime.sdk import Handler
from tests.support.spiff import diagram, line, script, service

OpenPlatform = Callable[..., Platform]
EXAMPLE = Path(__file__).parents[3] / "examples" / "spiffworkflow"
FILES = {path.name: path.read_bytes() for path in EXAMPLE.iterdir() if path.suffix in (".bpmn", ".form")}
BOSS = Actor(id="demo-boss", name="Demo Boss", roles=frozenset({"administrator"}))
ITEMS = [{"price": 60, "count": 2}]


class Desk:
    """A platform, and its REST interface as an integrator uses it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.done: list[dict[str, Any]] = []
        platform.handlers.add(Handler(type="demo/order", kind="call", function=self._work), "test")
        platform.handlers.add(Handler(type="demo/remind", kind="local", function=self._work), "test")
        with platform.database.write(SYSTEM, "people for tests") as work:
            if not platform.access.users(work):
                platform.access.add_user(work, "demo-boss", name="Demo Boss", password="correct horse", roles=["administrator"])
            self._token = platform.access.create_token(work, "demo-boss", "test")[1]
        self._client = create_app(platform).test_client()

    def _work(self, job: Any) -> dict[str, Any]:
        self.done.append({"type": job.type, **job.variables})
        return {"number": f"order-{len(self.done)}"}

    def api(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, json=body if method == "POST" else None)

    def tasks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api("GET", "/user-tasks?view=all").json["items"]
        return found

    def instance(self, ident: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"/process-instances/{ident}").json
        return found

    def run_due(self, **later: float) -> None:
        self.platform.database.clock.advance(timedelta(**later))
        while self.platform.jobs.run_due():
            pass


def check(platform: Platform, instance: str) -> None:
    """The rows of the instance are what its journal says."""
    with platform.database.read(SYSTEM) as work:
        rows = work.connection.execute(
            select(element_instance.c.data).where(element_instance.c.instance_id == instance)
        ).scalars()
        head = work.connection.execute(select(process_instance).where(process_instance.c.id == instance)).mappings().one()
        lines = work.connection.execute(
            select(journal.c.events).where(journal.c.instance_id == instance).order_by(journal.c.seq)
        ).scalars()
        stored = restore(map(instance_from_json, rows), status=head["status"], next_key=head["next_key"])
        replayed = State()
        for event in (event_from_json(found) for found in (e for events in lines for e in events)):
            apply(replayed, event)
    assert replayed.elements == stored.elements
    assert replayed.status == stored.status


def test_a_diagram_of_spiffarena_runs_through_the_platform_and_survives_a_restart(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    deployed = desk.api("POST", "/deployments", resources={name: data.decode() for name, data in FILES.items()})
    assert deployed.status_code == 201, deployed.json
    process = "equipment_request_demo"
    ids = [
        desk.api("POST", "/process-instances", process_id=process, variables={"number": number, "items": ITEMS}).json["id"]
        for number in ("A-1", "A-2")
    ]
    first = ids[0]
    task = next(task for task in desk.tasks() if task["instance_id"] == first)
    assert (task["name"], task["form_id"]) == ("Approve the request", "approve_equipment")
    detail = desk.api("GET", f"/user-tasks/{task['id']}").json
    assert detail["variables"]["total"] == 120
    check(desk.platform, first)

    desk.run_due(days=3)
    assert desk.done[0]["text"] == "Request A-1 waits"
    desk = Desk(open_platform(allow_python=True, later=timedelta(days=3)))
    completed = desk.api("POST", f"/user-tasks/{task['id']}/complete", variables={"decision": "yes"})
    assert completed.status_code == 204, completed.json
    check(desk.platform, first)
    desk.run_due()
    assert [(done["type"], done["reference"], done["amount"]) for done in desk.done] == [("demo/order", "A-1", 120)]
    check(desk.platform, first)

    desk = Desk(open_platform(allow_python=True, later=timedelta(days=3)))
    other = desk.api("POST", "/messages/equipment.delivered", correlation_key="A-9", variables={"number": "A-9"})
    assert other.json["continued"] == []
    answer = desk.api("POST", "/messages/equipment.delivered", correlation_key="A-1", variables={"number": "A-1", "boxes": 2})
    assert answer.json["continued"] == [first]
    (hand_over,) = [task for task in desk.tasks() if task["instance_id"] == first]
    assert hand_over["name"] == "Hand over the equipment"
    desk.api("POST", f"/user-tasks/{hand_over['id']}/complete", variables={})
    check(desk.platform, first)
    ended = desk.instance(first)
    assert ended["status"] == "completed"
    with desk.platform.database.read(BOSS) as work:
        result = work.connection.execute(select(process_instance.c.result).where(process_instance.c.id == first)).scalar_one()
    assert result["delivery"]["boxes"] == 2
    assert desk.instance(ids[1])["status"] == "active"


def test_a_supplier_who_is_late_is_asked(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    with desk.platform.database.write(BOSS) as work:
        desk.platform.processes.deploy(work, FILES)
        ident = desk.platform.processes.start(work, "equipment_request_demo", {"number": "A-1", "items": []})
    (task,) = desk.tasks()
    desk.api("POST", f"/user-tasks/{task['id']}/complete", variables={"decision": "yes"})
    desk.run_due()
    desk.run_due(days=14)
    (asked,) = desk.tasks()
    assert asked["name"] == "Ask the supplier"
    check(desk.platform, ident)


def test_python_is_off_unless_the_operator_allows_it(platform: Platform) -> None:
    with platform.database.write(BOSS) as work, pytest.raises(Invalid) as refused:
        platform.processes.deploy(work, FILES)
    (problem,) = refused.value.problems
    assert problem.code == "SPIFF-3001"
    assert "RINGI_ALLOW_PYTHON" in (problem.fix or "")


def test_when_it_is_switched_off_again_instances_stand_still_and_can_be_cancelled(open_platform: OpenPlatform) -> None:
    allowed = open_platform(allow_python=True)
    with allowed.database.write(BOSS) as work:
        allowed.processes.deploy(work, FILES)
        ident = allowed.processes.start(work, "equipment_request_demo", {"number": "A-1", "items": []})
    later = open_platform()
    with later.database.write(BOSS) as work:
        (task,) = later.processes.tasks(work, view="all").rows
        with pytest.raises(Conflict, match="RINGI_ALLOW_PYTHON"):
            later.processes.complete_task(work, task.id, {"decision": "yes"})
        with pytest.raises(Conflict, match="RINGI_ALLOW_PYTHON"):
            later.processes.start(work, "equipment_request_demo", {})
        assert later.processes.instance(work, ident).instance.status == "active"
        later.processes.cancel(work, ident, "no Python any more")
    check(later, ident)


def test_a_failing_script_and_a_stall_are_incidents_and_can_be_resolved(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>n</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
    )
    turns = f'<scriptTask id="turns">{loop}<script>y = 1</script></scriptTask>'
    body = line(script("half", "x = 1 / n"), turns)
    with desk.platform.database.write(BOSS) as work:
        desk.platform.processes.deploy(work, {"p.bpmn": diagram(body).encode()})
        ident = desk.platform.processes.start(work, "p", {"n": 0})
    (found,) = desk.instance(ident)["open_incidents"]
    assert (found["element"], found["code"]) == ("half", "SPIFF-2001")
    assert "ZeroDivisionError" in found["message"]
    resolved = desk.api("POST", f"/incidents/{found['id']}/resolve", variables={"n": -1})
    assert resolved.status_code == 200, resolved.json
    (stalled,) = desk.instance(ident)["open_incidents"]
    assert (stalled["element"], stalled["code"]) == ("turns", "SPIFF-2003")
    check(desk.platform, ident)
    desk.api("POST", f"/process-instances/{ident}/cancel", reason="cannot go on")
    with desk.platform.database.read(BOSS) as work:
        assert work.connection.execute(select(incident)).all() == []


def test_operations_that_spiffworkflow_cannot_do_are_refused_in_words(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    with desk.platform.database.write(BOSS) as work:
        desk.platform.processes.deploy(work, {"p.bpmn": diagram(line('<userTask id="u"/>')).encode()})
        ident = desk.platform.processes.start(work, "p", {})
    refused = desk.api("POST", f"/process-instances/{ident}/suspend", reason="audit")
    assert (refused.status_code, refused.json["code"]) == (409, "KERNEL-1050")
    assert "SpiffWorkflow" in refused.json["detail"]


def test_a_job_that_fails_is_tried_again_and_its_incident_can_be_resolved(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    broken = [True]

    def work_on(job: Any) -> dict[str, Any]:
        if broken:
            raise RuntimeError("the demo backend is down")
        return {"sent": job.variables["to"]}

    desk.platform.handlers.add(Handler(type="demo/send", kind="call", function=work_on), "test")
    retry = '<spiffworkflow:retry retries="2"/>'
    with desk.platform.database.write(BOSS) as work:
        desk.platform.processes.deploy(
            work, {"p.bpmn": diagram(line(service("sv", "demo/send", "answer", "to=name", more=retry))).encode()}
        )
        ident = desk.platform.processes.start(work, "p", {"name": "ann"})
    for _ in range(3):
        desk.run_due(hours=1)
    (found,) = desk.instance(ident)["open_incidents"]
    assert (found["element"], found["code"]) == ("sv", "KERNEL-2019")
    broken.clear()
    desk.api("POST", f"/incidents/{found['id']}/resolve", variables={})
    desk.run_due()
    check(desk.platform, ident)
    assert desk.instance(ident)["status"] == "completed"


def test_the_pages_of_tasks_and_instances_show_them_like_all_others(open_platform: OpenPlatform) -> None:
    desk = Desk(open_platform(allow_python=True))
    with desk.platform.database.write(BOSS) as work:
        desk.platform.processes.deploy(work, FILES)
        ident = desk.platform.processes.start(work, "equipment_request_demo", {"number": "A-1", "items": ITEMS})
    session = create_app(desk.platform).test_client()
    token = re.search(r'name="csrf_token" value="(\w+)"', session.get("/sign-in").get_data(as_text=True))
    assert token is not None
    session.post("/sign-in", data={"csrf_token": token[1], "user": "demo-boss", "password": "correct horse"})
    (task,) = desk.tasks()
    page = session.get(f"/tasks/{task['id']}").get_data(as_text=True)
    assert "Approve the request" in page
    assert "<strong>demo budget</strong>" in page, "the instructions are shown"
    assert "Is it approved?" in page, "the form is shown"
    instance = session.get(f"/instances/{ident}")
    assert instance.status_code == 200
    assert "Timer set" in instance.get_data(as_text=True)
