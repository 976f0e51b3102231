"""XES, the standard of event logs (IEEE 1849-2016): a trace for each instance, an event where an element begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from runtime.history.exports.masking import Mask
from runtime.history.exports.occurrences import Occurrence, nodes, occurrences
from runtime.history.exports.selection import Selection, instances, journal_of
from runtime.processes.library import Library
from runtime.store.types import Row
from runtime.store.work import Work

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
</global>
<classifier name="Activity" scope="event" keys="concept:name"/>
<string key="lifecycle:model" value="standard"/>
"""


def xes(work: Work, library: Library, selection: Selection, mask: Mask) -> Iterator[str]:
    """The document piece by piece."""
    yield _HEAD
    node_of = nodes(library, work)
    for instance in instances(work.connection, selection):
        yield f"<trace>\n{_trace(instance, mask)}"
        for one in occurrences(journal_of(work.connection, instance["id"]), node_of):
            yield f"<event>\n{_event(one, mask)}</event>\n"
        yield "</trace>\n"
    yield "</log>\n"


def _trace(instance: Row, mask: Mask) -> str:
    key = mask.text(instance["business_key"])
    return (
        _string("concept:name", instance["id"])
        + _string("process", instance["process_id"])
        + _string("processName", instance["process_name"])
        + f'<int key="version" value="{instance["version"]}"/>\n'
        + _string("status", instance["status"])
        + (_string("businessKey", key) if key else "")
    )


def _event(one: Occurrence, mask: Mask) -> str:
    who = mask.person(one.resource)
    return (
        _string("concept:name", one.name)
        + _string("concept:instance", str(one.key))
        + _string("lifecycle:transition", one.transition)
        + f'<date key="time:timestamp" value="{moment(one.at)}"/>\n'
        + (_string("org:resource", who) if who else "")
        + _string("element", one.element)
        + _string("kind", one.kind)
    )


def _string(key: str, value: str) -> str:
    shown = "".join(c if c.isprintable() or c in "\t\n\r" else "\ufffd" for c in value)
    return f"<string key={quoteattr(key)} value={quoteattr(shown, _BREAKS)}/>\n"


_BREAKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def moment(at: datetime) -> str:
    """A point in time to the millisecond, as mining tools read it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
