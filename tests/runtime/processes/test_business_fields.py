"""Tasks and instances are found by the variables that their process names as its business fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from runtime.access.actor import Actor
from runtime.errors import Invalid
from runtime.processes.business_fields import FieldIs
from runtime.processes.filters import InstanceFilter, TaskFilter

BOSS = Actor(id="demo-boss", name="Demo Boss", roles=frozenset({"administrator"}))
XML = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 id="d" targetNamespace="http://example.com/fields"><bpmn:process id="p" name="p" isExecutable="true">
 <bpmn:extensionElements><zeebe:properties><zeebe:property name="ringi:businessFields" value="{fields}"/></zeebe:properties>
 </bpmn:extensionElements>
 <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work"/>
 <bpmn:userTask id="work" name="Work"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>
 <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="again"/>
 <bpmn:userTask id="again" name="Again"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>
 <bpmn:sequenceFlow id="f3" sourceRef="again" targetRef="end"/><bpmn:endEvent id="end"/></bpmn:process></bpmn:definitions>"""


@pytest.fixture
def start(platform):
    with platform.database.write(BOSS) as work:
        platform.processes.deploy(work, {"p.bpmn": XML.format(fields="region, amount, day, agreed").encode()})

    def run(**variables):
        with platform.database.write(BOSS) as work:
            return platform.processes.start(work, "p", variables)

    return run


@pytest.fixture
def found(platform):
    """The instances of the tasks that fit, and as many as were counted."""

    def run(*conditions):
        wanted = TaskFilter(fields=tuple(FieldIs(*one) for one in conditions))
        with platform.database.read(BOSS) as work:
            rows = platform.processes.tasks(work, view="all", wanted=wanted).rows
            assert platform.processes.count_tasks(work, "all", wanted) == len(rows)
        return {row.instance_id for row in rows}

    return run


def test_tasks_are_found_by_one_field_or_by_several(start, found):
    north, south = start(region="north", amount=Decimal(5)), start(region="south", amount=Decimal(5))
    start(region="north", amount=Decimal(7), other="north")
    assert found(("amount", "eq", "5")) == {north, south}
    assert found(("region", "eq", "north"), ("amount", "eq", "5")) == {north}
    assert found(("other", "eq", "north")) == set()


@pytest.mark.parametrize("text", ["1200", "1200.00", "1.2E+3"])
def test_a_number_is_found_however_it_is_written(start, found, text):
    one = start(amount=Decimal("1200.0"))
    assert found(("amount", "eq", text)) == {one}


def test_numbers_are_compared_as_numbers_and_days_as_days(start, found):
    small, large = start(amount=Decimal(9), day=date(2026, 1, 9)), start(amount=Decimal(10), day=date(2026, 10, 1))
    assert found(("amount", "gt", "9")) == {large}
    assert found(("amount", "gte", "9"), ("amount", "lt", "10")) == {small}
    assert found(("day", "lte", "2026-01-31")) == {small}
    assert found(("day", "gt", "2026-01-31")) == {large}


def test_truth_is_found_and_lists_contexts_and_nothing_are_not_kept(start, found):
    one = start(agreed=True)
    start(agreed=None, region=["north"], day={"a": "north"})
    assert found(("agreed", "eq", "true")) == {one}
    assert found(("region", "gte", "")) == set()


def test_a_field_follows_its_variable(platform, start, found):
    one = start(region="north")
    with platform.database.write(BOSS) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {"region": "south"})
    assert found(("region", "eq", "north")) == set()
    assert found(("region", "eq", "south")) == {one}
    with platform.database.write(BOSS) as work:
        platform.processes.set_variables(work, one, {"region": None})
    assert found(("region", "eq", "south")) == set()


def test_a_list_shows_the_fields_and_finds_instances_by_them(platform, start):
    one = start(region="north", amount=Decimal("12.50"))
    start(region="south")
    chosen = InstanceFilter(fields=(FieldIs("region", "eq", "north"),))
    with platform.database.read(BOSS) as work:
        assert [row.id for row in platform.processes.instances(work, chosen).rows] == [one]
        assert platform.processes.count_instances(work, InstanceFilter.from_json(chosen.as_json())) == 1
        shown = {row.instance_id: row.fields for row in platform.processes.tasks(work, view="all").rows}
        assert platform.processes.business_fields(work, "p") == ("region", "amount", "day", "agreed")
    assert shown[one] == {"amount": "12.5", "region": "north"}


def test_a_migrated_instance_is_found_by_the_fields_of_its_new_version(platform, start, found):
    one = start(region="north", other="x")
    with platform.database.write(BOSS) as work:
        platform.processes.deploy(work, {"p.bpmn": XML.format(fields="other").encode()})
        platform.processes.operations.migrate(work, one, {})
    assert found(("other", "eq", "x")) == {one}


def test_a_name_that_is_none_stops_the_deployment(platform):
    with platform.database.write(BOSS) as work, pytest.raises(Invalid) as refusal:
        platform.processes.deploy(work, {"p.bpmn": XML.format(fields="region, 1st").encode()})
    assert any("1st" in problem.message for problem in refusal.value.problems)


def test_an_unknown_comparison_is_refused():
    with pytest.raises(Invalid, match="near"):
        FieldIs("region", "near", "north")
