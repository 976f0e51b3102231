"""Questions to the read models: of now for one instance, of a little while ago for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from engine.api import from_plain
from runtime.access.actor import SYSTEM
from runtime.errors import NotFound
from runtime.history import reading
from runtime.history.tables import history_activity
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, user_task

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://test/">
<decision id="rate" name="Rate"><decisionTable hitPolicy="UNIQUE">
<input id="i" label="Amount"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="rate"/>
<rule id="low"><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
<rule id="high"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
RULE = (
    '<bpmn:businessRuleTask id="rule" name="Rule"><bpmn:extensionElements>'
    '<zeebe:calledDecision decisionId="rate" resultVariable="rate" /></bpmn:extensionElements></bpmn:businessRuleTask>'
)
RATED = diagram("rated", line(RULE, user_task("ask")))


@pytest.fixture
def rated(platform: Platform) -> Platform:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"rated.bpmn": RATED, "rate.dmn": TABLE})
    return platform


def test_an_instance_is_told_as_it_is_now_however_far_behind_the_tables_are(rated: Platform) -> None:
    with rated.database.write(SYSTEM) as work:
        instance = rated.processes.start(work, "rated", from_plain({"amount": 12}))
    before = _told(rated, instance)
    rated.history.projection.catch_up()
    assert _told(rated, instance) == before
    rated.database.clock.advance(timedelta(seconds=90))
    with rated.database.write(SYSTEM) as work:
        rated.processes.complete_task(work, rated.processes.instance(work, instance).tasks[0].id, {})
    behind = _told(rated, instance)
    assert [row["outcome"] for row in behind[0]] == ["completed"] * len(behind[0])
    rated.history.projection.catch_up()
    assert _told(rated, instance) == behind


def test_a_decision_tells_what_went_in_which_rules_were_hit_and_what_came_out(rated: Platform) -> None:
    with rated.database.write(SYSTEM) as work:
        instance = rated.processes.start(work, "rated", from_plain({"amount": 12}))
    (decision,) = _told(rated, instance)[1]
    (step,) = decision["trace"]
    assert (decision["decision"], decision["element"]) == ("rate", "rule")
    assert step["inputs"] == [{"label": "Amount", "value": 12}]
    assert [rule["number"] for rule in step["rules"]] == [2]
    assert step["output"] == 2


def test_activities_come_page_by_page(rated: Platform) -> None:
    with rated.database.write(SYSTEM) as work:
        instance = rated.processes.start(work, "rated", from_plain({"amount": 1}))
    whole = [row["key"] for row in _told(rated, instance)[0]]
    with rated.database.read() as work:
        library = rated.parts.library
        first = reading.activities(work, library, instance, limit=2)
        rest = reading.activities(work, library, instance, after=first[-1]["key"])
    assert [row["key"] for row in (*first, *rest)] == whole


def test_an_unknown_instance_is_not_found(rated: Platform) -> None:
    with rated.database.read() as work, pytest.raises(NotFound):
        reading.activities(work, rated.parts.library, "nothing")


def test_durations_are_those_at_the_nearest_rank(rated: Platform) -> None:
    with rated.database.write(SYSTEM) as work:
        instance = rated.processes.start(work, "rated", from_plain({"amount": 1}))
        definition = rated.processes.definitions(work)[0]["key"]
        row = {"instance_id": instance, "definition_key": definition, "element": "x", "kind": "task", "activated_at": work.now}
        took = [{**row, "key": 1_000 + n, "outcome": "completed", "milliseconds": n} for n in range(1, 21)]
        broken_off = {**row, "key": 2_000, "outcome": "terminated", "milliseconds": 9_999}
        work.connection.execute(insert(history_activity), [*took, broken_off])
    with rated.database.read() as work:
        (found,) = reading.durations(work, "rated", 1)
        assert reading.durations(work, "rated", 2) == []
    assert dict(found) == {"element": "x", "kind": "task", "count": 20, "median": 10, "p95": 19, "longest": 20}


def _told(platform: Platform, instance: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    library = platform.parts.library
    with platform.database.read() as work:
        rows = reading.activities(work, library, instance), reading.decisions(work, library, instance)
    return tuple([{k: v for k, v in row.items() if k != "instance_id"} for row in part] for part in rows)  # type: ignore[return-value]  # two of two
