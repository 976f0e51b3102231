"""Batches: a frozen list, a result for each item, and nothing twice whatever dies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from runtime.access.actor import Actor
from runtime.errors import Conflict, Invalid
from runtime.operations.running import Running
from runtime.processes.filters import InstanceFilter
from runtime.sdk import Handler, JobFailure

OPERATOR = Actor(id="demo-operator", name="Demo Operator", roles=frozenset({"administrator"}))
XML = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 id="d" targetNamespace="http://example.com/batch"><bpmn:process id="{id}" name="{id}" isExecutable="true">
 <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work"/>{work}
 <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="after">{condition}</bpmn:sequenceFlow>
 <bpmn:userTask id="after" name="After"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>
 <bpmn:sequenceFlow id="f3" sourceRef="after" targetRef="end"/><bpmn:endEvent id="end"/></bpmn:process></bpmn:definitions>"""
WAIT = '<bpmn:userTask id="work" name="Work"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>'
DOOR = '<bpmn:exclusiveGateway id="work"/>'
OPEN = "<bpmn:conditionExpression>=amount != null</bpmn:conditionExpression>"
CALL = (
    '<bpmn:serviceTask id="work"><bpmn:extensionElements><zeebe:taskDefinition type="demo.outside" retries="1"/>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)


@pytest.fixture
def deploy(platform):
    def run(work, id="p", condition=""):
        with platform.database.write(OPERATOR) as unit:
            platform.processes.deploy(unit, {f"{id}.bpmn": XML.format(id=id, work=work, condition=condition).encode()})

    return run


@pytest.fixture
def start(platform):
    def run(count=1, id="p", **variables):
        with platform.database.write(OPERATOR) as work:
            return [platform.processes.start(work, id, variables) for _ in range(count)]

    return run


@pytest.fixture
def order(platform):
    """Does something with the batches in a transaction of the operator."""

    def run(name, *arguments, why="for tests", **options):
        with platform.database.write(OPERATOR, why) as work:
            return getattr(platform.batches, name)(work, *arguments, **options)

    return run


@pytest.fixture
def results(platform):
    def run(batch, **options):
        with platform.database.read(OPERATOR) as work:
            return [(one.state, one.code) for one in platform.batches.items(work, batch.id, **options).rows]

    return run


def status_of(platform, instance_id):
    with platform.database.read(OPERATOR) as work:
        return platform.processes.instance(work, instance_id).instance.status


def get(platform, batch):
    with platform.database.read(OPERATOR) as work:
        return platform.batches.get(work, batch.id)


def test_the_preview_counts_exactly_and_does_nothing(platform, deploy, start, order):
    deploy(WAIT)
    ids = start(3)
    made = order("preview", "cancel", {}, InstanceFilter(process_id="p"))
    assert (made.status, made.total, made.counts) == ("previewed", 3, {"waiting": 3})
    platform.jobs.run_due()
    assert {status_of(platform, one) for one in ids} == {"active"}


def test_what_starts_after_the_preview_is_not_caught_and_what_ended_says_so(platform, deploy, start, order, results):
    deploy(WAIT)
    first, second = start(2)
    made = order("preview", "cancel", {}, InstanceFilter(process_id="p"))
    (later,) = start(1)
    with platform.database.write(OPERATOR) as work:
        platform.processes.cancel(work, first, "by hand")
    order("start", made.id)
    platform.jobs.run_due()
    assert results(made) == [("skipped", "PROC-1004"), ("done", None)]
    assert status_of(platform, second) == "cancelled"
    assert status_of(platform, later) == "active"
    assert get(platform, made).status == "finished"


def test_every_instance_keeps_who_did_it_and_why(platform, deploy, start, order):
    deploy(WAIT)
    (one,) = start(1)
    made = order("preview", "suspend", {}, InstanceFilter(process_id="p"), why="the supplier is closed")
    order("start", made.id)
    platform.jobs.run_due()
    with platform.database.read(OPERATOR) as work:
        row = platform.processes.journal(work, one)[-1]
    assert row.actor == "demo-operator"
    assert row.why == f"the supplier is closed (batch {made.id})"


def test_each_item_has_its_own_result_and_only_failed_ones_are_tried_again(platform, deploy, start, order, results):
    deploy(DOOR, condition=OPEN)
    start(2)
    start(1, amount=Decimal(1))
    made = order("preview", "retry", {}, InstanceFilter(process_id="p"))
    assert made.total == 2
    order("start", made.id)
    platform.jobs.run_due()
    assert results(made) == [("failed", "BATCH-1006"), ("failed", "BATCH-1006")]
    with platform.database.write(OPERATOR) as work:
        chosen = InstanceFilter(process_id="p", has_incident=True)
        stuck = [row.id for row in platform.processes.instances(work, chosen).rows]
        platform.processes.set_variables(work, stuck[0], {"amount": Decimal(5)})
    order("retry", made.id)
    platform.jobs.run_due()
    assert sorted(results(made), key=str) == [("done", None), ("failed", "BATCH-1006")]


def test_trying_again_with_variables_fixes_what_failed(platform, deploy, start, order, results):
    deploy(DOOR, condition=OPEN)
    start(2)
    made = order("preview", "retry", {"variables": {"amount": 7}}, InstanceFilter(status="incident"))
    order("start", made.id)
    platform.jobs.run_due()
    assert results(made) == [("done", None), ("done", None)]


def test_what_others_still_work_on_is_not_called_fixed(platform, deploy, start, order, results):
    outcomes = iter([JobFailure("closed"), JobFailure("still closed")])

    def work(job):
        raise next(outcomes)

    platform.handlers.add(Handler(type="demo.outside", kind="call", function=work), "tests")
    deploy(CALL)
    start(1)
    platform.jobs.run_due()
    made = order("preview", "retry", {}, InstanceFilter(process_id="p"))
    assert made.total == 1
    order("start", made.id)
    Running(platform.processes).go_on(platform.database, {"batch": made.id})
    assert results(made) == [("trying", None)]
    assert get(platform, made).status == "running"
    platform.jobs.run_due()
    platform.database.clock.advance(timedelta(seconds=10))
    platform.jobs.run_due()
    assert results(made) == [("failed", "BATCH-1006")]
    assert get(platform, made).status == "finished"


def test_tokens_are_moved_where_they_stand(platform, deploy, start, order, results):
    deploy(WAIT)
    start(2)
    made = order("preview", "modify", {"move": [{"from": "work", "to": "after"}]}, InstanceFilter(process_id="p"))
    order("start", made.id)
    platform.jobs.run_due()
    assert results(made) == [("done", None)] * 2
    again = order("preview", "modify", {"move": [{"from": "work", "to": "after"}]}, InstanceFilter(process_id="p"))
    order("start", again.id)
    platform.jobs.run_due()
    assert results(again) == [("skipped", "BATCH-1005")] * 2


def test_variables_versions_and_restarts(platform, deploy, start, order, results):
    deploy(WAIT)
    (one,) = start(1)
    deploy(WAIT.replace("Work", "Work better"))
    for name, arguments in (("set-variables", {"variables": {"amount": 3}}), ("migrate", {}), ("cancel", {})):
        made = order("preview", name, arguments, InstanceFilter(process_id="p"))
        order("start", made.id)
        platform.jobs.run_due()
        assert results(made) == [("done", None)], name
    made = order("preview", "restart", {"at": ["after"]}, InstanceFilter(process_id="p"))
    order("start", made.id)
    platform.jobs.run_due()
    with platform.database.read(OPERATOR) as work:
        (item,) = platform.batches.items(work, made.id).rows
        found = platform.processes.instance(work, item.made)
    assert item.instance_id == one
    assert found.variables["amount"] == Decimal(3)
    assert found.instance.version == 2


def test_a_paused_batch_waits_and_a_cancelled_one_ends(platform, deploy, start, order, results):
    deploy(WAIT)
    ids = start(3)
    made = order("preview", "cancel", {}, InstanceFilter(process_id="p"))
    order("start", made.id)
    order("pause", made.id)
    platform.jobs.run_due()
    assert results(made) == [("waiting", None)] * 3
    order("resume", made.id)
    order("cancel", made.id)
    platform.jobs.run_due()
    assert {status_of(platform, one) for one in ids} == {"active"}
    with pytest.raises(Conflict, match="is cancelled"):
        order("start", made.id)


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(platform, deploy, start, order, results, monkeypatch):
    deploy(WAIT)
    ids = start(4)
    made = order("preview", "suspend", {}, InstanceFilter(process_id="p"))
    order("start", made.id)

    class Killed(BaseException):
        """As a kill: nothing of ours catches it."""

    real, done = platform.processes.operations.suspend, []

    def suspend(work, instance_id, reason):
        real(work, instance_id, reason)
        done.append(instance_id)
        if len(done) == 3:
            raise Killed

    monkeypatch.setattr(platform.processes.operations, "suspend", suspend)
    with pytest.raises(Killed):
        platform.jobs.run_due()
    assert [state for state, _ in results(made)] == ["done", "done", "waiting", "waiting"]
    platform.database.clock.advance(timedelta(seconds=30))
    platform.jobs.run_due()
    assert [state for state, _ in results(made)] == ["done"] * 4
    assert done == [*ids[:3], *ids[2:]]
    assert get(platform, made).status == "finished"


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("explode", {}, "BATCH-1002"),
        ("cancel", {"variables": {"a": 1}}, "BATCH-1003"),
        ("set-variables", {}, "BATCH-1003"),
        ("restart", {"at": []}, "BATCH-1003"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_before_anything_is_frozen(order, operation, arguments, code):
    with pytest.raises(Invalid) as refusal:
        order("preview", operation, arguments, InstanceFilter())
    assert refusal.value.code == code


def test_a_batch_without_a_reason_is_refused(order):
    with pytest.raises(Invalid) as refusal:
        order("preview", "cancel", {}, InstanceFilter(), why=" ")
    assert refusal.value.code == "BATCH-1004"
