"""Timers that are due and messages that arrive."""

from __future__ import annotations

from engine.kernel import catching
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import CorrelateMessage, TriggerTimer
from engine.kernel.events import MessageCorrelated, MessageSubscriptionOpened, TimerScheduled, TimerTriggered
from engine.kernel.liveness import BESIDE
from engine.kernel.scopes import Variables
from engine.kernel.step import Step
from engine.kernel.timers import TimerSchedule, next_due


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
            catching.schedule_timer(step, instance, timer.element, following)
    _trigger(step, timer, {})
    return None


def correlate_message(step: Step, command: CorrelateMessage) -> Rejected | None:
    """Hand the message to the event that subscribed."""
    subscription = step.state.wait(command.subscription)
    if not isinstance(subscription, MessageSubscriptionOpened):
        return subscription_not_found(command.subscription)
    step.emit(MessageCorrelated(subscription=command.subscription, variables=command.variables, message_id=command.message_id))
    _trigger(step, subscription, command.variables)
    return None


def subscription_not_found(subscription: int) -> Rejected:
    """Nobody waits under this key."""
    detail = f"There is no open message subscription {subscription}. It was closed, or never existed."
    return Rejected(Code.SUBSCRIPTION_NOT_FOUND, detail)


def _trigger(step: Step, wait: TimerScheduled | MessageSubscriptionOpened, variables: Variables) -> None:
    """Events beside the flow act by their own row of the element table, other events by that of the element that waits."""
    instance = step.owner(wait)
    caught = step.model(instance.process).elements[wait.element]
    element = step.element_of(instance)
    behaviour = step.behaviour_of(caught) if caught.type in BESIDE else step.behaviour_for(instance, element)
    behaviour.trigger(step, instance, caught, variables)
