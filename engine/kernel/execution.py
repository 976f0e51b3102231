"""The kernel's one entrance: an order and the state in, facts out."""

from __future__ import annotations

from datetime import datetime

from engine.kernel import lifecycle, liveness
from engine.kernel.behaviours import BEHAVIOURS
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import Command, StartInstance
from engine.kernel.definitions import Definitions
from engine.kernel.events import Event
from engine.kernel.handlers import HANDLERS
from engine.kernel.handlers.suspension import WHILE_SUSPENDED
from engine.kernel.state import InstanceStatus, State
from engine.kernel.step import Step

Outcome = tuple[Event, ...] | Rejected

BUDGET = 10_000
"""Element instances entered in one command before the rest is left to the next."""


def advance(definitions: Definitions, state: State, command: Command, now: datetime, *, budget: int = BUDGET) -> Outcome:
    """Carry out `command` at the time `now`, which must have a zone, and go on until everything waits.

    On success `state` was advanced by `apply` of the returned events and by nothing else; there may be none, when the order
    changes nothing. Rejected: nothing changed. After `budget` element instances the rest is left (`StepBudgetUsedUp` is the
    last event): send `ContinueInstance` in a next transaction.
    """
    if now.tzinfo is None:
        raise ValueError("the time of a command needs a zone")
    wrong = refused(state, command)
    if wrong is not None:
        return wrong
    step = Step(definitions, state, now, budget, BEHAVIOURS)
    handlers = HANDLERS if state.status is not InstanceStatus.SUSPENDED else WHILE_SUSPENDED
    rejected = handlers[type(command)](step, command)
    if rejected is not None:
        return rejected
    if state.status is not InstanceStatus.SUSPENDED:
        lifecycle.run(step)
    else:
        lifecycle.settle(step)
    liveness.check(step)
    return tuple(step.events)


def refused(state: State, command: Command) -> Rejected | None:
    """Why the instance takes no such command in the status that it has; None when it does."""
    starts = isinstance(command, StartInstance)
    if state.status is InstanceStatus.ACTIVE:
        return Rejected(Code.INSTANCE_ALREADY_STARTED, "The instance is running already.") if starts else None
    if state.status is InstanceStatus.SUSPENDED:
        return _while_suspended(command)
    if state.status is InstanceStatus.NEW:
        return None if starts else Rejected(Code.INSTANCE_NOT_STARTED, "The instance has not been started.")
    return Rejected(Code.INSTANCE_ENDED, f"The instance has ended: it is {state.status}.")


def _while_suspended(command: Command) -> Rejected | None:
    if type(command) in WHILE_SUSPENDED:
        return None
    if isinstance(command, StartInstance):
        return Rejected(Code.INSTANCE_ALREADY_STARTED, "The instance is running already; it is suspended.")
    return Rejected(Code.INSTANCE_SUSPENDED, "The instance is suspended. Resume it first.")
