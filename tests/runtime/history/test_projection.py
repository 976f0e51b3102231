"""Read models of the journal: kept behind it, without gaps, and the same when they are built anew."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.api import event_to_json
from runtime.access.actor import SYSTEM, Actor
from runtime.history.projection import Projection
from runtime.history.tables import history_activity, history_audit, history_decision, history_position
from runtime.platform import Platform
from runtime.processes.tables import journal, process_instance
from tests.support.diagrams import diagram, line, user_task
from tests.support.statements import counted
from tests.support.structured_driver import Driver
from tests.support.structured_random import DEPTH, random_block

SELLER = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"seller"}), via="ui")
TWO = diagram("two", line(user_task("first", groups="seller"), user_task("second", groups="seller")))
PROCESSES = 8

Rows = list[dict[str, Any]]


def test_tells_when_each_activity_began_and_ended_and_who_did_it(platform: Platform) -> None:
    instance = _start(platform)
    platform.database.clock.advance(timedelta(minutes=3))
    _complete(platform)
    _projection(platform).catch_up()
    activities = {row["element"]: row for row in _all(platform, history_activity)}
    first, second = activities["first"], activities["second"]
    assert (first["kind"], first["outcome"], first["done_by"]) == ("userTask", "completed", "demo-seller")
    assert first["milliseconds"] >= 180_000
    assert second["ended_at"] is None
    assert activities["two"]["kind"] == "process"
    (started, completed) = _all(platform, history_audit)
    assert (started["command"], started["element"], started["why"]) == ("StartInstance", "two", "a lead came in")
    assert (completed["command"], completed["element"], completed["actor"]) == ("CompleteUserTask", "first", "demo-seller")
    assert {row["instance_id"] for row in activities.values()} == {instance}


@pytest.mark.parametrize("rows", [2, 200])
def test_is_the_same_whether_kept_step_by_step_or_rebuilt(platform: Platform, rows: int) -> None:
    projection = _projection(platform, rows)
    for number in range(PROCESSES):
        batches = _journal_of_a_random_process(number)
        while batches:
            for batch in (batches.pop(0) for _ in range(min(len(batches), 4))):
                _insert(platform, f"random-{number}", batch)
            projection.follow()
    kept = _read_models(platform)
    assert len(kept["history_activity"]) > PROCESSES
    steps = list(projection.rebuild())
    assert (steps[-1].done, steps[-1].total) == (PROCESSES, PROCESSES)
    assert _read_models(platform) == kept


def test_ended_instances_have_no_open_activities(platform: Platform) -> None:
    for number in range(PROCESSES):
        for batch in _journal_of_a_random_process(number):
            _insert(platform, f"random-{number}", batch)
    _projection(platform).follow()
    still_open = [row for row in _all(platform, history_activity) if row["ended_at"] is None]
    assert still_open == []


def test_a_rebuild_that_was_broken_off_goes_on_where_it_was(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.history.projection.ROUND", 2)
    for number in range(6):
        for batch in _journal_of_a_random_process(number):
            _insert(platform, f"random-{number}", batch)
    projection = _projection(platform)
    projection.follow()
    kept = _read_models(platform)
    broken_off = projection.rebuild()
    while next(broken_off).done < 4:
        pass
    broken_off.close()
    again = list(_projection(platform).rebuild())
    assert again[0].done == 4
    assert _read_models(platform) == kept
    assert {row["generation"] for row in _all(platform, history_position)} == {1}


def test_a_row_that_is_committed_late_is_found(platform: Platform) -> None:
    """The row that was made first becomes visible last: numbers and times of the journal are no order of commits."""
    if platform.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time: what is made first is visible first")
    early, late = (_batch(number) for number in (1, 2))
    projection = _projection(platform)
    _insert(platform, "before", late)
    slow = platform.database.engine.connect()
    transaction = slow.begin()
    _insert_into(slow, "slow", early, platform.database.clock.now(slow))
    _insert(platform, "quick", late)
    projection.follow()
    projection.follow()
    assert _projected(platform) == {"before", "quick"}
    transaction.commit()
    slow.close()
    projection.follow()
    assert _projected(platform) == {"before", "quick", "slow"}


def test_the_slow_round_finds_what_a_clock_that_was_set_back_has_hidden(platform: Platform) -> None:
    projection = _projection(platform)
    _insert(platform, "before", _batch(1))
    projection.follow()
    platform.database.clock.advance(timedelta(days=-1))
    _insert(platform, "hidden", _batch(2))
    projection.follow()
    assert _projected(platform) == {"before"}
    projection.step_round()
    assert _projected(platform) == {"before", "hidden"}


def test_a_step_pays_nothing_for_the_read_models(platform: Platform) -> None:
    _start(platform)
    with counted(platform.database) as statements:
        _complete(platform)
    assert [one for one in statements if "history" in one] == []


def test_instances_that_were_removed_meanwhile_are_left_out(platform: Platform) -> None:
    assert _projection(platform)._project(["gone"]) == 0


def _projection(platform: Platform, rows: int = 200) -> Projection:
    return Projection(platform.database, platform.parts.library, rows=rows)


def _start(platform: Platform) -> str:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"two.bpmn": TWO})
    with platform.database.write(SELLER, "a lead came in") as work:
        return platform.processes.start(work, "two", {})


def _complete(platform: Platform) -> None:
    with platform.database.write(SELLER) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {})


def _journal_of_a_random_process(number: int) -> list[Rows]:
    """The events of each command of a random process, as the journal keeps them."""
    driver = Driver(random_block(Random(number), DEPTH), number)
    batches: list[Rows] = []
    execute = driver.run.execute

    def noted(*args: Any, **kwargs: Any) -> Any:
        happened = execute(*args, **kwargs)
        if happened:
            batches.append([event_to_json(event) for event in happened])
        return happened

    driver.run.execute = noted  # type: ignore[method-assign]  # to listen
    driver.finish({"a": number % 4, "loopCounter": 0, "g0": 0, "g1": 0})
    return batches


def _batch(number: int) -> Rows:
    return _journal_of_a_random_process(number)[0]


def _insert(platform: Platform, instance_id: str, batch: Rows) -> None:
    with platform.database.write(SYSTEM) as work:
        _insert_into(work.connection, instance_id, batch, work.now)


def _insert_into(connection: Any, instance_id: str, batch: Rows, at: Any) -> None:
    """A row of the journal, and what a step does to the instance's own row."""
    seq = connection.scalar(select(process_instance.c.version).where(process_instance.c.id == instance_id)) or 0
    if seq == 0:
        definition = _definition(connection, at)
        row = {"id": instance_id, "definition_key": definition, "process_id": "p", "status": "active", "version": 0}
        connection.execute(insert(process_instance).values(**row, next_key=1, started_at=at, started_by="demo"))
    who = {"actor": "demo", "actor_name": "Demo", "via": "api", "why": "", "command": "Test"}
    connection.execute(insert(journal).values(instance_id=instance_id, seq=seq + 1, at=at, events=batch, **who))
    connection.execute(update(process_instance).where(process_instance.c.id == instance_id).values(version=seq + 1))


def _definition(connection: Any, at: Any) -> str:
    from runtime.processes.tables import deployment, process_definition

    found = connection.scalar(select(process_definition.c.key).limit(1))
    if found is not None:
        return str(found)
    head = {"id": "d", "content_hash": "", "deployed_at": at, "deployed_by": "demo"}
    connection.execute(insert(deployment).values(head))
    row = {"key": "p-1", "process_id": "p", "version": 1, "name": "P", "deployment_id": "d", "resource": "p.bpmn"}
    connection.execute(insert(process_definition).values(row))
    return "p-1"


def _all(platform: Platform, table: Any) -> Rows:
    with platform.database.read() as work:
        ordered = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in work.connection.execute(ordered).mappings()]


def _read_models(platform: Platform) -> dict[str, Rows]:
    return {table.name: _all(platform, table) for table in (history_activity, history_decision, history_audit)}


def _projected(platform: Platform) -> set[str]:
    with platform.database.read() as work:
        return set(work.connection.scalars(select(history_audit.c.instance_id).distinct()))
