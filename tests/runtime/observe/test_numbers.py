"""What Prometheus reads, who may, and whether the installation is ready."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from runtime.observe.collector import DatabaseNumbers
from runtime.platform import Platform
from tests.conftest import OpenPlatform
from tests.support.diagrams import diagram, line, timer, user_task, wait_for

NAP = {"nap.bpmn": diagram("nap", line(user_task("look"), wait_for("doze", timer("duration", "PT1H"))))}


def number(client: FlaskClient, name: str, *labels: str) -> float:
    page = client.get("/metrics").get_data(as_text=True)
    wanted = [one for one in page.splitlines() if re.match(rf"{name}(\{{|\s)", one) and all(label in one for label in labels)]
    return float(wanted[0].split()[-1]) if wanted else 0.0


@pytest.fixture
def client(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr("runtime.observe.collector.KEPT", -1.0)
    return create_app(platform).test_client()


def test_the_numbers_follow_what_happens(platform: Platform, client: FlaskClient) -> None:
    started, finished = (number(client, "ringi_instances_total", one) for one in ("started", "finished"))
    commands = number(client, "ringi_command_seconds_count", "CompleteUserTask")
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, NAP)
        platform.processes.start(work, "nap", {})
    assert number(client, "ringi_instances_total", "started") == started + 1
    assert number(client, "ringi_instances_open", 'process="nap"') == 1
    assert number(client, "ringi_user_tasks_open") == 1
    with platform.database.write(SYSTEM) as work:
        task = work.connection.scalar(text("SELECT id FROM user_task"))
        platform.processes.complete_task(work, task, {})
    assert number(client, "ringi_command_seconds_count", "CompleteUserTask") == commands + 1
    platform.database.clock.advance(timedelta(hours=2))
    assert number(client, "ringi_jobs_due") == 1
    assert number(client, "ringi_oldest_due_job_seconds") >= 3600
    timers = number(client, "ringi_job_seconds_count", "timer", "done")
    platform.jobs.run_due()
    assert number(client, "ringi_job_seconds_count", "timer", "done") == timers + 1
    assert number(client, "ringi_instances_total", "finished") == finished + 1
    assert number(client, "ringi_instances_open", 'process="nap"') == 0
    assert number(client, "ringi_http_request_seconds_count", 'route="/metrics"') > 0


def test_what_is_not_committed_is_not_counted(platform: Platform, client: FlaskClient) -> None:
    started = number(client, "ringi_instances_total", "started")
    with pytest.raises(ZeroDivisionError), platform.database.write(SYSTEM) as work:  # noqa: PT012
        platform.processes.deploy(work, NAP)
        platform.processes.start(work, "nap", {})
        raise ZeroDivisionError
    assert number(client, "ringi_instances_total", "started") == started


def test_one_answer_of_the_database_serves_all_who_ask_within_some_seconds(platform: Platform) -> None:
    numbers = DatabaseNumbers(platform.database)
    assert numbers.collect() is numbers.collect()


def test_the_numbers_are_for_this_machine_or_for_who_has_the_token(platform: Platform, open_platform: OpenPlatform) -> None:
    away = {"REMOTE_ADDR": "198.51.100.7"}
    here = create_app(platform).test_client()
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", environ_overrides=away).status_code == 403
    guarded = create_app(open_platform(metrics_token="a long secret")).test_client()
    assert guarded.get("/metrics").status_code == 403
    assert guarded.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    allowed = guarded.get("/metrics", headers={"Authorization": "Bearer a long secret"}, environ_overrides=away)
    assert allowed.status_code == 200


def test_it_is_ready_with_or_without_workers_and_says_which(platform: Platform, client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready", "workers": "none"}
    platform.heartbeat.beat()
    assert client.get("/readyz").json == {"status": "ready", "workers": "alive"}
    platform.database.clock.advance(timedelta(minutes=2))
    assert client.get("/readyz").json == {"status": "ready", "workers": "none"}


def test_it_is_not_ready_for_a_database_of_another_version(platform: Platform, client: FlaskClient) -> None:
    with platform.database.write(SYSTEM) as work:
        work.connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert (answer.status_code, "revision older" in answer.json["status"]) == (503, True)


def test_a_process_that_stops_in_order_takes_its_heartbeat_along(platform: Platform, client: FlaskClient) -> None:
    platform.heartbeat.beat()
    platform.heartbeat.start()
    platform.heartbeat.stop()
    assert client.get("/readyz").json == {"status": "ready", "workers": "none"}
