"""The state of one root process instance: its active element instances, and nothing else.

Finished element instances live in the journal. A called process is a scope inside the same tree, so one lock covers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.feel import Value
from engine.kernel.events import (
    ConditionOpened,
    CoSigningStarted,
    IncidentRaised,
    InputKept,
    JobCreated,
    MessageSubscriptionOpened,
    SignalSubscriptionOpened,
    StartHeld,
    TimerScheduled,
    TriggerKept,
    UserTaskChangeBegun,
    UserTaskCreated,
)
from engine.kernel.events.elements import Plain
from engine.kernel.few import nothing, put

Wait = (
    UserTaskCreated
    | JobCreated
    | TimerScheduled
    | MessageSubscriptionOpened
    | SignalSubscriptionOpened
    | ConditionOpened
    | IncidentRaised
    | InputKept
    | TriggerKept
    | StartHeld
    | CoSigningStarted
    | UserTaskChangeBegun
)
"""An open wait is the event that opened it."""


class Phase(StrEnum):
    """READY: a token arrived, the behaviour has not run. WAITING: it ran. An element that ended is gone.

    LISTENING: a listener of the element is at work. LISTENED: those before the behaviour are through, and it has not run.
    """

    READY = "ready"
    LISTENING = "listening"
    LISTENED = "listened"
    WAITING = "waiting"


@dataclass(slots=True, kw_only=True)
class Loop:
    """Progress of a multi-instance body of `total` turns; `started` and `completed` count inner instances.

    `outputs` has one place a turn when an output collection is wanted, else none. `items` is emptied once all inner
    instances have started: each holds its own item then.
    """

    items: tuple[Value, ...]
    total: int
    outputs: list[Value]
    started: int = 0
    completed: int = 0


@dataclass(slots=True, kw_only=True)
class Undo:
    """What is kept of a completed activity: its `key` and own variables then, and of a sub-process what is kept `inside` it.

    `handler` is the activity or event sub-process that undoes it; without one its contents are undone.
    """

    key: int
    element: str
    handler: str | None = None
    variables: dict[str, Value] | None = None
    inside: list[Undo] | None = None


@dataclass(slots=True, kw_only=True)
class ElementInstance:
    """One active element instance. `arrived` counts the tokens a join has per incoming flow; `waits` are its open waits by key.

    `chosen` are the elements of an ad-hoc sub-process that are still to begin; None where there is no such thing.
    `consumed` are the incoming flows by which a complex gateway was activated; it waits for reset then.
    A scope keeps what was completed in it and can be undone in `kept`, in that order; `undo` is what is left to one that
    compensates, None for all others. `executor_state` stands at the root of an instance that another executor than the kernel
    runs: what that one needs to go on, as JSON.

    It belongs to its `State`: only `apply` writes to it.
    """

    key: int
    element: str
    process: str
    parent: int | None
    phase: Phase = Phase.READY
    flow: str | None = None
    variables: dict[str, Value] | None = None
    loop_index: int | None = None
    loop: Loop | None = None
    arrived: Mapping[str, int] = field(default_factory=nothing)
    consumed: tuple[str, ...] = ()
    chosen: tuple[str, ...] | None = None
    waits: Mapping[int, Wait] = field(default_factory=nothing)
    kept: list[Undo] | None = None
    undo: list[Undo] | None = None
    executor_state: Plain = None

    @property
    def is_join(self) -> bool:
        """True for what collects the tokens of a gateway."""
        return bool(self.arrived or self.consumed)

    @property
    def has_incident(self) -> bool:
        """True when a person has to resolve something before the element instance goes on."""
        return any(isinstance(wait, IncidentRaised) for wait in self.waits.values())


@dataclass(slots=True)
class Gathering:
    """What is known of an open join without reading it again: the flows that have a token (bits), how many these are.

    `blocker` is an element from which a token can still come.
    """

    arrived: int = 0
    counted: int = 0
    blocker: str | None = None


@dataclass(slots=True)
class Tokens:
    """How many element instances of a scope stand `at` which element, and its open joins by key.

    A gateway that waits for reset holds no token: those that it had are used up.
    """

    at: dict[str, int] = field(default_factory=dict)
    joins: dict[int, Gathering] = field(default_factory=dict)


class InstanceStatus(StrEnum):
    """Where the root process instance is in its life."""

    NEW = "new"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class State:
    """Active element instances by key, with the indexes the kernel needs. Only `engine.kernel.apply` writes to it.

    `children` lists the direct contents of a scope in order of activation (a scope without contents has no entry); `waits`
    finds the element instance of an open wait, `signals` the open subscriptions to a signal by its name, `conditions` those
    that are watched; `joins` the element
    instance that collects tokens for a gateway of a scope;
    `touched` collects the keys that changed or ended since the runtime last cleared it, some more than once. `tokens` is
    counted for a scope when a gateway first asks (`engine.kernel.joins`), and kept up from then on; it is derived, so it is
    never stored.
    """

    status: InstanceStatus = InstanceStatus.NEW
    elements: dict[int, ElementInstance] = field(default_factory=dict)
    children: Mapping[int, Mapping[int, None]] = field(default_factory=nothing)
    waits: Mapping[int, int] = field(default_factory=nothing)
    joins: Mapping[tuple[int, str], int] = field(default_factory=nothing)
    signals: Mapping[str, Mapping[int, None]] = field(default_factory=nothing)
    conditions: Mapping[int, None] = field(default_factory=nothing)
    next_key: int = 1
    touched: list[int] = field(default_factory=list)
    tokens: Mapping[int, Tokens] = field(default_factory=nothing)

    def wait(self, key: int) -> Wait | None:
        """The open wait with this key."""
        owner = self.waits.get(key)
        return None if owner is None else self.elements[owner].waits[key]


def restore(elements: Iterable[ElementInstance], *, status: InstanceStatus, next_key: int) -> State:
    """The state made of stored element instances, which it takes over; the indexes are derived.

    `next_key` is that of the saved state.
    """
    state = State(status=status, next_key=next_key)
    for instance in sorted(elements, key=lambda e: e.key):
        state.elements[instance.key] = instance
        if instance.parent is not None:
            siblings = state.children.get(instance.parent, nothing())
            state.children = put(state.children, instance.parent, put(siblings, instance.key, None))
            if instance.is_join:
                state.joins = put(state.joins, (instance.parent, instance.element), instance.key)
        for key, wait in instance.waits.items():
            state.waits = put(state.waits, key, instance.key)
            if isinstance(wait, SignalSubscriptionOpened):
                state.signals = put(state.signals, wait.signal, put(state.signals.get(wait.signal, nothing()), key, None))
            elif isinstance(wait, ConditionOpened):
                state.conditions = put(state.conditions, key, None)
    return state
