"""`zeebe:executionListeners` and `zeebe:taskListeners`: jobs before and after the work of an element, and at a user task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.jobs import read_headers, read_retries
from engine.bpmn.names import extension, parts
from engine.bpmn.reading import Reading
from engine.model.process import JobDetail, Listeners, TaskListeners

EVENT_TYPES: Final = ("beforeAll", "start", "end")
_OTHERS: Final[Mapping[str, str]] = {
    "cancel": "What is terminated ends at once, so nothing listens to it. Use an event sub-process, or compensation.",
    "take": "Flows have no listeners. Listen to the start of the element behind the flow.",
}

TASK_EVENT_TYPES: Final = ("creating", "assigning", "completing")
_OTHER_TASK_EVENTS: Final[Mapping[str, str]] = {
    "updating": "Nothing changes a task but who completes, claims or hands it over. Listen to assigning or completing.",
    "canceling": "A task that is taken back ends at once. Use a boundary event, or compensation.",
}


def read_task_listeners(reading: Reading, node: etree._Element) -> TaskListeners | None:
    """The listeners of a user task; each gets the headers of the task."""
    holder, headers = extension(node, "taskListeners"), read_headers(reading, extension(node, "taskHeaders"))
    found = {} if holder is None else read_jobs(reading, holder, "taskListener", TASK_EVENT_TYPES, _OTHER_TASK_EVENTS)
    if not any(found.values()):
        if headers:
            fix = "Add a zeebe:taskListeners, or delete them."
            reading.error(
                Code.NOTHING_TO_RUN, node, "There are task headers and no listener of the task that gets them.", fix=fix
            )
        return None
    return TaskListeners(**{name: tuple(replace(job, headers=headers) for job in jobs) for name, jobs in found.items()})


def read_listeners(reading: Reading, node: etree._Element) -> Listeners | None:
    """The execution listeners of a process or flow node, by what they listen to; where they may stand is a rule of its own."""
    holder = extension(node, "executionListeners")
    if holder is None:
        return None
    found = read_jobs(reading, holder, "executionListener", EVENT_TYPES, _OTHERS)
    return Listeners(before_all=found["beforeAll"], start=found["start"], end=found["end"]) if any(found.values()) else None


def read_jobs(
    reading: Reading, holder: etree._Element, name: str, event_types: tuple[str, ...], others: Mapping[str, str]
) -> dict[str, tuple[JobDetail, ...]]:
    """The jobs of listeners by their event type, in document order; `others` are event types that have another way out."""
    found: dict[str, tuple[JobDetail, ...]] = {event_type: () for event_type in event_types}
    for listener in parts(holder, name):
        event_type, kind = (listener.get("eventType") or "").strip(), reading.value(listener, "type")
        if event_type and event_type not in found:
            message = f"“{event_type[:40]}” is none of {', '.join(event_types)}."
            reading.error(Code.LISTENERS, listener, message, name="eventType", fix=others.get(event_type))
        elif event_type and kind is not None:
            if any(kind.text == other.type.text for other in found[event_type]):
                message = f"Two listeners to “{event_type}” have the job type “{kind.text}”."
                reading.error(Code.EXTENSION_TWICE, listener, message, name="type")
            headers = read_headers(reading, next(parts(listener, "taskHeaders"), None))
            found[event_type] += (JobDetail(type=kind, retries=read_retries(reading, listener), headers=headers),)
    return found
