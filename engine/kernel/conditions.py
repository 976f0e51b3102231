"""Conditional events: a condition that becomes true (BPMN 2.0 §10.5.5).

A condition is asked when it begins to be watched, and again when a variable was written that it names and sees; both once
nothing else is left to do, so that several writes of one command count as one. It triggers when it was false and is true, each
condition once in a command: what it sets going may write the same variables, and must not keep the engine busy for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.kernel import evaluation, scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.events import (
    ConditionChanged,
    ConditionOpened,
    ConditionTriggered,
    IncidentRaised,
    VariablesWritten,
)
from engine.kernel.incidents import raise_incident
from engine.kernel.state import ElementInstance, InstanceStatus
from engine.kernel.triggering import trigger
from engine.model.process import ConditionalDefinition, Element

if TYPE_CHECKING:
    from engine.kernel.step import Step


def look(step: Step) -> bool:
    """Ask the conditions that may have changed; True when one of them set something going."""
    if step.state.status is InstanceStatus.SUSPENDED:
        return False
    keys = list(step.state.conditions if step.all_conditions else _affected(step))
    step.looked, step.all_conditions = len(step.events), False
    triggered = False
    for key in keys:
        condition = step.state.wait(key)
        if isinstance(condition, ConditionOpened):
            triggered = _ask(step, condition) or triggered
    return triggered


def look_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """After a condition could not be evaluated: ask all of them again."""
    step.all_conditions = True


def _affected(step: Step) -> Iterator[int]:
    """The conditions that were opened, and those that see a variable which was written, since the last look."""
    opened: set[int] = set()
    written: dict[int, set[str]] = {}
    for event in step.events[step.looked :]:
        if isinstance(event, VariablesWritten):
            written.setdefault(event.key, set()).update(event.variables)
        elif isinstance(event, ConditionOpened):
            opened.add(event.condition)
    for key in step.state.conditions:
        if key in opened or (written and _sees(step, key, written)):
            yield key


def _sees(step: Step, key: int, written: dict[int, set[str]]) -> bool:
    owner = step.state.elements[step.state.waits[key]]
    names = _names(step, key)
    return any(not names.isdisjoint(written.get(scope.key, ())) for scope in scopes.enclosing(step, owner))


def _names(step: Step, key: int) -> frozenset[str]:
    condition = step.state.wait(key)
    assert isinstance(condition, ConditionOpened), "the index holds conditions"
    definition = _definition(step, condition)
    if definition.variables:
        return frozenset(definition.variables)
    feel = definition.condition.feel
    return feel.names if feel is not None else frozenset()


def _definition(step: Step, condition: ConditionOpened) -> ConditionalDefinition:
    event = step.model(step.state.elements[condition.key].process).elements[condition.element]
    definition = event.definitions[condition.definition]
    assert isinstance(definition, ConditionalDefinition), "only conditional events watch a condition"
    return definition


def _ask(step: Step, condition: ConditionOpened) -> bool:
    holds = _holds(step, condition)
    if holds is None or holds == condition.holds:
        return False
    if not holds or condition.condition in step.fired:
        step.emit(ConditionChanged(condition=condition.condition, holds=holds))
        return False
    step.fired.add(condition.condition)
    step.emit(ConditionTriggered(condition=condition.condition))
    trigger(step, condition, {})
    return True


def _holds(step: Step, condition: ConditionOpened) -> bool | None:
    """Null is no: the variables may be still to come. None when it cannot be evaluated, which is an incident then."""
    instance = step.owner(condition)
    what = f"The condition of {condition.element!r}"
    ask = evaluation.at(step, instance, Code.CONDITIONAL_EVENT_FAILED)
    expression = _definition(step, condition).condition
    found = ask.value(expression, what)
    if found is None or found is True or found is False:
        return bool(found)
    failure = found if isinstance(found, Failure) else ask.unexpected(expression, what, "true or false", found)
    if not any(isinstance(w, IncidentRaised) and w.code == failure.code for w in instance.waits.values()):
        raise_incident(step, instance, failure)
    return None
