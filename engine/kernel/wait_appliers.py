"""What events do to the waits of an element instance: jobs, timers, messages, signals, conditions, incidents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.kernel import events as e
from engine.kernel.few import drop, nothing, put
from engine.kernel.state import Phase, State, Wait

Applier = Callable[[State, Any], None]
"""Changes the state as its event says."""


def use_key(state: State, key: int) -> None:
    """Keys are given in order; the next one is behind all that were used."""
    if key >= state.next_key:
        state.next_key = key + 1


def open_wait(state: State, key: int, wait: Wait) -> None:
    """The element instance that the wait names waits for it, too."""
    owner = wait.key
    instance = state.elements[owner]
    instance.waits = put(instance.waits, key, wait)
    state.waits = put(state.waits, key, owner)
    use_key(state, key)
    state.touched.append(owner)


def close_wait(state: State, key: int) -> None:
    """It is waited for no more."""
    owner = state.waits[key]
    state.waits = drop(state.waits, key)
    instance = state.elements[owner]
    instance.waits = drop(instance.waits, key)
    state.touched.append(owner)


def change_wait(state: State, key: int, **changes: Any) -> None:
    """The same wait with other values."""
    owner = state.waits[key]
    instance = state.elements[owner]
    instance.waits = put(instance.waits, key, replace(instance.waits[key], **changes))
    state.touched.append(owner)


def _job_created(state: State, event: e.JobCreated) -> None:
    # What the job sees is derived from the scopes and would only be stored twice.
    open_wait(state, event.job, replace(event, variables={}) if event.variables else event)
    if event.listener in _HOLD_UP:
        state.elements[event.key].phase = Phase.LISTENING


_HOLD_UP = frozenset(("start", "end", "beforeAll"))
"""Listeners to the element itself; those to its user task change nothing about the element instance."""


def _message_correlated(state: State, event: e.MessageCorrelated) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.MessageSubscriptionOpened), "a message is correlated with an open subscription"
    if not subscription.repeatable:
        close_wait(state, event.subscription)


def _signal_subscribed(state: State, event: e.SignalSubscriptionOpened) -> None:
    open_wait(state, event.subscription, event)
    waiting = put(state.signals.get(event.signal, nothing()), event.subscription, None)
    state.signals = put(state.signals, event.signal, waiting)


def _signal_caught(state: State, event: e.SignalCaught) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.SignalSubscriptionOpened), "a signal is caught by an open subscription"
    if not subscription.repeatable:
        _signal_unsubscribed(state, event)


def _signal_unsubscribed(state: State, event: e.SignalCaught | e.SignalSubscriptionClosed) -> None:
    subscription = state.wait(event.subscription)
    assert isinstance(subscription, e.SignalSubscriptionOpened), "only an open subscription is closed"
    waiting = drop(state.signals[subscription.signal], event.subscription)
    signals = state.signals
    state.signals = put(signals, subscription.signal, waiting) if waiting else drop(signals, subscription.signal)
    close_wait(state, event.subscription)


def _condition_opened(state: State, event: e.ConditionOpened) -> None:
    open_wait(state, event.condition, event)
    state.conditions = put(state.conditions, event.condition, None)


def _condition_triggered(state: State, event: e.ConditionTriggered) -> None:
    condition = state.wait(event.condition)
    assert isinstance(condition, e.ConditionOpened), "only what is watched becomes true"
    if condition.repeatable:
        change_wait(state, event.condition, holds=True)
    else:
        _condition_closed(state, event)


def _condition_closed(state: State, event: e.ConditionTriggered | e.ConditionClosed) -> None:
    state.conditions = drop(state.conditions, event.condition)
    close_wait(state, event.condition)


WAITS: Mapping[type, Applier] = {
    e.JobCreated: _job_created,
    e.JobCompleted: lambda state, event: close_wait(state, event.job),
    e.JobFailed: lambda state, event: change_wait(state, event.job, retries=event.retries),
    e.JobRetried: lambda state, event: change_wait(state, event.job, retries=event.retries),
    e.JobCancelled: lambda state, event: close_wait(state, event.job),
    e.TimerScheduled: lambda state, event: open_wait(state, event.timer, event),
    e.TimerSkipped: lambda state, event: close_wait(state, event.timer),
    e.TimerTriggered: lambda state, event: close_wait(state, event.timer),
    e.TimerCancelled: lambda state, event: close_wait(state, event.timer),
    e.MessageSubscriptionOpened: lambda state, event: open_wait(state, event.subscription, event),
    e.MessageCorrelated: _message_correlated,
    e.MessageSubscriptionClosed: lambda state, event: close_wait(state, event.subscription),
    e.SignalSubscriptionOpened: _signal_subscribed,
    e.SignalCaught: _signal_caught,
    e.SignalSubscriptionClosed: _signal_unsubscribed,
    e.ConditionOpened: _condition_opened,
    e.ConditionTriggered: _condition_triggered,
    e.ConditionChanged: lambda state, event: change_wait(state, event.condition, holds=event.holds),
    e.ConditionClosed: _condition_closed,
    e.IncidentRaised: lambda state, event: open_wait(state, event.incident, event),
    e.IncidentResolved: lambda state, event: close_wait(state, event.incident),
    e.InputKept: lambda state, event: open_wait(state, event.kept, event),
    e.InputReleased: lambda state, event: close_wait(state, event.kept),
    e.TriggerKept: lambda state, event: open_wait(state, event.kept, event),
    e.TriggerReleased: lambda state, event: close_wait(state, event.kept),
    e.StartHeld: lambda state, event: open_wait(state, event.held, event),
    e.StartReleased: lambda state, event: close_wait(state, event.held),
}
"""A row of `engine.kernel.appliers.APPLIERS` for each event about waits, but those of user tasks."""
