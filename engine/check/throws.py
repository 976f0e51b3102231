"""Events that never happen, errors that nobody catches, and compensation of nothing (BPMN 2.0 §10.5.5, §10.5.7).

Jobs, calls and user tasks may end in any error: what they do is not in the diagram.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine.check.codes import Code
from engine.check.data_flow import expressions_in
from engine.check.findings import finding
from engine.check.references import fixed_text
from engine.kernel.failing import CATCHABLE
from engine.model.expression import Expression
from engine.model.process import (
    CompensationDefinition,
    Element,
    ErrorDefinition,
    EscalationDefinition,
    MultiInstance,
    ProcessDefinition,
    SingleDefinition,
)
from engine.problems import Problem, Severity

_PEOPLE_AND_JOBS: Final = ("userTask", "callActivity", "adHocSubProcess")
_FAILURES: Final = frozenset(str(code) for code in CATCHABLE)


def check_throws(process: ProcessDefinition, called: Collection[str]) -> Iterator[Problem]:
    """Look at who catches and who throws; `called` are the ids of the processes that others call."""
    for element in process.elements.values():
        for definition in element.definitions:
            match definition:
                case ErrorDefinition() if element.type == "endEvent":
                    if process.id not in called:
                        yield from _uncaught(process, element, definition)
                case ErrorDefinition() | EscalationDefinition() if element.type in ("boundaryEvent", "startEvent"):
                    yield from _never_thrown(process, element, definition)
                case CompensationDefinition(activity=None) if element.type in ("endEvent", "intermediateThrowEvent"):
                    yield from _nothing_to_undo(process, element)


def _never_thrown(
    process: ProcessDefinition, event: Element, definition: ErrorDefinition | EscalationDefinition
) -> Iterator[Problem]:
    code = fixed_text(definition.code) if definition.code is not None else None
    if definition.code is not None and code is None:
        return
    inside, around = _watched(process, event)
    errors = isinstance(definition, ErrorDefinition)
    if any(_may_raise(e, code) if errors else _may_escalate(e, code) for e in inside):
        return
    what = "error" if errors else "escalation"
    named = f"the {what} “{code}”" if code is not None else f"an {what}"
    message = f"“{event.name or event.id}” never happens: nothing in “{around}” throws {named}."
    yield finding(Code.NEVER_HAPPENS, message, process, event, severity=Severity.WARNING)


def _watched(process: ProcessDefinition, event: Element) -> tuple[list[Element], str]:
    """What an event watches over, and its name: the activity that it stands at, or the scope around its event sub-process."""
    if event.attached_to is not None:
        host = process.elements[event.attached_to]
        return [host, *_contents(process, host.id)], host.name or host.id
    own = process.elements[event.parent]
    around = process.elements.get(own.parent)
    inside = [e for e in _contents(process, own.parent) if own.id not in (e.id, e.parent)]
    return inside, process.name if around is None else around.name or around.id


def _contents(process: ProcessDefinition, scope: str) -> Iterator[Element]:
    for inner in process.contents_of(scope):
        yield process.elements[inner]
        yield from _contents(process, inner)


def _may_raise(element: Element, code: str | None) -> bool:
    if element.type in _PEOPLE_AND_JOBS or element.job is not None or element.listeners is not None:
        return True
    if any(isinstance(one, ErrorDefinition) and _may_be(one.code, code) for one in _thrown(element)):
        return True
    may_fail = bool(element.outgoing) and element.type.endswith("Gateway")
    return (code is None or code in _FAILURES) and (may_fail or any(not e.is_fixed for _, e in expressions_in(element)))


def _may_escalate(element: Element, code: str | None) -> bool:
    if element.type in ("callActivity", "adHocSubProcess"):
        return True
    return any(isinstance(one, EscalationDefinition) and _may_be(one.code, code) for one in _thrown(element))


def _thrown(element: Element) -> Iterator[SingleDefinition]:
    """What an end or throw event throws, and a multi-instance when its turns are done."""
    if element.type in ("endEvent", "intermediateThrowEvent"):
        yield from element.definitions
    if isinstance(element.loop, MultiInstance):
        yield from (definition for turn in element.loop.throws for definition in turn.definitions)


def _may_be(thrown: Expression | None, code: str | None) -> bool:
    return code is None or thrown is None or fixed_text(thrown) in (None, code)


def _uncaught(process: ProcessDefinition, end: Element, definition: ErrorDefinition) -> Iterator[Problem]:
    code = fixed_text(definition.code) if definition.code is not None else None
    if code is None:
        return
    scope: str | None = end.parent
    while scope is not None:
        around = process.elements.get(scope)
        catchers = [*(process.event_starts if around is None else (*around.event_starts, *around.boundary_events))]
        for catcher in (process.elements[i] for i in catchers):
            if any(isinstance(one, ErrorDefinition) and _may_be(one.code, code) for one in catcher.definitions):
                return
        scope = around.parent if around is not None else None
    message = f"Nobody catches the error “{code}” of “{end.name or end.id}”, so the instance stops there with an incident."
    yield finding(Code.ERROR_UNCAUGHT, message, process, end, severity=Severity.WARNING)


def _nothing_to_undo(process: ProcessDefinition, event: Element) -> Iterator[Problem]:
    around = process.elements.get(event.parent)
    scope = around.parent if around is not None and around.triggered_by_event else event.parent
    if not any(e.handler is not None for e in _contents(process, scope)):
        message = f"“{event.name or event.id}” undoes nothing: no activity in its scope has a compensation handler."
        yield finding(Code.NOTHING_TO_UNDO, message, process, event, severity=Severity.WARNING)
