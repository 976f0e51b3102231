"""Timers and subscriptions: worked out first, opened after, so that a failure leaves nothing half open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel import due_dates, evaluation
from engine.kernel.codes import Code, Failure
from engine.kernel.events import ConditionOpened, MessageSubscriptionOpened, SignalSubscriptionOpened, TimerScheduled
from engine.kernel.state import ElementInstance
from engine.kernel.timers import TimerInvalid, TimerSchedule, first_due, first_firing
from engine.model.process import (
    ConditionalDefinition,
    Element,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
)

if TYPE_CHECKING:
    from engine.kernel.step import Step


@dataclass(frozen=True, slots=True)
class PlannedTimer:
    """A timer that `element` needs."""

    element: str
    schedule: TimerSchedule
    definition: int = 0


@dataclass(frozen=True, slots=True)
class PlannedSubscription:
    """A subscription that `element` needs."""

    element: str
    message: str
    correlation_key: str
    repeatable: bool
    definition: int = 0


@dataclass(frozen=True, slots=True)
class PlannedSignal:
    """A signal that `element` waits for."""

    element: str
    signal: str
    repeatable: bool
    definition: int = 0


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """A condition that `element` waits for; it is asked once nothing else is left to do."""

    element: str
    repeatable: bool
    definition: int = 0


Planned = PlannedTimer | PlannedSubscription | PlannedSignal | PlannedCondition

WAITED_FOR = (TimerDefinition, MessageDefinition, SignalDefinition, ConditionalDefinition)
"""What has a wait of its own."""


def plan(step: Step, instance: ElementInstance, catcher: Element) -> list[Planned] | Failure:
    """What the event `catcher` waits for, as seen from the element instance that will hold the waits.

    Errors and escalations are not waited for, they are thrown.
    """
    plans: list[Planned] = []
    for number, definition in enumerate(catcher.definitions):
        if isinstance(definition, WAITED_FOR):
            planned = _plan(step, instance, catcher, definition, number)
            if isinstance(planned, Failure):
                return planned
            plans.append(planned)
    return plans


def _plan(
    step: Step, instance: ElementInstance, catcher: Element, definition: SingleDefinition, number: int
) -> Planned | Failure:
    if isinstance(definition, TimerDefinition):
        return _plan_timer(step, instance, catcher, definition, number)
    if isinstance(definition, SignalDefinition):
        what = f"The signal name of {catcher.name or catcher.id!r}"
        name = evaluation.at(step, instance, Code.SIGNAL_INVALID).text(definition.name, what)
        return name if isinstance(name, Failure) else PlannedSignal(catcher.id, name, not catcher.interrupting, number)
    if isinstance(definition, ConditionalDefinition):
        return PlannedCondition(catcher.id, not catcher.interrupting, number)
    assert isinstance(definition, MessageDefinition), "only these are waited for"
    return _plan_subscription(step, instance, catcher, definition, number)


def plan_around(step: Step, instance: ElementInstance, element: Element) -> Sequence[Planned] | Failure:
    """What the boundary events of an activity and the event sub-processes in it wait for when it begins."""
    # Those of a multi-instance stand on its body, and that has begun when it has a loop.
    boundary = () if instance.loop_index is not None or instance.loop is not None else element.boundary_events
    plans = plan_all(step, instance, boundary)
    if not element.event_starts or isinstance(plans, Failure) or (element.loop is not None and instance.loop_index is None):
        return plans
    starts = plan_all(step, instance, element.event_starts)
    return starts if isinstance(starts, Failure) else [*plans, *starts]


def plan_all(step: Step, instance: ElementInstance, catchers: Sequence[str]) -> list[Planned] | Failure:
    """What several events wait for, at the same element instance."""
    plans: list[Planned] = []
    for catcher in (step.model(instance.process).elements[i] for i in catchers):
        planned = plan(step, instance, catcher)
        if isinstance(planned, Failure):
            return planned
        plans += planned
    return plans


def open_wait(step: Step, instance: ElementInstance, planned: Planned) -> None:
    """Open the wait at the element instance."""
    if isinstance(planned, PlannedTimer):
        schedule_timer(step, instance, planned.element, planned.schedule, planned.definition)
    else:
        step.emit(_opened(planned, step.state.next_key, instance.key))


def _opened(
    planned: PlannedSubscription | PlannedSignal | PlannedCondition, wait: int, key: int
) -> MessageSubscriptionOpened | SignalSubscriptionOpened | ConditionOpened:
    element, definition, repeatable = planned.element, planned.definition, planned.repeatable
    if isinstance(planned, PlannedCondition):
        return ConditionOpened(condition=wait, key=key, element=element, repeatable=repeatable, definition=definition)
    if isinstance(planned, PlannedSignal):
        signal = planned.signal
        return SignalSubscriptionOpened(
            subscription=wait, key=key, element=element, signal=signal, repeatable=repeatable, definition=definition
        )
    return MessageSubscriptionOpened(
        subscription=wait,
        key=key,
        element=element,
        message=planned.message,
        correlation_key=planned.correlation_key,
        repeatable=repeatable,
        definition=definition,
    )


def schedule_timer(step: Step, instance: ElementInstance, element: str, schedule: TimerSchedule, definition: int = 0) -> None:
    """Open a timer wait at the element instance for the event `element`, or for that of its definitions."""
    step.emit(
        TimerScheduled(
            timer=step.state.next_key,
            key=instance.key,
            element=element,
            due=schedule.due,
            cycle=schedule.cycle,
            repetitions=schedule.repetitions,
            definition=definition,
            makes_up=schedule.makes_up,
            calendar=schedule.calendar,
        )
    )


def _plan_timer(
    step: Step, instance: ElementInstance, catcher: Element, timer: TimerDefinition, number: int
) -> Planned | Failure:
    what = f"The timer of {catcher.name or catcher.id!r}"
    found = evaluation.at(step, instance, Code.TIMER_INVALID).value(timer.expression, what)
    if isinstance(found, Failure):
        return found
    calendar = due_dates.calendar_of(step, instance, timer.calendar, Code.TIMER_INVALID, what)
    if isinstance(calendar, Failure):
        return calendar
    try:
        first = first_due(timer.kind, found, step.now, calendar)
        return PlannedTimer(catcher.id, first_firing(first, timer, step.now, calendar), number)
    except TimerInvalid as problem:
        sign = "" if timer.expression.is_fixed else "="
        told = f"`{sign}{timer.expression.text}` gave {evaluation.describe(found)}"
        return Failure(Code.TIMER_INVALID, f"{what} {problem}; {told}.")


def _plan_subscription(
    step: Step, instance: ElementInstance, catcher: Element, message: MessageDefinition, number: int
) -> Planned | Failure:
    ask = evaluation.at(step, instance, Code.MESSAGE_INVALID)
    label = catcher.name or catcher.id
    name = ask.text(message.name, f"The message name of {label!r}")
    if isinstance(name, Failure):
        return name
    if message.correlation_key is None:
        return Failure(
            Code.MESSAGE_INVALID, f"The message of {label!r} has no correlation key, so nothing tells which one is meant."
        )
    key = ask.key_text(message.correlation_key, f"The correlation key of {label!r}")
    if isinstance(key, Failure):
        return key
    return PlannedSubscription(catcher.id, name, key, not catcher.interrupting, number)
