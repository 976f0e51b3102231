"""Messages, signals and escalations: worked out first, thrown after, so that a failure leaves nothing half thrown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.kernel import climbing, evaluation, scopes, signals
from engine.kernel.codes import Code, Failure
from engine.kernel.events import EscalationThrown, MessageThrown, SignalThrown
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance
from engine.kernel.triggering import happen
from engine.model.process import Element, EscalationDefinition, MessageDefinition, SignalDefinition, SingleDefinition

if TYPE_CHECKING:
    from engine.kernel.step import Step

Thrown = Callable[[], None]
"""Throws what was worked out."""


@dataclass(frozen=True, slots=True)
class Thrower:
    """The element instance that throws, what is thrown with it, and the one `at` which expressions are evaluated."""

    step: Step
    instance: ElementInstance
    element: Element
    variables: Variables
    at: ElementInstance

    def plan(self, definition: SingleDefinition) -> Thrown | Failure:
        """Work out what the definition throws."""
        planner: Callable[[Thrower, Any], Thrown | Failure] = _PLANNERS[type(definition)]
        return planner(self, definition)

    def plan_all(self, definitions: Sequence[SingleDefinition]) -> list[Thrown] | Failure:
        """As `plan`; nobody is ended by a message, and a signal reaches all even when an escalation ended who throws it."""
        plans: list[Thrown] = []
        for kind in ORDER:
            for definition in (one for one in definitions if isinstance(one, kind)):
                planned = self.plan(definition)
                if isinstance(planned, Failure):
                    return planned
                plans.append(planned)
        return plans

    def ask(self, code: Code) -> evaluation.Evaluator:
        """An evaluator of expressions whose failure has this code."""
        return evaluation.at(self.step, self.at, code)

    @property
    def label(self) -> str:
        """How failures call the element."""
        return self.element.name or self.element.id


ORDER = (MessageDefinition, EscalationDefinition, SignalDefinition)
"""What of several definitions is thrown first; of one kind, in the order of the diagram."""


def _message(thrower: Thrower, message: MessageDefinition) -> Thrown | Failure:
    ask = thrower.ask(Code.MESSAGE_INVALID)
    name = ask.text(message.name, f"The message name of {thrower.label!r}")
    if isinstance(name, Failure):
        return name
    key: str | Failure = ""  # a message without key can start an instance
    if message.correlation_key is not None:
        key = ask.key_text(message.correlation_key, f"The correlation key of {thrower.label!r}")
    if isinstance(key, Failure):
        return key
    thrown = MessageThrown(
        key=thrower.instance.key,
        element=thrower.element.id,
        message=name,
        correlation_key=key,
        variables=thrower.variables,
    )
    return lambda: thrower.step.emit(thrown)


def _signal(thrower: Thrower, signal: SignalDefinition) -> Thrown | Failure:
    found = thrower.ask(Code.SIGNAL_INVALID).text(signal.name, f"The signal name of {thrower.label!r}")
    if isinstance(found, Failure):
        return found
    name, variables = found, thrower.variables

    def throw() -> None:
        thrower.step.emit(SignalThrown(key=thrower.instance.key, element=thrower.element.id, signal=name, variables=variables))
        signals.broadcast(thrower.step, name, variables)

    return throw


def _escalation(thrower: Thrower, escalation: EscalationDefinition) -> Thrown | Failure:
    if escalation.code is None:
        return Failure(Code.ESCALATION_INVALID, f"{thrower.label!r} names no escalation code to throw.")
    code = thrower.ask(Code.ESCALATION_INVALID).text(escalation.code, f"The escalation code of {thrower.label!r}")
    if isinstance(code, Failure):
        return code
    found = climbing.find(thrower.step, thrower.instance, EscalationDefinition, code)
    if isinstance(found, Failure):
        return found
    escalated, caught = code, found
    return lambda: _escalate(thrower, escalated, caught)


def _escalate(thrower: Thrower, code: str, caught: climbing.Caught | None) -> None:
    step = thrower.step
    if caught is not None and not _still_waits(step, caught):
        caught = None  # an escalation thrown before this one ended it
    caught_by = None if caught is None else caught[1].id
    step.emit(EscalationThrown(key=thrower.instance.key, element=thrower.element.id, code=code, caught_by=caught_by))
    if caught is not None:
        happen(step, *caught, {})


def _still_waits(step: Step, caught: climbing.Caught) -> bool:
    """False when the host has ended, or an event sub-process has begun in it that ends all others (BPMN 2.0 §10.3.4)."""
    host, event, _ = caught
    if host.key not in step.state.elements:
        return False
    return event.type == "boundaryEvent" or not scopes.is_interrupted(step, host)


_PLANNERS: Mapping[type, Callable[[Thrower, Any], Thrown | Failure]] = {
    MessageDefinition: _message,
    SignalDefinition: _signal,
    EscalationDefinition: _escalation,
}
