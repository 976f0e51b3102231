"""The journal of an instance as process mining sees it: elements that begin and end, in the order of their happening.

Only what is open just now is kept in memory, however long the journal is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runtime.errors import NotFound
from runtime.processes.library import Library
from runtime.store.types import Row
from runtime.store.work import Work

START, COMPLETE, ABORT = "start", "complete", "ate_abort"
"""Transitions of the standard life cycle of XES (IEEE 1849, lifecycle extension)."""

_ENDS = {"ElementCompleted": COMPLETE, "ElementTerminated": ABORT}

Node = tuple[str, str]
"""Name and BPMN element."""
NodeOf = Callable[[str, str], Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An element begins or ends. `resource` is who did it, when a person did."""

    key: int
    element: str
    name: str
    kind: str
    transition: str
    at: datetime
    started: datetime
    resource: str | None = None


def occurrences(rows: Iterable[Row], node_of: NodeOf) -> Iterator[Occurrence]:
    """What begins and ends in these rows of a journal; processes themselves are left out."""
    going: dict[int, Occurrence] = {}
    tasks: dict[int, int] = {}
    for row in rows:
        for event in row["events"]:
            name = event["event"]
            if name == "ElementActivated":
                yield from _begun(going, event, row["at"], node_of)
            elif name == "ElementMigrated" and event["key"] in going:
                label, kind = node_of(event["process"], event["element"])
                going[event["key"]] = replace(going[event["key"]], element=event["element"], name=label, kind=kind)
            elif name == "UserTaskCreated" and event.get("co_signs") is None:
                tasks[event["task"]] = event["key"]
            elif name == "UserTaskCompleted":
                key = tasks.pop(event["task"], -1)
                if key in going:
                    going[key] = replace(going[key], resource=event.get("by"))
            elif name in _ENDS and event["key"] in going:
                yield replace(going.pop(event["key"]), transition=_ENDS[name], at=row["at"])


def _begun(going: dict[int, Occurrence], event: Any, at: datetime, node_of: NodeOf) -> Iterator[Occurrence]:
    name, kind = node_of(event["process"], event["element"])
    if kind != "process":
        element = event["element"]
        begun = Occurrence(key=event["key"], element=element, name=name, kind=kind, transition=START, at=at, started=at)
        going[event["key"]] = begun
        yield begun


def nodes(library: Library, work: Work) -> NodeOf:
    """Name and BPMN element by definition key and element; the element's id stands in for a name."""

    def node_of(definition_key: str, element: str) -> Node:
        try:
            definition = library.definition(work, definition_key)
        except NotFound:
            return element, ""
        found = definition.elements.get(element)
        if found is None:
            return element, "process" if element == definition.id else ""
        return found.name or element, found.type

    return node_of
