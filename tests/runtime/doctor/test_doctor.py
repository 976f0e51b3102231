"""The doctor finds what is wrong and says where and what to do; no instance stops silently."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from runtime.access.actor import SYSTEM
from runtime.config import Config
from runtime.doctor.findings import Finding, Level
from runtime.doctor.service import examine
from runtime.doctor.stuck import Watch, all_stuck
from runtime.doctor.working import check
from runtime.errors import Conflict
from runtime.platform import Platform
from tests.runtime.cli.conftest import Ringi, data, ringi  # noqa: F401  # fixtures
from tests.support.diagrams import diagram, line, user_task, wait_for

ORDER = {"order.bpmn": diagram("order", line(user_task("look")))}
CONDITION = '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">=ready</bpmn:condition>'
WATCHING = {"watch.bpmn": diagram("watch", line(wait_for("until", f"{CONDITION}</bpmn:conditionalEventDefinition>")))}


def bad(findings: list[Finding]) -> dict[str, Finding]:
    return {one.check: one for one in findings if one.level is not Level.GOOD}


def of_work(platform: Platform) -> dict[str, Finding]:
    with platform.database.read(SYSTEM) as work:
        return bad(list(check(work, platform.config)))


@pytest.fixture
def lost(platform: Platform) -> str:
    """An instance whose only task is gone, as after a fault."""
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, ORDER)
        platform.processes.start(work, "order", {})
        instance = platform.processes.start(work, "order", {})
        work.connection.execute(text("DELETE FROM user_task_candidate"))
        work.connection.execute(text("DELETE FROM user_task WHERE instance_id = :id"), {"id": instance})
    return instance


def test_an_installation_in_order_has_no_finding_but_those_about_this_machine(platform: Platform) -> None:
    platform.heartbeat.beat()
    found = bad(list(examine(platform.config)))
    assert not found.keys() - {"web build", "disk", "rights"}


def test_an_instance_that_waits_for_nothing_is_found_and_gets_one_incident(platform: Platform, lost: str) -> None:
    finding = of_work(platform)["stuck instances"]
    assert (finding.level, finding.where) == (Level.ERROR, lost)
    watch = Watch(platform.database)
    assert [watch.look(), watch.look(), watch.look()] == [1, 0, 0]
    with platform.database.read(SYSTEM) as work:
        found = platform.processes.instance(work, lost).incidents
    assert [one.code for one in found] == ["DOC-1001"]
    with pytest.raises(Conflict, match="Move a token"), platform.database.write(SYSTEM) as work:
        platform.processes.resolve_incident(work, found[0].id)


def test_the_incident_goes_when_the_instance_waits_for_something_again(platform: Platform, lost: str) -> None:
    watch = Watch(platform.database)
    watch.look()
    with platform.database.write(SYSTEM) as work:
        platform.jobs.enqueue(work, "demo", {})
        work.connection.execute(text("UPDATE job SET instance_id = :id"), {"id": lost})
    watch.look()
    with platform.database.read(SYSTEM) as work:
        assert platform.processes.instance(work, lost).incidents == ()


def test_an_instance_that_watches_for_a_condition_is_not_stuck(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, WATCHING)
        platform.processes.start(work, "watch", {"ready": False})
    with platform.database.read(SYSTEM) as work:
        assert list(all_stuck(work)) == []


def test_work_that_nobody_does_is_told(platform: Platform) -> None:
    with platform.database.write(SYSTEM) as work:
        for name in ("late", "left", "given up"):
            platform.jobs.enqueue(work, "demo", {}, key=name)
        work.connection.execute(text("UPDATE job SET lease = 'gone' WHERE id = 'left'"))
        work.connection.execute(text("UPDATE job SET status = 'failed' WHERE id = 'given up'"))
    platform.heartbeat.beat()
    platform.database.clock.advance(timedelta(minutes=5))
    found = of_work(platform)
    assert found["overdue jobs"].where == "job late"
    assert found["leases"].where == "job left"
    assert "1 jobs (demo)" in found["given up"].what
    assert found["workers"].level is Level.ERROR


def test_tables_of_another_version_are_told_and_not_looked_into(platform: Platform) -> None:
    for revision, said in (("0001", "ringi db upgrade"), ("9999", "Install that version")):
        with platform.database.write(SYSTEM) as work:
            work.connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
        found = bad(list(examine(platform.config)))
        assert said in found["tables"].fix
        assert "workers" not in found


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    found = bad(list(examine(Config(data_dir=tmp_path / "new", installed_packages=False))))
    assert "There is no database" in found["database"].what
    assert not (tmp_path / "new").exists()
    away = Config(database="postgresql+psycopg://ringi:secret@127.0.0.1:9/ringi", installed_packages=False)
    finding = bad(list(examine(away)))["database"]
    assert finding.level is Level.ERROR
    assert "secret" not in finding.where + finding.what


def test_a_damaged_file_is_told(sqlite_url: str, tmp_path: Path) -> None:
    file = Path(str(make_url(sqlite_url).database))
    contents = bytearray(file.read_bytes())
    contents[8192:12288] = b"\xff" * 4096
    file.write_bytes(contents)
    found = bad(list(examine(Config(database=sqlite_url, data_dir=tmp_path, installed_packages=False))))
    assert {"database", "integrity"} & found.keys()


def test_people_who_reach_it_without_encryption_are_told(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, host="0.0.0.0", base_url="http://ringi.example.com", installed_packages=False)
    assert "RINGI_BASE_URL=https" in bad(list(examine(config)))["configuration"].fix


def test_the_command_says_what_where_and_what_to_do(ringi: Ringi, data: Path) -> None:  # noqa: F811
    said = ringi("doctor", "--data", data)
    assert said.code == 1
    assert "error workers" in said.lines
    assert "→ Start `ringi up`, or `ringi worker` on PostgreSQL." in said.lines
    told = ringi("doctor", "--data", data, "--json").data
    assert told["errors"] == 1
    assert {"check", "level", "what", "where", "fix"} == told["findings"][0].keys()
