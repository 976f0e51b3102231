"""What lists and pages show of process instances and user tasks. Variables are FEEL values; times are in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.api import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A user task in a list. `records` are the linked records as (type, id).

    `status` is open, completed, cancelled, or refused (a co-signature that was not given). `sender` handed it over, sent it
    back or asked for the co-signature, `note` says why; `co_signs` is set on co-signatures. `ended_for` is the person for
    whom `ended_by` stood in. `pending` is assigning or completing while listeners are asked whether that is done, `denied` why
    one refused.
    """

    id: str
    name: str
    instance_id: str
    process_id: str
    process_name: str
    definition_key: str
    business_key: str | None
    element: str
    form_id: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    priority: int
    due_date: datetime | None
    follow_up_date: datetime | None
    created_at: datetime
    status: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_for: str | None = None
    sender: str | None = None
    note: str | None = None
    co_signs: int | None = None
    pending: str | None = None
    denied: str | None = None
    records: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a co-signer said."""

    by: str
    approved: bool
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoSigning:
    """Who signs a task beside its owner: those `asked` now, those `waiting` for their turn, and what the others said.

    `result` are the values of the task itself once `done_by` has completed it.
    """

    asked: tuple[str, ...]
    waiting: tuple[str, ...]
    signatures: tuple[Signature, ...]
    done_by: str | None
    result: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """A user task with all that its page needs.

    `variables` are those visible at the task (none once it ended), with what was filled in before a co-signer refused; `form`
    is the form-js schema deployed with the process. `why` says why the actor sees it: assignee, user, group, deputy or
    administrator; `why_group` names the group, `why_for` the person for whom the actor stands in.
    """

    task: TaskRow
    variables: Mapping[str, Value]
    form: Mapping[str, Any] | None
    why: str
    why_group: str | None = None
    why_for: str | None = None
    co_signing: CoSigning | None = None
    documentation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRow:
    """A process instance in a list. `status` is active, completed or cancelled; `incidents` counts the open ones."""

    id: str
    process_id: str
    process_name: str
    version: int
    definition_key: str
    business_key: str | None
    status: str
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementView:
    """One active element instance; `type` is the BPMN element name, `process_id` another than the instance's when called."""

    key: int
    element: str
    name: str
    type: str
    process_id: str
    parent: int | None
    phase: str
    variables: Mapping[str, Value] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An open incident; `id` is what `resolve_incident` takes."""

    id: str
    element: str | None
    code: str
    message: str
    raised_at: datetime
    job_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow(IncidentView):
    """An open incident in a list over all instances."""

    instance_id: str
    process_id: str
    process_name: str
    business_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """Work that an instance waits for: a timer, or a job that is called or tried again."""

    id: str
    kind: str
    element: str | None
    type: str | None
    due: datetime
    attempts: int
    retries: int
    status: str
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionView:
    """A message that an instance waits for."""

    id: str
    element: str
    message: str
    correlation_key: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDetail:
    """A process instance with everything about now. `counts` says how many tokens stand on an element of the root process.

    `variables` are those of the process scope; when it has ended, its result. `xml` is the diagram of its version.
    """

    instance: InstanceRow
    variables: Mapping[str, Value]
    elements: tuple[ElementView, ...]
    counts: Mapping[str, int]
    incidents: tuple[IncidentView, ...]
    tasks: tuple[TaskRow, ...]
    jobs: tuple[JobView, ...]
    subscriptions: tuple[SubscriptionView, ...]
    records: tuple[tuple[str, str], ...]
    resource: str
    xml: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One transaction of an instance. `events` are the kernel's events as JSON, each with its name under ``event``."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    via: str
    why: str
    command: str
    events: tuple[Mapping[str, Any], ...]


FIXED = "fixed"
FAILED_AGAIN = "failed again"
STILL_RUNNING = "still running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What came of resolving an incident: `outcome` is fixed, failed again (`message` says why), or still running.

    It still runs while a worker outside the transaction has the work; the same question later has another answer.
    """

    outcome: str
    message: str = ""

    @property
    def solved(self) -> bool:
        """False when it failed again at once."""
        return self.outcome != FAILED_AGAIN
