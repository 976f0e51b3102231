"""Orders to one root process instance. Each is decided by `engine.kernel.advance`.

A wait (user task, job, timer, subscription, incident) is addressed by its `key`, a number unique in the root instance.
Who gave the order and why is the runtime's: it journals both beside the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel import Value
from engine.kernel.events import Event

Variables = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInstance:
    """Start at `start_event`, or at the only none start event of the process when it is None.

    With `at` it starts in the middle: at these elements, as `ModifyInstance` activates them.
    """

    process: str
    variables: Variables = field(default_factory=dict)
    start_event: str | None = None
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteUserTask:
    """Finish a user task; `variables` are the form's values and `by` the user id.

    `on_behalf_of` is the person for whom `by` stands in. A task that somebody co-signs is not finished before all have signed;
    completing a co-signature approves it.
    """

    task: int
    variables: Variables = field(default_factory=dict)
    by: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignUserTask:
    """Claim (`assignee` given) or release (None) a user task. A task of someone else is refused unless `take_over`."""

    task: int
    assignee: str | None
    take_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBackUserTask:
    """Have an earlier user task done again instead of this one; `by` is the user id.

    `element` lies before the task on its path, in its scope or one around it. Other tokens of the scope stay where they are.
    """

    task: int
    element: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawUserTask:
    """Take back a user task that was completed, while nobody has worked on what follows; `by` is the user id.

    The task was that of `element`, in the element instance `element_instance`. `caused` are the events of its completion, from
    `UserTaskCompleted` on, `since` all later ones: the kernel keeps no history of its own.
    """

    task: int
    element: str
    element_instance: int
    caused: tuple[Event, ...]
    since: tuple[Event, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverUserTask:
    """Give a user task to the person `to`, or to `group` in place of its candidates; `by` is the user id."""

    task: int
    to: str | None = None
    group: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCoSigner:
    """Have `user` sign a user task, too: `together` with the others, or in turn after them. `comment` tells them why."""

    task: int
    user: str
    together: bool = False
    by: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseCoSignature:
    """Do not sign: the task goes back to who completed it. `task` is that of the co-signer; `comment` is kept."""

    task: int
    comment: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteJob:
    """The work of a service, send or other job-based task was done.

    A listener of a user task brings no variables. It may refuse the change (`denied`, with the `reason` for the person), or set
    attributes of the task by `corrections`: assignee, candidate_groups, candidate_users, due_date, follow_up_date, priority.
    """

    job: int
    variables: Variables = field(default_factory=dict)
    denied: bool = False
    reason: str = ""
    corrections: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailJob:
    """The work failed. `retries` are those left; 0 raises an incident. `retry_at` is journalled for the cockpit (ISO 8601)."""

    job: int
    message: str
    retries: int
    retry_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowError:
    """The work of a job ended in a BPMN error, to be caught by an error boundary event (BPMN 2.0 §10.5.7)."""

    job: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerTimer:
    """The timer is due."""

    timer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelateMessage:
    """A message reached this subscription."""

    subscription: int
    variables: Variables = field(default_factory=dict)
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSignal:
    """A signal was sent: it reaches everything in the instance that waits for it, or nothing."""

    signal: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident:
    """Try again what failed, after writing `variables` to the scope of the element."""

    incident: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """Write variables in the scope of an element instance; None is the root scope. `local` forbids to look further out."""

    variables: Variables
    element_instance: int | None = None
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendInstance:
    """Stop for a while: no step is taken, no timer fires, no task is completed.

    Messages and results of work that was under way are kept.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeInstance:
    """Go on where the instance was when it was suspended, with what reached it meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Activate `element`, with `variables` of its own.

    `scope` is the element instance that it is to lie in, however deep; None is the process. Sub-processes in between that do
    not run are opened, without their start events.
    """

    element: str
    scope: int | None = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """End the element instance and activate `element` in its place, in the same scopes as far as they reach."""

    element_instance: int
    element: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyInstance:
    """Move tokens by hand. `variables` go to the process scope first, `terminate` are keys of element instances.

    What is activated begins as if a token had reached it. Scopes that run empty end, and with the last one
    the instance is cancelled.
    """

    activate: tuple[Activation, ...] = ()
    move: tuple[Move, ...] = ()
    terminate: tuple[int, ...] = ()
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateInstance:
    """Go on in the version `process` (a definition key).

    `mapping` says which element, or flow into a join, takes the place of which; others keep their ids. `element_instance` is
    the process to migrate, when it is not the root: one that a call activity called.
    """

    process: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    element_instance: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelInstance:
    """End everything; nothing is undone."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueInstance:
    """Go on after a step budget was used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateAdHocElements:
    """Begin elements inside the ad-hoc sub-process `element_instance`, again where they were done already."""

    element_instance: int
    elements: tuple[str, ...]
    by: str | None = None


Command = (
    StartInstance
    | CompleteUserTask
    | AssignUserTask
    | SendBackUserTask
    | WithdrawUserTask
    | HandOverUserTask
    | AddCoSigner
    | RefuseCoSignature
    | CompleteJob
    | FailJob
    | ThrowError
    | TriggerTimer
    | CorrelateMessage
    | BroadcastSignal
    | ResolveIncident
    | SetVariables
    | SuspendInstance
    | ResumeInstance
    | ModifyInstance
    | MigrateInstance
    | CancelInstance
    | ContinueInstance
    | ActivateAdHocElements
)
