"""Ended instances are removed when they were kept long enough, with everything that belongs to them, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from runtime.access.actor import SYSTEM
from runtime.errors import Invalid, NotFound
from runtime.history import removal
from runtime.history.retention import Retention
from runtime.platform import Platform
from runtime.processes.tables import journal, process_instance
from runtime.records import timeline
from runtime.records.tables import timeline_entry
from runtime.store.schema import platform_metadata
from tests.support.diagrams import diagram, line
from tests.support.diagrams import user_task as a_task

OpenPlatform = Callable[..., Platform]

ONE = line(a_task("ask", groups="seller"))
KEPT_A_WEEK = '<bpmn:extensionElements><zeebe:properties><zeebe:property name="ringi:historyTimeToLive" value="P7D" />'
SHORT = diagram("short", f"{KEPT_A_WEEK}</zeebe:properties></bpmn:extensionElements>", ONE)
LONG = diagram("long", ONE)
WITHOUT_AN_INSTANCE = {"batch_item"}
"""Tables that name an instance, and whose rows stay when it goes: what a batch did to it belongs to the batch."""


@pytest.fixture
def office(platform: Platform) -> Platform:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"short.bpmn": SHORT, "long.bpmn": LONG})
    return platform


def test_what_ended_longer_ago_than_the_diagram_says_goes_with_all_that_belongs_to_it(office: Platform) -> None:
    old, running = _ended(office, "short"), _started(office, "short")
    office.database.clock.advance(timedelta(days=8))
    young = _ended(office, "short")
    office.history.tend()
    assert _instances(office) == {running, young}
    for table in removal.belongings():
        assert _count(office, table, old) == 0, table.name
    assert _count(office, journal, running) == 1
    (done,) = _removed(office)
    assert (done["process_id"], done["version"], done["instances"]) == ("short", 1, 1)
    assert (done["rule"], done["time_to_live"], done["removed_by"]) == ("diagram", "P7D", "system")


def test_without_a_rule_everything_is_kept(office: Platform) -> None:
    kept = _ended(office, "long")
    office.database.clock.advance(timedelta(days=9_999))
    office.history.tend()
    assert _instances(office) == {kept}


def test_the_operator_goes_before_the_diagram_and_the_diagram_before_the_configuration(office: Platform) -> None:
    retention = Retention(office.database, default="P30D")
    with office.database.write(SYSTEM, "an audit is coming") as work:
        assert _sources(retention.rules(work)) == {"short": ("diagram", "P7D"), "long": ("configuration", "P30D")}
        retention.set(work, "short", None)
        retention.set(work, "long", "P1Y")
        assert _sources(retention.rules(work)) == {"long": ("operator", "P1Y")}
        assert retention.unset(work, "short")
        assert not retention.unset(work, "short")
        assert _sources(retention.rules(work))["short"] == ("diagram", "P7D")


def test_what_is_no_duration_or_no_process_is_refused(office: Platform) -> None:
    retention = office.history.retention
    with office.database.write(SYSTEM) as work:
        for text in ("a week", "", "-P1D", "P"):
            with pytest.raises(Invalid, match="no time to keep"):
                retention.set(work, "short", text)
        with pytest.raises(NotFound):
            retention.set(work, "nothing", "P1D")
    with pytest.raises(Invalid):
        Retention(office.database, default="soon")


@pytest.mark.parametrize("rows", [1, 3])
def test_an_instance_with_more_rows_than_a_step_removes_goes_in_several_steps(office: Platform, rows: int) -> None:
    old = [_ended(office, "short") for _ in range(3)]
    running = _started(office, "short")
    office.history.projection.catch_up()
    office.database.clock.advance(timedelta(days=8))
    retention = Retention(office.database, rows=rows)
    before = _rows_of(office, *old)
    assert before > 3 * rows
    retention.clean(steps=1)
    assert _rows_of(office, *old) == before - rows
    retention.clean(steps=1)
    assert _rows_of(office, *old) == before - 2 * rows
    retention.clean(steps=10_000)
    assert (_rows_of(office, *old), _instances(office)) == (0, {running})
    assert sum(row["rows"] for row in _removed(office)) == before
    assert sum(row["instances"] for row in _removed(office)) == 3


def test_a_clean_up_that_dies_in_the_middle_leaves_what_it_had_committed_and_goes_on(
    office: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _ended(office, "short")
    office.database.clock.advance(timedelta(days=8))
    before = _rows_of(office, old)
    retention = Retention(office.database, rows=2)
    calls, noting = [], removal.note_removal

    def die(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("killed")
        noting(*args)

    monkeypatch.setattr(removal, "note_removal", die)
    with pytest.raises(RuntimeError, match="killed"):
        retention.clean()
    assert _rows_of(office, old) == before - 2
    retention.clean()
    assert _instances(office) == set()


def test_a_dry_run_tells_and_changes_nothing(office: Platform) -> None:
    old = _ended(office, "short")
    office.database.clock.advance(timedelta(days=8))
    with office.database.read() as work:
        (doomed,) = office.history.retention.preview(work)
    assert (doomed.instances, doomed.journal_rows, doomed.rule.source) == (1, 2, "diagram")
    assert _instances(office) == {old}


@pytest.mark.parametrize("keeps", [True, False])
def test_lines_on_records_stay_unless_they_are_to_go(office: Platform, keeps: bool) -> None:
    old, running = _ended(office, "short", record="1"), _started(office, "short")
    with office.database.write(SYSTEM) as work:
        timeline.add(work, "lead", "1", "note", data={"text": "somebody's own words"})
        timeline.add(work, "lead", "1", "process.started", data={"instance": running})
    office.database.clock.advance(timedelta(days=8))
    Retention(office.database, keeps_timeline=keeps).clean()
    with office.database.read() as work:
        left = work.connection.execute(select(timeline_entry.c.data)).scalars().all()
    assert any(data.get("instance") == old for data in left) is keeps
    assert [data for data in left if data.get("instance") != old] == [{"text": "somebody's own words"}, {"instance": running}]


def test_every_table_that_names_an_instance_goes_with_it(platform: Platform) -> None:
    named = {table.name for table in platform_metadata().tables.values() if "instance_id" in table.c}
    assert named - {table.name for table in removal.belongings()} == WITHOUT_AN_INSTANCE


def _started(platform: Platform, process_id: str, record: str | None = None) -> str:
    with platform.database.write(SYSTEM) as work:
        instance = platform.processes.start(work, process_id, {})
        if record is not None:
            platform.processes.link(work, instance, "lead", record)
        return instance


def _ended(platform: Platform, process_id: str, record: str | None = None) -> str:
    instance = _started(platform, process_id, record)
    with platform.database.write(SYSTEM) as work:
        task = platform.processes.instance(work, instance).tasks[0]
        platform.processes.complete_task(work, task.id, {})
    return instance


def _instances(platform: Platform) -> set[str]:
    with platform.database.read() as work:
        return set(work.connection.scalars(select(process_instance.c.id)))


def _count(platform: Platform, table: Any, instance_id: str) -> int:
    with platform.database.read() as work:
        counted = select(func.count()).select_from(table).where(removal._of(table, instance_id))
        return work.connection.execute(counted).scalar_one()


def _rows_of(platform: Platform, *instances: str) -> int:
    return sum(_count(platform, table, instance) for table in removal.belongings() for instance in instances)


def _removed(platform: Platform) -> list[Any]:
    with platform.database.read() as work:
        return list(platform.history.retention.removed(work))


def _sources(rules: Any) -> dict[str, tuple[str, str]]:
    return {rule.process_id: (rule.source, rule.time_to_live) for rule in rules}
