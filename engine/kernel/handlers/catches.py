"""Timers that are due, messages and signals that arrive."""

from __future__ import annotations

from engine.kernel import catching, signals
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import BroadcastSignal, CorrelateMessage, TriggerTimer
from engine.kernel.events import MessageCorrelated, MessageSubscriptionOpened, TimerScheduled, TimerTriggered
from engine.kernel.step import Step
from engine.kernel.timers import TimerSchedule, next_due
from engine.kernel.triggering import trigger


def trigger_timer(step: Step, command: TriggerTimer) -> Rejected | None:
    """Fire; the next firing of a repeating timer is planned first, those missed meanwhile count as this one."""
    timer = step.state.wait(command.timer)
    if not isinstance(timer, TimerScheduled):
        return Rejected(
            Code.TIMER_NOT_FOUND, f"There is no open timer {command.timer}. It has fired or was cancelled, or never existed."
        )
    step.emit(TimerTriggered(timer=command.timer))
    instance = step.owner(timer)
    caught = step.model(instance.process).elements[timer.element]
    if not caught.interrupting:
        following = next_due(TimerSchedule(due=timer.due, cycle=timer.cycle, repetitions=timer.repetitions), step.now)
        if following is not None:
            catching.schedule_timer(step, instance, timer.element, following, timer.definition)
    trigger(step, timer, {})
    return None


def correlate_message(step: Step, command: CorrelateMessage) -> Rejected | None:
    """Hand the message to the event that subscribed."""
    subscription = step.state.wait(command.subscription)
    if not isinstance(subscription, MessageSubscriptionOpened):
        return subscription_not_found(command.subscription)
    step.emit(MessageCorrelated(subscription=command.subscription, variables=command.variables, message_id=command.message_id))
    trigger(step, subscription, command.variables)
    return None


def subscription_not_found(subscription: int) -> Rejected:
    """Nobody waits under this key."""
    detail = f"There is no open message subscription {subscription}. It was closed, or never existed."
    return Rejected(Code.SUBSCRIPTION_NOT_FOUND, detail)


def broadcast_signal(step: Step, command: BroadcastSignal) -> Rejected | None:
    """Tell everything that waits for the signal; that nothing does is no mistake."""
    signals.broadcast(step, command.signal, command.variables)
    return None
