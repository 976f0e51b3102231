"""Expressions whose value is known before anything runs, where a choice is meant; and loops that never come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from engine.check.codes import Code
from engine.check.findings import finding
from engine.feel import FeelError, Value
from engine.model.expression import Expression
from engine.model.graphs import knots
from engine.model.process import (
    ConditionalDefinition,
    Element,
    LinkDefinition,
    MultiInstance,
    ProcessDefinition,
    SequenceFlow,
    StandardLoop,
)
from engine.problems import Problem, Severity

_NOW: Final = datetime(2024, 1, 1, tzinfo=UTC)
_UNKNOWN: Final = object()
_WAITS: Final = ("userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity", "adHocSubProcess")


def check_constants(process: ProcessDefinition) -> Iterator[Problem]:
    """Conditions that are always true or never, and collections that are none."""
    for flow in process.flows.values():
        yield from _condition(process, flow)
    for element in process.elements.values():
        if isinstance(element.event, ConditionalDefinition) and _value(element.event.condition) not in (_UNKNOWN, True):
            message = f"The condition of “{element.name or element.id}” never holds: {element.event.condition.text}."
            yield finding(Code.CONDITION_CONSTANT, message, process, element, field="condition", severity=Severity.WARNING)
        if isinstance(element.loop, MultiInstance) and element.loop.input_collection is not None:
            yield from _collection(process, element, element.loop.input_collection)


def _condition(process: ProcessDefinition, flow: SequenceFlow) -> Iterator[Problem]:
    source = process.elements[flow.source]
    if flow.condition is None or flow.id == source.default_flow or source.type == "parallelGateway":
        return
    value = _value(flow.condition)
    label = f"the flow “{flow.name or flow.id}” from “{source.name or source.id}”"
    if value is _UNKNOWN or (value is True and source.type != "exclusiveGateway"):
        return  # that one of several paths is always taken beside others makes sense
    what = "never holds" if value is False else "is neither true nor false, so the process stops there"
    if value is True:
        what = "is always true, so no flow behind it in order is ever taken"
    yield Problem(
        code=Code.CONDITION_CONSTANT,
        message=f"The condition of {label} {what}: {flow.condition.text}.",
        resource=process.resource,
        severity=Severity.WARNING,
        element=flow.id,
        field="condition",
        line=flow.condition.line or flow.line or None,
        fix="Make it the default flow, or correct the condition." if value is True else "Correct the condition.",
    )


def _collection(process: ProcessDefinition, element: Element, collection: Expression) -> Iterator[Problem]:
    value = _value(collection)
    if value is not _UNKNOWN and not isinstance(value, list):
        message = f"“{element.name or element.id}” repeats over {collection.text[:60]}, which is no list."
        yield finding(Code.NO_LIST, message, process, element, field="inputCollection")


def _value(expression: Expression) -> Value | object:
    """What the expression always gives; `_UNKNOWN` when it reads a variable or the clock, or fails."""
    feel = expression.feel
    if feel is None or feel.names or "now(" in feel.text or "today(" in feel.text:
        return _UNKNOWN
    try:
        return feel.evaluate({}, now=_NOW).value
    except FeelError:
        return _UNKNOWN


def check_endless(process: ProcessDefinition, reached: set[str]) -> Iterator[Problem]:
    """Circles that nothing leads out of and on which nobody waits, and loop markers that never end."""
    following = {i: process.following(e) for i, e in process.elements.items() if i in reached}
    for knot in knots(following):
        turns = len(knot) > 1 or any(i in following[i] for i in knot)
        if turns and all(target in knot for i in knot for target in following[i]) and not _anybody_waits(process, knot):
            names = ", ".join(f"“{process.elements[i].name or i}”" for i in sorted(knot)[:5])
            message = f"Nothing leads out of the circle of {names}, and nobody waits on it: it would turn for ever."
            yield finding(Code.ENDLESS, message, process, process.elements[min(knot)], severity=Severity.WARNING)
    for element in process.elements.values():
        if _repeats_for_ever(element) and not element.boundary_events and not _anybody_waits(process, {element.id}):
            message = f"“{element.name or element.id}” is repeated for ever: its condition always holds, and nobody waits."
            yield finding(Code.ENDLESS, message, process, element, field="loopCondition", severity=Severity.WARNING)


def _repeats_for_ever(element: Element) -> bool:
    loop = element.loop
    if not isinstance(loop, StandardLoop) or loop.maximum is not None or loop.condition is None:
        return False
    return _value(loop.condition) is True


def _anybody_waits(process: ProcessDefinition, elements: set[str]) -> bool:
    for element in (process.elements[i] for i in elements):
        waits = element.type in _WAITS and not isinstance(element.event, LinkDefinition)
        work = element.job is not None or element.listeners is not None
        if waits or work or _anybody_waits(process, set(process.contents_of(element.id))):
            return True
    return False
