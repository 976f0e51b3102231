"""`ringi web` and `ringi worker`: any number of processes on one PostgreSQL, each of which stops in order."""

from __future__ import annotations

import signal
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from runtime.access.actor import SYSTEM
from runtime.cli.main import main
from runtime.platform import Config, Platform, build
from tests.runtime.servers.conftest import Start, eventually
from tests.support.diagrams import diagram, line, timer, wait_for

pytestmark = pytest.mark.xdist_group("servers")

NAP = {"nap.bpmn": diagram("nap", line(wait_for("doze", timer("duration", "PT0S"))))}


@pytest.fixture
def client(postgres_url: str, tmp_path: Path) -> Platform:
    """The installation as this process sees it; it runs no jobs."""
    platform = build(Config(database=postgres_url, data_dir=tmp_path, installed_packages=False), packages=[])
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, NAP)
    return platform


def begin(client: Platform) -> str:
    with client.database.write(SYSTEM) as work:
        return client.processes.start(work, "nap", {})


def status(client: Platform, instance: str) -> str:
    with client.database.read(SYSTEM) as work:
        return client.processes.instance(work, instance).instance.status


@pytest.mark.postgres
def test_workers_run_what_others_began_and_stop_when_told(client: Platform, postgres_url: str, start: Start) -> None:
    workers = [start("worker", "--database", postgres_url, RINGI_SWEEP="0.2") for _ in range(2)]
    begun = [begin(client) for _ in range(5)]
    assert eventually(lambda: all(status(client, one) == "completed" for one in begun))
    assert [worker.stop(how) for worker, how in zip(workers, (signal.SIGTERM, signal.SIGINT), strict=True)] == [0, 0]
    client.database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_web_processes_answer_run_no_jobs_and_stop_when_told(
    client: Platform, postgres_url: str, start: Start, how: signal.Signals
) -> None:
    web = start("web", "--database", postgres_url, "--port", "0", "--processes", "2", RINGI_SWEEP="0.1")
    with urllib.request.urlopen(f"{web.said['address']}/readyz", timeout=30) as answer:
        assert answer.status == 200
    for _time in range(20):
        with urllib.request.urlopen(f"{web.said['address']}/healthz", timeout=30):
            pass
    with urllib.request.urlopen(f"{web.said['address']}/metrics", timeout=30) as answer:
        assert 'ringi_http_request_seconds_count{method="GET",route="/healthz",status="200"} 20.0' in answer.read().decode()
    begun = begin(client)
    assert not eventually(lambda: status(client, begun) == "completed", seconds=0.5)
    assert web.stop(how) == 0
    client.database.close()


@pytest.mark.postgres
def test_web_processes_run_jobs_when_asked(client: Platform, postgres_url: str, start: Start) -> None:
    web = start("web", "--database", postgres_url, "--port", "0", "--jobs", RINGI_SWEEP="0.1")
    begun = begin(client)
    assert eventually(lambda: status(client, begun) == "completed")
    assert web.stop(signal.SIGTERM) == 0
    client.database.close()


@pytest.mark.parametrize("command", ["web", "worker"])
def test_an_embedded_database_belongs_to_one_process(command: str, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, [command, "--data", str(tmp_path / "new")], env={"RINGI_DATABASE": ""})
    assert said.exit_code == 1
    assert "`ringi up`, which serves and runs jobs" in said.output
    assert not (tmp_path / "new").exists()
