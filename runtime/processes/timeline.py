"""What a process did, told on the timelines of the records it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.api import Event, events
from runtime.processes import statements
from runtime.store.work import Work

RecordKey = tuple[str, str]
"""Type and id of a record."""


@dataclass(slots=True)
class Origin:
    """The process instance that something comes from; `name` is the process's. Not `linked`: no record can be."""

    instance_id: str
    process_id: str
    name: str
    linked: bool = True

    @property
    def data(self) -> dict[str, Any]:
        """What a timeline line refers to."""
        return {"instance": self.instance_id, "process": self.process_id}


class Timeline(Protocol):
    """Where the lines go. `kind` is a stable word for screens to translate, `title` a name from a diagram."""

    def __call__(self, work: Work, record: RecordKey, kind: str, title: str, data: Mapping[str, Any]) -> None: ...


def no_timeline(work: Work, record: RecordKey, kind: str, title: str, data: Mapping[str, Any]) -> None:
    """For a platform without records."""


def link(work: Work, timeline: Timeline, origin: Origin, record: RecordKey) -> None:
    """Link a record with a running instance; the first time its timeline says so. The caller holds the instance's lock."""
    origin.linked = True
    if statements.insert_link(work.connection, origin.instance_id, *record):
        timeline(work, record, "process.started", origin.name, origin.data)


def write_lines(work: Work, timeline: Timeline, origin: Origin, happened: Iterable[Event], tasks: Mapping[int, str]) -> None:
    """Tell every linked record what happened. `tasks` are the names of user tasks by their key."""
    if not origin.linked:
        return
    lines = [line for event in happened if (line := _line(event, origin.name, tasks)) is not None]
    if not lines:
        return
    for record in statements.select_links(work.connection, origin.instance_id):
        for kind, title, data in lines:
            timeline(work, record, kind, title, origin.data | data)


def _line(event: Event, name: str, tasks: Mapping[int, str]) -> tuple[str, str, dict[str, Any]] | None:
    match event:
        case events.UserTaskCompleted():
            return "task.completed", tasks.get(event.task, name), {"by": event.by}
        case events.InstanceCompleted():
            return "process.completed", name, {}
        case events.InstanceCancelled():
            return "process.cancelled", name, {"reason": event.reason}
        case events.InstanceSuspended():
            return "process.suspended", name, {"reason": event.reason}
        case events.InstanceResumed():
            return "process.resumed", name, {}
    return None
