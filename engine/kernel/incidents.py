"""Raising incidents, and closing whatever an element instance still waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.kernel import events as e
from engine.kernel.codes import Failure
from engine.kernel.state import ElementInstance, Wait

if TYPE_CHECKING:
    from engine.kernel.step import Step


def raise_incident(step: Step, instance: ElementInstance, failure: Failure, *, job: int | None = None) -> None:
    """Stop the element instance until somebody resolves what is wrong."""
    step.emit(
        e.IncidentRaised(
            incident=step.state.next_key,
            key=instance.key,
            element=instance.element,
            code=failure.code,
            message=failure.message,
            job=job,
        )
    )


def close_waits(step: Step, instance: ElementInstance) -> None:
    """Close each open wait with its own event, so that every mirror of it can go."""
    for wait in list(instance.waits.values()):
        close(step, wait)


def close(step: Step, wait: Wait) -> None:
    """Close one open wait."""
    step.emit(closing(wait))


def closing(wait: Wait) -> e.Event:
    """The event that closes an open wait."""
    return _CLOSED[type(wait)](wait)


_CLOSED: Mapping[type, Callable[[Any], e.Event]] = {
    e.UserTaskCreated: lambda wait: e.UserTaskCancelled(task=wait.task),
    e.JobCreated: lambda wait: e.JobCancelled(job=wait.job),
    e.TimerScheduled: lambda wait: e.TimerCancelled(timer=wait.timer),
    e.MessageSubscriptionOpened: lambda wait: e.MessageSubscriptionClosed(subscription=wait.subscription),
    e.SignalSubscriptionOpened: lambda wait: e.SignalSubscriptionClosed(subscription=wait.subscription),
    e.ConditionOpened: lambda wait: e.ConditionClosed(condition=wait.condition),
    e.IncidentRaised: lambda wait: e.IncidentResolved(incident=wait.incident),
    e.InputKept: lambda wait: e.InputReleased(kept=wait.kept),
    e.TriggerKept: lambda wait: e.TriggerReleased(kept=wait.kept),
    e.StartHeld: lambda wait: e.StartReleased(held=wait.held),
    e.CoSigningStarted: lambda wait: e.CoSigningEnded(signing=wait.signing),
    e.UserTaskChangeBegun: lambda wait: e.UserTaskChangeEnded(change=wait.change, task=wait.task),
}
