"""Facts about one root process instance, in the order they happened. `engine.kernel.apply` turns them into state.

`key` names an element instance, `task`/`job`/`timer`/`subscription`/`incident` a wait; both come from one counter per root
instance. A released event never changes its meaning: a new meaning is a new class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.feel import Value

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact

Variables = Mapping[str, Value]


@fact(frozen=True, slots=True, kw_only=True)
class ElementActivated:
    """A token reached an element. Root and called processes are element instances too (`element` is the process id).

    `process` is the definition key; `variables` None means that the element opens no scope of its own. `flow` is the
    sequence flow that brought the token. `loop_index` counts from 1 on the inner instances of a multi-instance body.
    `arrived` is set on joins: the tokens they have so far, by incoming flow.
    """

    key: int
    element: str
    process: str
    parent: int | None
    flow: str | None = None
    variables: Variables | None = None
    loop_index: int | None = None
    arrived: Mapping[str, int] | None = None


@fact(frozen=True, slots=True, kw_only=True)
class ElementEntered:
    """The behaviour of the element ran and the element now waits (for work, its contents, or other tokens)."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class ElementCompleted:
    """The element instance ended as it should."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class ElementTerminated:
    """The element instance was ended from outside: interrupted, or cancelled with its scope."""

    key: int


@fact(frozen=True, slots=True, kw_only=True)
class FlowTaken:
    """`scope` is the element instance in which the flow lies."""

    flow: str
    scope: int


@fact(frozen=True, slots=True, kw_only=True)
class TokenJoined:
    """A further token reached a join that already waits as `key`."""

    key: int
    flow: str


@fact(frozen=True, slots=True, kw_only=True)
class VariablesWritten:
    """`variables` were written to the scope of the element instance `key`; it is opened when there was none."""

    key: int
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class LoopStarted:
    """A multi-instance body knows its items (null for each turn of a cardinality).

    `collect` tells that outputs are to be kept.
    """

    key: int
    items: tuple[Value, ...]
    collect: bool = True


@fact(frozen=True, slots=True, kw_only=True)
class LoopItemCompleted:
    """`index` counts from 1; `output` is the value for the output collection."""

    key: int
    index: int
    output: Value = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCreated:
    """A person has to do something."""

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


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskAssigned:
    """`assignee` None: the task was released."""

    task: int
    assignee: str | None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCompleted:
    """`by` finished the task with these form values."""

    task: int
    variables: Variables
    by: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCancelled:
    """The task closed without being done."""

    task: int


@fact(frozen=True, slots=True, kw_only=True)
class JobCreated:
    """`variables` are those visible at the element, its input mappings included, when the job was made.

    They are for the one who hands the job out, and stand neither in the journal nor in the state: a thousand parallel jobs
    would each repeat the collection they came from. `engine.kernel.visible_variables` tells them at any later time.
    """

    job: int
    key: int
    element: str
    type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict, compare=False, metadata={"journal": False})


@fact(frozen=True, slots=True, kw_only=True)
class JobCompleted:
    """The work was done with this result."""

    job: int
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class JobFailed:
    """The work was tried in vain; with no retries left an `IncidentRaised` follows."""

    job: int
    message: str
    retries: int
    retry_at: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class JobRetried:
    """The incident of a job was resolved: the job, with the same key, is due again at once. `variables` as in `JobCreated`."""

    job: int
    retries: int
    variables: Variables = field(default_factory=dict, compare=False, metadata={"journal": False})


@fact(frozen=True, slots=True, kw_only=True)
class JobCancelled:
    """The job closed without being done, or ended in a BPMN error."""

    job: int


@fact(frozen=True, slots=True, kw_only=True)
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


@fact(frozen=True, slots=True, kw_only=True)
class TimerTriggered:
    """The timer fired and is closed; a repeating one is followed by a new `TimerScheduled`."""

    timer: int


@fact(frozen=True, slots=True, kw_only=True)
class TimerCancelled:
    """The timer closed without firing."""

    timer: int


@fact(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionOpened:
    """`repeatable` stays open after a message (non-interrupting boundary event)."""

    subscription: int
    key: int
    element: str
    message: str
    correlation_key: str
    repeatable: bool = False


@fact(frozen=True, slots=True, kw_only=True)
class MessageCorrelated:
    """A message was received; the subscription is closed unless it is repeatable."""

    subscription: int
    variables: Variables
    message_id: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class MessageSubscriptionClosed:
    """No message is expected any more."""

    subscription: int


@fact(frozen=True, slots=True, kw_only=True)
class MessageThrown:
    """To be published by the runtime in the same transaction."""

    key: int
    element: str
    message: str
    correlation_key: str
    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    """A BPMN error left the element instance; what catches it, if anything, is activated next."""

    key: int
    element: str
    code: str
    message: str = ""


@fact(frozen=True, slots=True, kw_only=True)
class DecisionEvaluated:
    """`trace` is what `engine.dmn` recorded, as plain data.

    `inputs`, all that the decision could see, stay out of the journal.
    """

    key: int
    element: str
    decision: str
    result: Value
    inputs: Variables = field(default_factory=dict, compare=False, metadata={"journal": False})
    trace: Value = None


@fact(frozen=True, slots=True, kw_only=True)
class ProcessCalled:
    """A call activity resolved which definition it calls."""

    key: int
    element: str
    process: str


@fact(frozen=True, slots=True, kw_only=True)
class IncidentRaised:
    """The element instance `key` cannot go on; `code` is stable (``KERNEL-2…``). `job` is set when a job ran out of retries."""

    incident: int
    key: int
    element: str
    code: str
    message: str
    job: int | None = None


@fact(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    """The incident is closed: somebody resolved it, or its element instance ended."""

    incident: int


@fact(frozen=True, slots=True, kw_only=True)
class StepBudgetUsedUp:
    """The runtime must send `ContinueInstance` in a next transaction."""

    steps: int


@fact(frozen=True, slots=True, kw_only=True)
class InstanceCompleted:
    """The root process ended; `variables` are those of its scope."""

    variables: Variables


@fact(frozen=True, slots=True, kw_only=True)
class InstanceCancelled:
    """Somebody ended the instance; everything in it was terminated before."""

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
    | JobRetried
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
