"""Records and processes: handlers every package gets, events that start and continue processes, one transaction for both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from engine.api import from_plain
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import NotFound
from runtime.platform import Platform
from runtime.records import handlers
from runtime.records.job_records import RecordAccess
from runtime.sdk import Job, JobFailure, handlers_in
from tests.support.diagrams import diagram, line, named_message, service_task, user_task, wait_for
from tests.support.diagrams import message as by_message

TICKET = """
type: ticket
label: Ticket
number: "T-{:03d}"
title: subject
pipelines: [ticket.way]
fields:
  subject: {type: text, required: true, label: Subject}
  email: {type: email, label: E-mail}
  answer: {type: text, label: Answer}
  parent: {type: reference, to: ticket, label: Parent}
  effort: {type: number, label: Effort}
"""
WAY = """
pipeline: ticket.way
type: ticket
label: Way
stages:
  open: {label: Open, next: [solved]}
  solved: {label: Solved, category: won, required: [answer]}
"""
ROLES = "roles: {agent: {label: Agent, permissions: [task.work], grants: [{type: ticket, actions: [read, update]}]}}\n"
PACKAGE = """
name: desk
version: 1.0.0
label: {en: Desk}
roles: roles.yaml
record_types: [ticket.yaml]
pipelines: [way.yaml]
"""


@pytest.fixture
def platform(open_platform: Callable[..., Platform], tmp_path: Path) -> Platform:
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, text in {"package.yaml": PACKAGE, "roles.yaml": ROLES, "ticket.yaml": TICKET, "way.yaml": WAY}.items():
        (folder / name).write_text(text)
    opened = open_platform(packages=[folder])
    with opened.database.write(SYSTEM) as work:
        opened.access.add_user(work, "agent", name="Demo Agent", roles=["agent"])
    return opened


def call(task_id: str, type: str, output: str = "", **inputs: str) -> str:
    io = "".join(f'<zeebe:input source="={source}" target="{target}" />' for target, source in inputs.items())
    io += f'<zeebe:output source="={output.split("->", maxsplit=1)[0]}" target="{output.split("->")[1]}" />' if output else ""
    return service_task(task_id, type, headers={"type": "ticket"}, io=io)


def run(platform: Platform, *nodes: str, **variables: Any) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"desk.bpmn": diagram("desk", line(*nodes))})
    with platform.database.write(Actor(id="agent", name="Demo Agent", roles=frozenset({"agent"}))) as work:
        return platform.processes.start(work, "desk", from_plain(variables))


def variables(platform: Platform, instance: str) -> dict[str, Any]:
    with platform.database.read() as work:
        return dict(platform.processes.instance(work, instance).variables)


WAIT = user_task("wait", groups="agent")


def test_a_process_works_with_records_without_a_line_of_python(platform: Platform) -> None:
    instance = run(
        platform,
        call("create", "record.create", "record->ticket", values="{subject: subject, email: &quot;A@Example.com&quot;}"),
        call("more", "record.create", "record->other", values="{subject: &quot;second&quot;}"),
        call("update", "record.update", "record->ticket", id="ticket.id", values="{effort: 1.5, answer: &quot;yes&quot;}"),
        call("link", "record.link", "record->other", id="other", field="&quot;parent&quot;", to="ticket.id"),
        call("assign", "record.assign", "record->ticket", id="ticket.id", user="&quot;agent&quot;"),
        call("note", "record.note", id="ticket.id", text="&quot;seen&quot;"),
        call(
            "move", "record.transition", "record->ticket", id="ticket.id", stage="&quot;solved&quot;", reason="&quot;ok&quot;"
        ),
        call(
            "find",
            "record.find",
            "records->found",
            where="{email: mail, stage_category: &quot;won&quot;}",
            limit="5",
        ),
        WAIT,
        subject="Printer",
        mail="a@example.COM",
    )
    held = variables(platform, instance)
    ticket = held["ticket"]
    assert (ticket["subject"], ticket["effort"], ticket["owner"], ticket["stage"]) == (
        "Printer",
        Decimal("1.5"),
        "agent",
        "solved",
    )
    assert held["other"]["parent"] == ticket["id"]
    assert [found["id"] for found in held["found"]] == [ticket["id"]]
    with platform.database.read() as work:
        assert platform.records.get(work, "ticket", ticket["id"]) == ticket
        told = platform.records.timeline(work, "ticket", ticket["id"]).rows
        linked = platform.processes.instances(work, record=("ticket", held["other"]["id"])).rows
    assert [(entry.kind, entry.via) for entry in reversed(told)] == [
        ("created", "process"),
        ("process.started", "process"),
        ("changed", "process"),
        ("owner_changed", "process"),
        ("note", "process"),
        ("stage_changed", "process"),
    ]
    assert {entry.actor_name for entry in told} == {"Desk"}
    assert [row.id for row in linked] == [instance]


def test_a_refused_move_stops_the_process_with_the_rule_and_changes_nothing(platform: Platform) -> None:
    instance = run(
        platform,
        call("create", "record.create", "record->ticket", values="{subject: &quot;x&quot;}"),
        user_task("answer", groups="agent"),
        call("move", "record.transition", id="ticket.id", stage="&quot;solved&quot;"),
        WAIT,
    )
    agent = Actor(id="agent", name="Demo Agent", roles=frozenset({"agent"}))
    with platform.database.write(agent) as work:
        task = platform.processes.tasks(work, view="groups").rows[0]
        platform.processes.complete_task(work, task.id, {})
    with platform.database.read() as work:
        detail = platform.processes.instance(work, instance)
        ticket = detail.variables["ticket"]
        assert platform.records.get(work, "ticket", ticket["id"])["stage"] == "open"
    assert "Answer must be filled in for Solved." in detail.incidents[0].message


def test_a_record_event_starts_and_continues_processes(platform: Platform) -> None:
    starter = diagram(
        "greeter",
        line(WAIT, start=by_message("C")),
        outside=named_message("C", "ticket.created"),
    )
    waiter = diagram(
        "watcher",
        line(wait_for("moved", by_message("M")), WAIT),
        outside=named_message("M", "ticket.stage_changed", "=ticket_id"),
    )
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"greeter.bpmn": starter, "watcher.bpmn": waiter})
        ticket = platform.records.create(work, "ticket", {"subject": "x", "answer": "y"})
        watcher = platform.processes.start(work, "watcher", {"ticket_id": ticket["id"]})
    platform.jobs.run_due()
    with platform.database.write(SYSTEM) as work:
        greeters = platform.processes.instances(work, process_id="greeter").rows
        platform.records.transition(work, "ticket", ticket["id"], "solved")
    assert len(greeters) == 1
    assert variables(platform, greeters[0].id)["record"] == ticket
    platform.jobs.run_due()
    held = variables(platform, watcher)
    assert (held["from_stage"], held["to_stage"], held["to_category"]) == ("open", "solved", "won")


def test_a_record_and_the_process_that_made_it_stand_or_fall_together(platform: Platform) -> None:
    node = call("c", "record.create", values="{subject: &quot;x&quot;}")

    def start_and_fail() -> None:
        with platform.database.write(SYSTEM) as work:
            platform.processes.deploy(work, {"desk.bpmn": diagram("desk", line(node, WAIT))})
            platform.processes.start(work, "desk", {})
            assert platform.records.count(work, "ticket") == 1
            raise RuntimeError("the machine fails")

    with pytest.raises(RuntimeError, match="the machine fails"):
        start_and_fail()
    with platform.database.read() as work:
        assert platform.records.count(work, "ticket") == 0


class TestRecordAccess:
    """`runtime.sdk.Records`, as the handlers of packages get it."""

    def test_writes_link_and_reads_do_not(self, platform: Platform) -> None:
        linked: list[tuple[str, str]] = []
        with platform.database.write(SYSTEM) as work:
            records = RecordAccess(platform.records, work, lambda *record: linked.append(record))
            made = records.create("ticket", {"subject": "x"})
            records.get("ticket", made["id"])
            records.find("ticket")
            assert linked == [("ticket", made["id"])]
            records.note("ticket", made["id"], "call", "rang twice", {"times": Decimal(2)})
            assert len(linked) == 2
            entry = platform.records.timeline(work, "ticket", made["id"]).rows[0]
        assert (entry.kind, entry.data) == ("call", {"times": 2, "text": "rang twice"})

    def test_what_is_not_there_is_none_but_an_unknown_type_is_a_mistake(self, platform: Platform) -> None:
        with platform.database.write(SYSTEM) as work:
            records = RecordAccess(platform.records, work, lambda *_: None)
            assert records.get("ticket", "nothing") is None
            with pytest.raises(NotFound):
                records.get("tickt", "nothing")

    def test_finds_as_many_as_asked_for(self, platform: Platform) -> None:
        with platform.database.write(SYSTEM) as work:
            records = RecordAccess(platform.records, work, lambda *_: None)
            for number in range(7):
                records.create("ticket", {"subject": f"s{number}", "effort": number})
            assert [one["effort"] for one in records.find("ticket", order=["-effort"], limit=3)] == [6, 5, 4]
            assert len(records.find("ticket", limit=10_000)) == 7
            assert records.find("ticket", {"subject": "s3"}, limit=0) == []

    def test_names_the_users_of_a_role(self, platform: Platform) -> None:
        with platform.database.write(SYSTEM) as work:
            records = RecordAccess(platform.records, work, lambda *_: None)
            assert records.users("agent") == [{"id": "agent", "name": "Demo Agent", "language": "en"}]
            assert records.users("nobody") == []


@pytest.mark.parametrize(
    ("type", "headers", "given", "said"),
    [
        ("record.create", {}, {}, "task header 'type'"),
        ("record.create", {"type": "ticket"}, {}, "'values' with a context"),
        ("record.update", {"type": "ticket"}, {"values": {}}, "'id' with the id of a record"),
        ("record.update", {"type": "ticket"}, {"id": {"no": "id"}, "values": {}}, "'id' with the id of a record"),
        ("record.transition", {"type": "ticket"}, {"id": "x"}, "'stage' with a text"),
        ("record.assign", {"type": "ticket"}, {"id": "x", "user": Decimal(1)}, "'user' with a text"),
        ("record.find", {"type": "ticket"}, {"where": "x"}, "'where' with a context"),
        ("record.find", {"type": "ticket"}, {"limit": "many"}, "'limit' with a number"),
        ("record.link", {"type": "ticket"}, {"id": "x"}, "'field' with a text"),
        ("record.note", {"type": "ticket"}, {"id": "x", "text": ""}, "'text' with a text"),
    ],
)
def test_a_task_that_lacks_something_says_what(type: str, headers: dict, given: dict, said: str) -> None:
    found = {handler.type: handler for handler in handlers_in(handlers)}
    job = Job(
        type=type,
        key="k",
        instance="i",
        element="e",
        now=datetime(2026, 1, 1, tzinfo=UTC),
        variables=given,
        headers=headers,
        records=Mock(),
    )
    with pytest.raises(JobFailure) as refused:
        found[type].function(job)
    assert said in refused.value.message
