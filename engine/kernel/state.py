"""The state of one root process instance: its active element instances, and nothing else.

Finished element instances live in the journal. A called process is a scope inside the same tree, so one lock covers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.feel import Value
from engine.kernel.events import (
    IncidentRaised,
    JobCreated,
    MessageSubscriptionOpened,
    TimerScheduled,
    UserTaskCreated,
)

Wait = UserTaskCreated | JobCreated | TimerScheduled | MessageSubscriptionOpened | IncidentRaised
"""An open wait is the event that opened it."""


class Phase(StrEnum):
    """READY: a token arrived, the behaviour has not run. WAITING: it ran. An element that ended is gone."""

    READY = "ready"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Progress of a multi-instance body; `outputs` has one place an item, `started` counts the inner instances made so far."""

    items: tuple[Value, ...]
    outputs: tuple[Value, ...]
    started: int = 0
    completed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementInstance:
    """One active element instance. `arrived` counts the tokens a join has per incoming flow; `waits` are its open waits by key."""

    key: int
    element: str
    process: str
    parent: int | None
    phase: Phase = Phase.READY
    flow: str | None = None
    variables: Mapping[str, Value] | None = None
    loop_index: int | None = None
    loop: Loop | None = None
    arrived: Mapping[str, int] = field(default_factory=dict)
    waits: Mapping[int, Wait] = field(default_factory=dict)


class InstanceStatus(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class State:
    """Active element instances by key, with the indexes the kernel needs. Only `engine.kernel.apply` writes to it.

    `children` lists the direct contents of a scope in order of activation; `waits` finds the element instance of an open wait;
    `touched` collects the keys that changed or ended since the runtime last cleared it.
    """

    status: InstanceStatus = InstanceStatus.NEW
    elements: dict[int, ElementInstance] = field(default_factory=dict)
    children: dict[int, dict[int, None]] = field(default_factory=dict)
    waits: dict[int, int] = field(default_factory=dict)
    next_key: int = 1
    touched: set[int] = field(default_factory=set)
