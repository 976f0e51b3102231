"""Timers, messages and signals happen at the tasks that wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent

from engine.feel import Value
from engine.kernel import commands as c
from engine.kernel import events as e
from engine.kernel.codes import Code, Rejected
from engine.spiff.run import Run
from engine.spiff.specs import Timer
from engine.spiff.values import to_python
from engine.spiff.waits import events_of


def trigger_timer(run: Run, command: c.TriggerTimer) -> Rejected | None:
    """The timer is due."""
    wait = run.state.wait(command.timer)
    if not isinstance(wait, e.TimerScheduled):
        return Rejected(Code.TIMER_NOT_FOUND, f"There is no open timer {command.timer}. It fired, or was cancelled.")
    run.emit(e.TimerTriggered(timer=command.timer))
    _happen_at(run, wait, {})
    return None


def correlate_message(run: Run, command: c.CorrelateMessage) -> Rejected | None:
    """The message reached the event."""
    wait = run.state.wait(command.subscription)
    if not isinstance(wait, e.MessageSubscriptionOpened):
        return Rejected(
            Code.SUBSCRIPTION_NOT_FOUND,
            f"There is no open subscription {command.subscription}. It is closed, or never existed.",
        )
    run.emit(e.MessageCorrelated(subscription=command.subscription, variables=command.variables, message_id=command.message_id))
    _happen_at(run, wait, command.variables)
    return None


def broadcast_signal(run: Run, command: c.BroadcastSignal) -> Rejected | None:
    """Everything that waits for the signal gets it."""
    for key in list(run.state.signals.get(command.signal, ())):
        wait = run.state.wait(key)
        if isinstance(wait, e.SignalSubscriptionOpened):
            run.emit(e.SignalCaught(subscription=key, variables=command.variables))
            _happen_at(run, wait, command.variables)
    return None


def happen(task: Any, definition: Any, given: Mapping[str, Value]) -> None:
    """Let the event happen at the task that waits for it."""
    if isinstance(definition, Timer):
        definition.fire(task)
    else:
        payload = {name: to_python(value) for name, value in given.items()}
        event = BpmnEvent(definition, payload=payload, correlations=dict(task.workflow.correlations))
        task.task_spec.catch(task, event)
    task.task_spec._update(task)


def _happen_at(run: Run, wait: e.TimerScheduled | e.MessageSubscriptionOpened | e.SignalSubscriptionOpened, given: Any) -> None:
    task = run.task_of(wait.key)
    found = next((event for event in events_of(task) if event[0] == wait.element), None) if task is not None else None
    if found is not None:  # a signal may have ended it meanwhile
        happen(found[2], found[1], given)
