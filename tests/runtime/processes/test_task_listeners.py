"""Listeners of user tasks: handlers deny in the person's own transaction, or later; corrections reach the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict
from runtime.platform import Platform
from runtime.processes.views import TaskRow
from runtime.sdk import Corrections, Denied, Handler, Job
from tests.support.diagrams import diagram, line, user_task

SELLER = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"seller"}))

LISTENERS = """
<zeebe:taskListeners>
  <zeebe:taskListener eventType="creating" type="demo.creating" />
  <zeebe:taskListener eventType="assigning" type="demo.assigning" />
  <zeebe:taskListener eventType="completing" type="demo.completing" />
</zeebe:taskListeners>
<zeebe:taskHeaders><zeebe:header key="limit" value="1000" /></zeebe:taskHeaders>
"""
TASK = user_task("offer", groups="seller").replace("</bpmn:extensionElements>", LISTENERS + "</bpmn:extensionElements>")
Answer = Callable[[Job], Any]


class Listeners:
    """What the handlers answer, and what they were told."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.answers: dict[str, Answer] = {}
        self.jobs: list[Job] = []

    def install(self, kind: str) -> None:
        """Handlers of a kind for all three."""
        for listener in ("creating", "assigning", "completing"):
            self.platform.handlers.add(Handler(type=f"demo.{listener}", kind=kind, function=self), "test")  # type: ignore[arg-type]
        with self.platform.database.write(SYSTEM) as work:
            self.platform.processes.deploy(work, {"offers.bpmn": diagram("offers", line(TASK))})

    def __call__(self, job: Job) -> Mapping[str, Any] | Corrections | None:
        self.jobs.append(job)
        return self.answers.get(job.listener, lambda job: None)(job)  # type: ignore[no-any-return]

    def start(self) -> str:
        """Start, and do all that is due."""
        with self.platform.database.write(SYSTEM) as work:
            instance = self.platform.processes.start(work, "offers", {})
        self.platform.jobs.run_due()
        return instance

    @property
    def task(self) -> TaskRow:
        """The open task, as an administrator sees it."""
        with self.platform.database.read(SYSTEM) as work:
            (row,) = self.platform.processes.tasks(work, view="all").rows
        return row

    def complete(self, **values: Any) -> None:
        """Complete the task as the seller, and do all that is due."""
        with self.platform.database.write(SELLER) as work:
            self.platform.processes.complete_task(work, self.task.id, values)
        self.platform.jobs.run_due()


def deny(job: Job) -> None:
    """Refuse, in words for the person."""
    raise Denied(f"The sum is over {job.headers['limit']}.")


@pytest.fixture
def local(platform: Platform) -> Listeners:
    """Listeners within the transaction."""
    found = Listeners(platform)
    found.install("local")
    return found


@pytest.fixture
def call(platform: Platform) -> Listeners:
    """Listeners outside of it."""
    found = Listeners(platform)
    found.install("call")
    return found


def status(listeners: Listeners, instance: str) -> str:
    """Of the instance."""
    with listeners.platform.database.read(SYSTEM) as work:
        return listeners.platform.processes.instance(work, instance).instance.status


def test_a_completion_that_is_denied_at_once_is_a_conflict_with_the_reason(local: Listeners) -> None:
    local.start()
    local.answers["completing"] = deny
    with pytest.raises(Conflict, match="over 1000") as refused:
        local.complete(total=2000)
    assert refused.value.code == "TASK-1012"
    assert local.task.pending is None
    local.answers.clear()
    local.complete(total=20)
    assert local.jobs[-1].variables == {"total": 20}


def test_a_claim_that_is_denied_leaves_the_task_free(local: Listeners) -> None:
    local.start()
    local.answers["assigning"] = deny
    with local.platform.database.write(SELLER) as work, pytest.raises(Conflict, match="over 1000"):
        local.platform.processes.claim_task(work, local.task.id)
    assert local.task.assignee is None


def test_what_is_corrected_while_the_task_is_created_stands_in_the_inbox(local: Listeners) -> None:
    due = datetime(2030, 4, 1, tzinfo=UTC)
    local.answers["creating"] = lambda job: Corrections({"candidate_groups": ["legal"], "priority": 80, "due_date": due})
    local.start()
    assert (local.task.candidate_groups, local.task.priority, local.task.due_date) == (("legal",), 80, due)


def test_what_is_corrected_while_the_task_is_claimed_stands_in_the_inbox(local: Listeners) -> None:
    local.start()
    local.answers["assigning"] = lambda job: Corrections({"assignee": "demo-other", "candidate_users": ["ann"], "priority": 7})
    with local.platform.database.write(SELLER) as work:
        local.platform.processes.claim_task(work, local.task.id)
    found = local.task
    assert (found.assignee, found.priority, found.candidate_groups, found.candidate_users) == (
        "demo-other",
        7,
        ("seller",),
        ("ann",),
    )


def test_a_listener_that_brings_variables_is_an_incident_that_says_why(local: Listeners) -> None:
    local.answers["creating"] = lambda job: {"x": 1}
    instance = local.start()
    with local.platform.database.read(SYSTEM) as work:
        (incident,) = local.platform.processes.instance(work, instance).incidents
    assert "brings no variables" in incident.message


def test_a_task_is_shown_as_being_completed_until_those_outside_have_answered(call: Listeners) -> None:
    instance = call.start()
    with call.platform.database.write(SELLER) as work:
        call.platform.processes.complete_task(work, call.task.id, {"total": 5})
    assert call.task.pending == "completing"
    with call.platform.database.write(SELLER) as work, pytest.raises(Conflict, match="being completed"):
        call.platform.processes.complete_task(work, call.task.id, {})
    call.platform.jobs.run_due()
    assert status(call, instance) == "completed"


def test_a_denial_from_outside_opens_the_task_again_with_the_reason(call: Listeners) -> None:
    call.start()
    call.answers["completing"] = deny
    call.complete(total=2000)
    assert (call.task.pending, call.task.denied) == (None, "The sum is over 1000.")
    call.answers.clear()
    call.complete(total=20)
    assert call.jobs[-1].variables == {"total": 20}


def test_who_completes_a_task_has_it_even_when_others_agree_later(call: Listeners) -> None:
    instance = call.start()
    task = call.task.id
    call.complete()
    with call.platform.database.read(SYSTEM) as work:
        done = call.platform.processes.task(work, task).task
    assert (done.status, done.assignee, done.ended_by) == ("completed", "demo-seller", "demo-seller")
    assert status(call, instance) == "completed"
