"""Facts about one root process instance, in the order they happened. `engine.kernel.apply` turns them into state.

`key` names an element instance, `task`/`job`/`timer`/`subscription`/`incident` a wait; both come from one counter per root instance.
A released event never changes its meaning: a new meaning is a new class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.feel import Value

Variables = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementActivated:
    """A token reached an element. The root process and called processes are element instances too (`element` is the process id).

    `process` is the definition key; `variables` None means that the element opens no scope of its own. `flow` is the sequence flow
    that brought the token. `loop_index` counts from 1 on the inner instances of a multi-instance body.
    """

    key: int
    element: str
    process: str
    parent: int | None
    flow: str | None = None
    variables: Variables | None = None
    loop_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementEntered:
    """The behaviour of the element ran and the element now waits (for work, its contents, or other tokens)."""

    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementCompleted:
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementTerminated:
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTaken:
    """`scope` is the element instance in which the flow lies."""

    flow: str
    scope: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenJoined:
    """A further token reached a join that already waits as `key`."""

    key: int
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesWritten:
    key: int
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopStarted:
    """A multi-instance body knows its items."""

    key: int
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopItemCompleted:
    """`index` counts from 1; `output` is the value for the output collection."""

    key: int
    index: int
    output: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskCreated:
    task: int
    key: int
    element: str
    name: str
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due_date: datetime | None = None
    follow_up_date: datetime | None = None
    priority: int = 50
    form_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskAssigned:
    task: int
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskCompleted:
    task: int
    variables: Variables
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskCancelled:
    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCreated:
    """`variables` are those visible at the element, its input mappings included, when the job was made."""

    job: int
    key: int
    element: str
    type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCompleted:
    job: int
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailed:
    job: int
    message: str
    retries: int
    retry_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled:
    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerScheduled:
    """`element` is the event that fires: the element itself, a boundary event, or an event behind an event-based gateway.

    `repetitions` are the firings left after this one, -1 for endless; `cycle` is the rule that gives the next due time.
    """

    timer: int
    key: int
    element: str
    due: datetime
    cycle: str | None = None
    repetitions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTriggered:
    timer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerCancelled:
    timer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionOpened:
    """`repeatable` stays open after a message (non-interrupting boundary event)."""

    subscription: int
    key: int
    element: str
    message: str
    correlation_key: str
    repeatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCorrelated:
    subscription: int
    variables: Variables
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionClosed:
    subscription: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageThrown:
    """To be published by the runtime in the same transaction."""

    key: int
    element: str
    message: str
    correlation_key: str
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    key: int
    element: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEvaluated:
    """`trace` is what `engine.dmn` recorded, as plain data."""

    key: int
    element: str
    decision: str
    inputs: Variables
    result: Value
    trace: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCalled:
    """A call activity resolved which definition it calls."""

    key: int
    element: str
    process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRaised:
    """The element instance `key` cannot go on; `code` is stable (``KERNEL-2…``). `job` is set when a job ran out of retries."""

    incident: int
    key: int
    element: str
    code: str
    message: str
    job: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBudgetUsedUp:
    """The runtime must send `ContinueInstance` in a next transaction."""

    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCompleted:
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCancelled:
    reason: str = ""


Event = (
    ElementActivated
    | ElementEntered
    | ElementCompleted
    | ElementTerminated
    | FlowTaken
    | TokenJoined
    | VariablesWritten
    | LoopStarted
    | LoopItemCompleted
    | UserTaskCreated
    | UserTaskAssigned
    | UserTaskCompleted
    | UserTaskCancelled
    | JobCreated
    | JobCompleted
    | JobFailed
    | JobCancelled
    | TimerScheduled
    | TimerTriggered
    | TimerCancelled
    | MessageSubscriptionOpened
    | MessageCorrelated
    | MessageSubscriptionClosed
    | MessageThrown
    | ErrorThrown
    | DecisionEvaluated
    | ProcessCalled
    | IncidentRaised
    | IncidentResolved
    | StepBudgetUsedUp
    | InstanceCompleted
    | InstanceCancelled
)
