"""Processes that call each other in a circle (BPMN 2.0 §10.3.6): allowed, but somebody or something must end it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.check.codes import Code
from engine.check.findings import finding
from engine.check.references import called_id
from engine.model.graphs import on_circles
from engine.model.process import Element, LinkDefinition, ProcessDefinition
from engine.problems import Problem, Severity


def check_calls(processes: Mapping[str, ProcessDefinition]) -> Iterator[Problem]:
    """Circles of calls on which nobody waits: an error without a choice on the way, a warning with one."""
    endless = _circle(processes, choices=False)
    for process, element in _calls_on(processes, endless):
        message = f"“{element.name or element.id}” calls “{called_id(element)}”, which calls back without end."
        yield finding(Code.CALLS_WITHOUT_END, message, process, element, field="processId")
    hasty = [name for name in _circle(processes, choices=True) if name not in endless]
    for process, element in _calls_on(processes, hasty):
        message = (
            f"“{element.name or element.id}” calls “{called_id(element)}”, which may call back without waiting for anybody."
        )
        yield finding(Code.CALLS_ITSELF, message, process, element, field="processId", severity=Severity.WARNING)


def _circle(processes: Mapping[str, ProcessDefinition], *, choices: bool) -> list[str]:
    """The processes that call themselves, directly or through others. With `choices` calls behind a choice count too."""
    return on_circles({name: _hasty_calls(process, choices=choices) for name, process in processes.items()})


def _hasty_calls(process: ProcessDefinition, *, choices: bool) -> set[str]:
    """The processes that are called before anything waits."""
    at_once = _at_once(process, choices=choices)
    return {called for element in at_once if (called := called_id(element)) is not None}


def _at_once(process: ProcessDefinition, *, choices: bool) -> list[Element]:
    """The elements that a token reaches from the none start event without a wait, and unless `choices` without a choice."""
    waiting = [start for start in process.entries(process.id) if start.event is None]
    seen: dict[str, Element] = {}
    while waiting:
        element = waiting.pop()
        if element.id in seen or (element.loop is not None and not choices):
            continue
        seen[element.id] = element
        if not _waits(element) and (choices or not _chooses(process, element)):
            waiting.extend(process.elements[target] for target in process.behind(element))
            waiting.extend(process.entries(element.id) if element.contents else ())
    return list(seen.values())


def _waits(element: Element) -> bool:
    """True where somebody or something outside must act. A call counts too: the called process is looked at on its own."""
    if element.type in ("userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity"):
        return not isinstance(element.event, LinkDefinition)
    return element.job is not None or element.listeners is not None


def _chooses(process: ProcessDefinition, element: Element) -> bool:
    """True where a token does not take every flow, or where an event, error or join may keep it."""
    conditional = any(process.flows[flow].condition is not None for flow in element.outgoing)
    joins = element.type == "parallelGateway" and len(element.incoming) > 1
    return (
        conditional
        or joins
        or (element.type == "exclusiveGateway" and len(element.outgoing) > 1)
        or bool(element.boundary_events)
    )


def _calls_on(processes: Mapping[str, ProcessDefinition], circle: list[str]) -> Iterator[tuple[ProcessDefinition, Element]]:
    for name in circle:
        for element in processes[name].elements.values():
            if called_id(element) in circle:
                yield processes[name], element
