"""Signals reach all that waits for them in the instance, at once; the runtime tells other instances (BPMN 2.0 §10.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.events import SignalCaught, SignalSubscriptionOpened
from engine.kernel.scopes import Variables
from engine.kernel.triggering import trigger

if TYPE_CHECKING:
    from engine.kernel.step import Step


def broadcast(step: Step, signal: str, variables: Variables) -> None:
    """Trigger what waits now, the oldest first; what begins to wait because of it has missed the signal."""
    for key in sorted(step.state.signals.get(signal, ())):
        catch(step, key, variables)


def catch(step: Step, key: int, variables: Variables) -> None:
    """Trigger one subscription, unless what came before it ended it."""
    subscription = step.state.wait(key)
    if isinstance(subscription, SignalSubscriptionOpened):
        step.emit(SignalCaught(subscription=key, variables=variables))
        trigger(step, subscription, variables)
