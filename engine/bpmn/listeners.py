"""`zeebe:executionListeners`: jobs before and after the work of an element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.jobs import read_headers, read_retries
from engine.bpmn.names import extension, parts
from engine.bpmn.reading import Reading
from engine.model.process import JobDetail, Listeners

EVENT_TYPES: Final = ("beforeAll", "start", "end")
_OTHERS: Final[Mapping[str, str]] = {
    "cancel": "What is terminated ends at once, so nothing listens to it. Use an event sub-process, or compensation.",
    "take": "Flows have no listeners. Listen to the start of the element behind the flow.",
}


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
