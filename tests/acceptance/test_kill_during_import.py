"""Killing the server in the middle of an import and starting it again ends with the same records and instances as without."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import COMMAND, Server

pytestmark = [pytest.mark.xdist_group("acceptance"), pytest.mark.timeout(600)]

LEADS = Path(__file__).parents[2] / "examples/data/leads.csv"
ROWS = 60
KILLS = 3
SEED = 20261122


@pytest.fixture(scope="module")
def some_leads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("leads") / "leads.csv"
    file.write_text("".join(LEADS.read_text(encoding="utf-8-sig").splitlines(keepends=True)[: ROWS + 1]), encoding="utf-8")
    return file


def hand_in(server: Server, file: Path) -> None:
    command = [str(COMMAND), "import", str(file), "--no-wait", "--data", str(server.data), "--json"]
    subprocess.run(command, check=False, capture_output=True, timeout=120)


def ask(server: Server, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{server.data / 'ringi.db'}?mode=ro", uri=True, timeout=30) as connection:
        return connection.execute(query).fetchall()


def wait_until_finished(server: Server, *, seconds: int = 240) -> None:
    """All rows are sent, and for some seconds no instance has moved."""
    until, moved, quiet = time.monotonic() + seconds, -1, 0
    while quiet < 4:
        assert time.monotonic() < until, ask(server, "SELECT state, count(*) FROM import_row GROUP BY state")
        time.sleep(0.5)
        done = ask(server, "SELECT status FROM import_job") == [("finished",)]
        now = ask(server, "SELECT count(*) FROM journal")[0][0]
        quiet = quiet + 1 if done and now == moved else 0
        moved = now


def outcome(server: Server) -> dict[str, Counter[tuple[object, ...]]]:
    """What matters, without ids and times."""
    queries = {
        "rows": "SELECT row, state FROM import_row",
        "leads": "SELECT subject, name, company, email, stage, grade, owner, version FROM rec_lead",
        "activities": "SELECT subject, kind, status FROM rec_activity",
        "instances": "SELECT process_id, status FROM process_instance",
        "tasks": "SELECT element, name, assignee, status FROM user_task",
        "timeline": "SELECT record_type, kind, title FROM timeline_entry WHERE record_type = 'lead'",
        "incidents": "SELECT element, message FROM incident",
    }
    return {name: Counter(ask(server, query)) for name, query in queries.items()}


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Server]:
    server = Server(data=tmp_path / "calm").start()
    yield server
    server.stop()


@pytest.fixture
def disturbed(tmp_path: Path) -> Iterator[Server]:
    server = Server(data=tmp_path / "disturbed")
    yield server
    server.stop()


def test_a_killed_server_ends_where_an_undisturbed_one_does(calm: Server, disturbed: Server, some_leads: Path) -> None:
    hand_in(calm, some_leads)
    wait_until_finished(calm)
    calm.stop()

    disturbed.start()
    hand_in(disturbed, some_leads)
    moments = random.Random(SEED)
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.2, 1.5))
        disturbed.kill()
        disturbed.start()
    wait_until_finished(disturbed)

    expected, found = outcome(calm), outcome(disturbed)
    assert expected["leads"]
    assert {name: found[name] - expected[name] for name in expected} == {name: Counter() for name in expected}
    assert {name: expected[name] - found[name] for name in expected} == {name: Counter() for name in expected}
