"""Facts about what an element instance waits for: user tasks, jobs, timers, incidents."""

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
class UserTaskCreated:
    """A person has to do something.

    `form_binding` tells which version of the form is meant: ``deployment``, ``latest`` or ``versionTag``.

    `co_signs` is set where the person only signs what another does: the key of the `CoSigningStarted`.
    """

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
    form_binding: str = "deployment"
    co_signs: int | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskAssigned:
    """`assignee` None: the task was released."""

    task: int
    assignee: str | None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskRevised:
    """The task has the name and form of another version of its diagram."""

    task: int
    name: str
    form_id: str | None = None
    form_binding: str = "deployment"


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCompleted:
    """`by` finished the task with these form values, in place of `on_behalf_of` where they stand in for somebody."""

    task: int
    variables: Variables
    by: str | None = None
    on_behalf_of: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class UserTaskCancelled:
    """The task closed without being done."""

    task: int


@fact(frozen=True, slots=True, kw_only=True)
class JobCreated:
    """`variables` are those visible at the element, its input mappings included, when the job was made.

    They are for the one who hands the job out, and stand neither in the journal nor in the state: a thousand parallel jobs
    would each repeat the collection they came from. `engine.kernel.visible_variables` tells them at any later time.
    `listener` is set where the job is that of a listener: what it listens to (``start``, ``end``, ``beforeAll``); it is the one
    with this `listener_index`, from 0, of those that listen to that at the element.
    """

    job: int
    key: int
    element: str
    type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict, compare=False, metadata={"journal": False})
    listener: str = ""
    listener_index: int = 0


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

    `definition` tells which of its definitions is waited for, where the event has several (counted from 0).
    `repetitions` are the firings left after this one, -1 for endless; `cycle` is the rule that gives the next due time.
    `makes_up` is the time of a missed firing that this one stands in for. `calendar` names the calendar that counts.
    """

    timer: int
    key: int
    element: str
    due: datetime
    cycle: str | None = None
    repetitions: int = 0
    definition: int = 0
    makes_up: datetime | None = None
    calendar: str | None = None


@fact(frozen=True, slots=True, kw_only=True)
class TimerSkipped:
    """The timer was due while nobody was there, and its diagram wants such firings left out. It is closed."""

    timer: int


@fact(frozen=True, slots=True, kw_only=True)
class TimerTriggered:
    """The timer fired and is closed; a repeating one is followed by a new `TimerScheduled`."""

    timer: int


@fact(frozen=True, slots=True, kw_only=True)
class TimerCancelled:
    """The timer closed without firing."""

    timer: int


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
