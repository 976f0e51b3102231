"""OCEL 2.0, object-centric event logs, in its JSON form: instances, records and people are objects, ended elements events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from runtime.history.exports.masking import Mask
from runtime.history.exports.occurrences import START, Occurrence, nodes, occurrences
from runtime.history.exports.selection import Selection, instances, journal_of, records, records_of
from runtime.history.exports.xes import moment
from runtime.processes.library import Library
from runtime.store.types import Row
from runtime.store.work import Work

INSTANCE, USER, RECORD = "process instance", "user", "record"

_EVENT = (("element", "string"), ("kind", "string"), ("lifecycle", "string"), ("started", "time"))
_INSTANCE = (("process", "string"), ("version", "integer"), ("status", "string"), ("business key", "string"))


def ocel(work: Work, library: Library, selection: Selection, mask: Mask) -> Iterator[str]:
    """The document piece by piece. Types come last: they are known when everything was seen."""
    event_types: dict[str, None] = {}
    users: dict[str, None] = {}
    record_types: dict[str, None] = {}
    yield '{"events":'
    yield from _array(_events(work, library, selection, mask, event_types, users))
    yield ',"objects":'
    yield from _array(_objects(work, selection, mask, users, record_types))
    shown = [{"name": name, "attributes": _attributes(_EVENT)} for name in event_types]
    yield f',"eventTypes":{_json(shown)}'
    objects = [{"name": INSTANCE, "attributes": _attributes(_INSTANCE)}, {"name": USER, "attributes": []}]
    objects += [{"name": name, "attributes": []} for name in record_types]
    yield f',"objectTypes":{_json(objects)}}}\n'


def _events(  # noqa: PLR0917  # what is seen on the way is noted for the types
    work: Work, library: Library, selection: Selection, mask: Mask, types: dict[str, None], users: dict[str, None]
) -> Iterator[dict[str, Any]]:
    node_of = nodes(library, work)
    for instance in instances(work.connection, selection):
        linked = [(_record(*key), "about") for key in records_of(work.connection, instance["id"])]
        for one in occurrences(journal_of(work.connection, instance["id"]), node_of):
            if one.transition != START:
                types[one.name] = None
                who = mask.person(one.resource)
                if who:
                    users[who] = None
                by = [(f"user:{who}", "done by")] if who else []
                yield _event(one, instance["id"], [(instance["id"], "part of"), *by, *linked])


def _event(one: Occurrence, instance_id: str, related: Iterable[tuple[str, str]]) -> dict[str, Any]:
    values = {"element": one.element, "kind": one.kind, "lifecycle": one.transition, "started": moment(one.started)}
    return {
        "id": f"{instance_id}.{one.key}",
        "type": one.name,
        "time": moment(one.at),
        "attributes": [{"name": name, "value": value} for name, value in values.items()],
        "relationships": _relationships(related),
    }


def _objects(
    work: Work, selection: Selection, mask: Mask, users: Iterable[str], types: dict[str, None]
) -> Iterator[dict[str, Any]]:
    for instance in instances(work.connection, selection):
        yield _instance(instance, mask, records_of(work.connection, instance["id"]))
    for record_type, record_id in records(work.connection, selection):
        types[_type(record_type)] = None
        yield {"id": _record(record_type, record_id), "type": _type(record_type), "attributes": [], "relationships": []}
    for user in users:
        yield {"id": f"user:{user}", "type": USER, "attributes": [], "relationships": []}


def _instance(row: Row, mask: Mask, linked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    key = mask.text(row["business_key"])
    values = {"process": row["process_id"], "version": row["version"], "status": row["status"]}
    values |= {"business key": key} if key else {}
    began = moment(row["started_at"])
    return {
        "id": row["id"],
        "type": INSTANCE,
        "attributes": [{"name": name, "time": began, "value": value} for name, value in values.items()],
        "relationships": _relationships((_record(*record), "about") for record in linked),
    }


def _relationships(related: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": name, "qualifier": qualifier} for name, qualifier in related]


def _type(record_type: str) -> str:
    """Types of records cannot have the names that are taken."""
    return f"{RECORD}:{record_type}"


def _record(record_type: str, record_id: str) -> str:
    return f"{record_type}:{record_id}"


def _attributes(declared: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": type} for name, type in declared]


def _array(items: Iterable[Any]) -> Iterator[str]:
    separator = "["
    for item in items:
        yield separator + _json(item)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
