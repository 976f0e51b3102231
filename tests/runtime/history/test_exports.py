"""Exports of the journal: what stands in them, who is named, and how much of it is in memory."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from runtime.access.actor import SYSTEM, Actor
from runtime.history.exports import FORMATS, Mask, Selection, export
from runtime.history.exports import occurrences as mining
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, user_task

SELLER = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"seller"}), via="ui")
TWO = diagram("two", line(user_task("first", groups="seller"), user_task("second", groups="seller")))
OTHER = diagram("other", line(user_task("wait")))
XES = "{http://www.xes-standard.org/}"
OCEL_TYPES = {"string", "time", "integer", "float", "boolean"}
SECRETS = ("demo-seller", "Demo Seller", "Hana", "a lead came in", "KEY-1")


@pytest.fixture
def office(platform: Platform) -> Platform:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"two.bpmn": TWO, "other.bpmn": OTHER})
    with platform.database.write(SELLER, "a lead came in") as work:
        instance = platform.processes.start(work, "two", {"customer": "Hana"}, business_key="KEY-1")
        platform.processes.link(work, instance, "lead", "L-1")
        platform.processes.start(work, "other", {})
    platform.database.clock.advance(timedelta(minutes=2))
    with platform.database.write(SELLER) as work:
        (task,) = (one for one in platform.processes.tasks(work, view="all").rows if one.process_id == "two")
        platform.processes.complete_task(work, task.id, {"note": "Hana"})
    return platform


def test_json_lines_have_every_event_with_who_did_it_when_and_why(office: Platform) -> None:
    lines = [json.loads(text) for text in _text(office, "jsonl", process_id="two").splitlines()]
    with office.database.read() as work:
        rows = office.processes.journal(work, lines[0]["instance"])
    assert [line["event"] for line in lines] == [event for row in rows for event in row.events]
    first = lines[0]
    assert (first["process"], first["version"], first["business_key"]) == ("two", 1, "KEY-1")
    assert (first["actor"], first["why"], first["command"], first["seq"]) == (
        "demo-seller",
        "a lead came in",
        "StartInstance",
        1,
    )
    assert {line["instance"] for line in lines} == {first["instance"]}


def test_xes_has_a_trace_for_each_instance_and_an_event_for_each_begin_and_end(office: Platform) -> None:
    log = etree.fromstring(_text(office, "xes").encode())
    assert [part.get("prefix") for part in log.findall(f"{XES}extension")] == ["concept", "lifecycle", "org", "time"]
    traces = log.findall(f"{XES}trace")
    assert len(traces) == 2
    events = [_values(event) for event in traces[0].findall(f"{XES}event")]
    told = [(event["concept:name"], event["lifecycle:transition"]) for event in events]
    assert told[2:4] == [("First", "start"), ("First", "complete")]
    assert told[-1] == ("Second", "start")
    first = next(event for event in events if (event["element"], event["lifecycle:transition"]) == ("first", "complete"))
    assert (first["org:resource"], first["kind"]) == ("demo-seller", "userTask")
    times = [event["time:timestamp"] for event in events]
    assert times == sorted(times)


def test_xes_is_in_the_order_that_its_schema_wants(office: Platform) -> None:
    """IEEE 1849-2016, the sequence of a log: extensions, globals, classifiers, attributes, traces."""
    log = etree.fromstring(_text(office, "xes").encode())
    ranks = {"extension": 0, "global": 1, "classifier": 2, "string": 3, "trace": 4}
    order = [ranks[etree.QName(part).localname] for part in log]
    assert order == sorted(order)
    for event in log.iter(f"{XES}event"):
        keys = [part.get("key") for part in event]
        assert len(keys) == len(set(keys))
        assert {"concept:name", "time:timestamp", "lifecycle:transition"} <= set(keys)


def test_ocel_relates_events_to_instances_records_and_people(office: Platform) -> None:
    log = json.loads(_text(office, "ocel"))
    done = next(event for event in log["events"] if event["type"] == "First")
    related = {(one["objectId"], one["qualifier"]) for one in done["relationships"]}
    instance = next(one for one in log["objects"] if one["type"] == "process instance" and one["relationships"])
    assert related == {(instance["id"], "part of"), ("user:demo-seller", "done by"), ("lead:L-1", "about")}
    assert instance["relationships"] == [{"objectId": "lead:L-1", "qualifier": "about"}]


def test_ocel_declares_every_type_and_attribute_and_names_each_object_once(office: Platform) -> None:
    """The rules of OCEL 2.0 for its JSON form."""
    log = json.loads(_text(office, "ocel"))
    assert set(log) == {"events", "objects", "eventTypes", "objectTypes"}
    ids = [one["id"] for one in log["objects"]]
    assert len(ids) == len(set(ids))
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log[types]}
        assert {kind for attributes in declared.values() for kind in attributes.values()} <= OCEL_TYPES
        for thing in log[things]:
            assert {a["name"] for a in thing["attributes"]} <= declared[thing["type"]].keys()
            assert {one["objectId"] for one in thing["relationships"]} <= set(ids)


@pytest.mark.parametrize("format", list(FORMATS))
def test_without_the_right_nothing_tells_who_it_was(office: Platform, format: str) -> None:
    shown = _text(office, format)
    masked = _text(office, format, personal=False)
    assert any(secret in shown for secret in SECRETS)
    assert [secret for secret in SECRETS if secret in masked] == []
    assert "person-" in masked


def test_a_person_has_one_pseudonym_in_an_export_and_another_in_the_next(office: Platform) -> None:
    names = [{json.loads(one)["actor"] for one in _text(office, "jsonl", personal=False).splitlines()} for _ in range(2)]
    assert [len(found - {"system"}) for found in names] == [1, 1]
    assert names[0] != names[1]


@pytest.mark.parametrize("format", list(FORMATS))
def test_a_selection_narrows_by_process_version_and_time(office: Platform, format: str) -> None:
    with office.database.read() as work:
        moment = work.now
        ids = {row.process_id: row.id for row in office.processes.instances(work).rows}
    both = set(ids.values())
    for selection, wanted in (
        ({}, both),
        ({"process_id": "two"}, {ids["two"]}),
        ({"version": 2}, set()),
        ({"since": moment}, set()),
        ({"until": moment, "version": 1}, both),
    ):
        text = _text(office, format, **selection)
        assert {one for one in both if one in text} == wanted


def test_texts_that_xml_cannot_hold_are_replaced(office: Platform) -> None:
    with office.database.write(SELLER) as work:
        office.processes.start(work, "two", {}, business_key='a\x01b"<&>\nc')
    traces = etree.fromstring(_text(office, "xes").encode()).findall(f"{XES}trace")
    assert _values(traces[-1])["businessKey"] == 'a\ufffdb"<&>\nc'


def test_a_long_journal_is_not_in_memory_at_once() -> None:
    """Only what is open is kept: a hundred times the journal takes no more room."""

    def rows(turns: int) -> Any:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        for key in range(turns):
            began = {"event": "ElementActivated", "key": key, "element": "a", "process": "p", "parent": None}
            yield {"at": at, "events": [began, {"event": "ElementCompleted", "key": key}]}

    peaks = []
    for turns in (100, 10_000):
        tracemalloc.start()
        assert sum(1 for _ in mining.occurrences(rows(turns), lambda _key, element: (element, "task"))) == 2 * turns
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 10_000


def _text(platform: Platform, format: str, *, personal: bool = True, **selection: Any) -> str:
    with platform.database.read() as work:
        pieces = export(work, platform.parts.library, format, Selection(**selection), Mask(personal=personal))
        return b"".join(pieces).decode()


def _values(part: Any) -> dict[str, str]:
    return {one.get("key"): one.get("value") for one in part if one.get("key")}
