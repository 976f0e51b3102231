"""What other systems can be told, and in which words.

A message says what happened and to which thing, not what the thing holds: whoever wants to know more asks the API, with the
rights it has there. So no personal data leaves with a webhook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.api import Event, Value, events
from runtime.processes.timeline import Origin

TYPES: Mapping[str, str] = {
    "instance.started": "a process instance began",
    "instance.completed": "a process instance came to its end",
    "instance.cancelled": "a process instance was ended",
    "incident.raised": "a process instance is stuck",
    "task.created": "a user task is there to be done",
    "record.*": "a record was made, changed, moved, given to somebody else, or deleted",
}
"""Types of events, and what each tells. Those of records are ``record.<type>.<what happened>``."""

Fact = tuple[str, dict[str, Any]]
"""A type and what is told."""


def facts_of(origin: Origin, happened: Iterable[Event], *, begins: bool) -> Iterator[Fact]:
    """What of an instance's events is told; `begins` for those of its first step."""
    about = {"instance_id": origin.instance_id, "process_id": origin.process_id, "process_name": origin.name}
    if begins:
        yield "instance.started", about
    for event in happened:
        found = _fact(event, origin.instance_id)
        if found is not None:
            yield found[0], {**about, **found[1]}


def record_fact(name: str, key: str, variables: Mapping[str, Value]) -> Fact:
    """A record event as it is told: which record, and for a move from where to where."""
    moved = {name: str(variables[name]) for name in ("from_stage", "to_stage") if variables.get(name)}
    return f"record.{name}", {"record_type": str(variables["record_type"]), "record_id": key, **moved}


def takes(wanted: Iterable[str], type: str) -> bool:
    """Whether an endpoint that wants these types is told of this one."""
    return any(one in {"*", type} or (one.endswith(".*") and type.startswith(one[:-1])) for one in wanted)


def is_known(wanted: str) -> bool:
    """Whether there are events of such a type."""
    return wanted in TYPES or wanted in {"*", "instance.*", "incident.*", "task.*"} or wanted.startswith("record.")


def _fact(event: Event, instance_id: str) -> Fact | None:
    match event:
        case events.InstanceCompleted():
            return "instance.completed", {}
        case events.InstanceCancelled():
            return "instance.cancelled", {}
        case events.IncidentRaised():
            return "incident.raised", {"incident_id": f"{instance_id}.{event.incident}", "code": str(event.code)}
        case events.UserTaskCreated():
            return "task.created", {"task_id": f"{instance_id}.{event.task}", "element": event.element, "name": event.name}
    return None
