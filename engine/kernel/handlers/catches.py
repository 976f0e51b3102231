"""Timers that are due, messages and signals that arrive."""

from __future__ import annotations

from engine.kernel import catching, signals
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import BroadcastSignal, CorrelateMessage, TriggerTimer
from engine.kernel.events import MessageCorrelated, MessageSubscriptionOpened, TimerScheduled, TimerSkipped, TimerTriggered
from engine.kernel.step import Step
from engine.kernel.timers import TimerSchedule, next_firing
from engine.kernel.triggering import trigger
from engine.model.expression import Expression
from engine.model.process import Element, TimerDefinition

_NO_CALENDAR = "a calendar that does not exist any more. Install the package that has it, then try again."
_ONCE = TimerDefinition(kind="cycle", expression=Expression(text=""))


def trigger_timer(step: Step, command: TriggerTimer) -> Rejected | None:
    """Fire, unless that was missed and is to be left out; the next firing of a repeating timer is planned first."""
    timer = step.state.wait(command.timer)
    if not isinstance(timer, TimerScheduled):
        return Rejected(
            Code.TIMER_NOT_FOUND, f"There is no open timer {command.timer}. It has fired or was cancelled, or never existed."
        )
    instance = step.owner(timer)
    caught = step.model(instance.process).elements[timer.element]
    fires, following = True, None
    if not caught.interrupting:
        calendar = None if timer.calendar is None else step.definitions.calendar(timer.calendar)
        if timer.calendar is not None and calendar is None:
            return Rejected(Code.TIMER_INVALID, f"The timer of {timer.element!r} needs {timer.calendar!r}, {_NO_CALENDAR}")
        fires, following = next_firing(_schedule(timer), _definition(caught, timer), step.now, calendar)
    step.emit(TimerTriggered(timer=command.timer) if fires else TimerSkipped(timer=command.timer))
    if following is not None:
        catching.schedule_timer(step, instance, timer.element, following, timer.definition)
    if fires:
        trigger(step, timer, {})
    return None


def _schedule(timer: TimerScheduled) -> TimerSchedule:
    return TimerSchedule(
        due=timer.due, cycle=timer.cycle, repetitions=timer.repetitions, makes_up=timer.makes_up, calendar=timer.calendar
    )


def _definition(caught: Element, timer: TimerScheduled) -> TimerDefinition:
    """What the diagram says of the timer; the event may have become another one meanwhile, by a migration."""
    found = caught.definitions[timer.definition] if timer.definition < len(caught.definitions) else None
    return found if isinstance(found, TimerDefinition) else _ONCE


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
