"""Variables that nobody sets: where a name is nearly certainly misspelt, and what a call leaves out.

Anybody may start a process with any variables, so a name that the diagram does not set is no finding by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.check.codes import Code
from engine.check.data_flow import GIVEN, DataFlow, Decisions, Forms, Read, callers, data_flow
from engine.check.findings import finding
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity

SHORTEST: Final = 5
"""Shorter names are alike too often."""
OFTEN: Final = 2
"""A name that nobody sets must be read in so many places to be the right spelling of another one."""


def check_names(processes: Mapping[str, ProcessDefinition], forms: Forms, decisions: Decisions) -> Iterator[Problem]:
    """Misspelt names of each process, and calls that do not give what the called process reads."""
    flows = {name: data_flow(process, forms, decisions) for name, process in processes.items()}
    calls = callers(processes.values())
    for name, flow in flows.items():
        yield from _misspelt(flow, flow.writes | GIVEN | _from_calls(flow, flows, [call for _, call in calls.get(name, ())]))
    for name, places in calls.items():
        if name in flows:
            yield from _left_out(flows[name], places)


def _from_calls(flow: DataFlow, flows: Mapping[str, DataFlow], calls: list[Element]) -> set[str]:
    """What comes from the processes that this one calls, and from those that call it."""
    given = {mapping.target.partition(".")[0] for call in calls for mapping in call.inputs}
    texts = [e.called.process_id.text for e in flow.process.elements.values() if e.called is not None]
    return given.union(*({*flows[text].writes, *flows[text].reads} for text in texts if text in flows))


def _misspelt(flow: DataFlow, known: set[str]) -> Iterator[Problem]:
    often = {name for name, reads in flow.reads.items() if len({read.place.id for read in reads}) >= OFTEN}
    for name, reads in flow.reads.items():
        if name in known or len({read.place.id for read in reads}) > 1:
            continue
        right = _meant(name, known | often)
        if right is not None:
            read = reads[0]
            label = read.place.name or read.place.id
            where = "The form of" if read.field == "formId" else "The decision of" if read.field == "decisionId" else ""
            message = f"{where} “{label}” reads the variable “{name}”, which nobody sets and nothing else names.".strip()
            yield _problem(flow, read, message, f"Did you mean “{right}”?")


def _problem(flow: DataFlow, read: Read, message: str, fix: str) -> Problem:
    return Problem(
        code=Code.NAME_MISSPELT,
        message=message,
        resource=flow.process.resource,
        severity=Severity.WARNING,
        element=read.place.id,
        field=read.field,
        line=read.line or None,
        fix=fix,
    )


def _meant(name: str, known: Collection[str]) -> str | None:
    """The one name that this is a slip of: other capitals, two letters swapped, one left out or too much."""
    found = [other for other in known if other != name and _is_slip(name, other)]
    return found[0] if len(found) == 1 else None


def _is_slip(name: str, right: str) -> bool:
    """Not at the ends, where words differ by their form (order, orders; approved, approver), and not in digits."""
    if name.casefold() == right.casefold():
        return True
    if min(len(name), len(right)) < SHORTEST or abs(len(name) - len(right)) > 1:
        return False
    begin = next(n for n, (a, b) in enumerate(zip(name + "\0", right + "\1", strict=False)) if a != b)
    if begin == 0:
        return False
    if len(name) == len(right):
        return name[begin : begin + 2] == right[begin : begin + 2][::-1] and name[begin + 2 :] == right[begin + 2 :]
    longer, shorter = (name, right) if len(name) > len(right) else (right, name)
    return longer[begin + 1 :] == shorter[begin:] and begin < len(shorter) - 1 and longer[begin].islower()


def _left_out(called: DataFlow, places: list[tuple[ProcessDefinition, Element]]) -> Iterator[Problem]:
    """What a process reads and never sets itself, when a call gives nothing but its inputs."""
    if called.is_open:
        return
    needed = {name for name in called.reads if name not in called.writes | GIVEN and not _may_be_missing(called, name)}
    for process, call in places:
        if call.called is None or call.called.propagate_all_parent_variables:
            continue
        given = {mapping.target.partition(".")[0] for mapping in call.inputs}
        for name in sorted(needed - given):
            place = called.reads[name][0].place
            message = (
                f"The called process “{called.process.name}” reads the variable “{name}” at “{place.name or place.id}”, "
                f"and “{call.name or call.id}” does not give it."
            )
            yield finding(Code.CALL_WITHOUT_INPUT, message, process, call, field="inputs", severity=Severity.WARNING)


def _may_be_missing(flow: DataFlow, name: str) -> bool:
    """True where the diagram itself asks whether the variable is there."""
    word = re.escape(name)
    asks = re.compile(rf"\b{word}\s*!?=\s*null\b|\b(is defined|get or else|get value|if)\s*\(?\s*{word}\b")
    return any(asks.search(read.text) for read in flow.reads[name])
