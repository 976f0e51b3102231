"""Two worker hosts and a web host on one PostgreSQL, each in a network of its own; one is cut off in the middle of its work."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import hosts
from tests.faults.facts import Facts, lines
from tests.faults.invariants import violations
from tests.faults.postgres import Postgres
from tests.faults.world import World

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.postgres, pytest.mark.timeout(280)]

LEASE = timedelta(seconds=1)
WEB_PORT = 8080


@pytest.fixture
def network() -> hosts.Network:
    why_not = hosts.missing()
    if why_not:
        pytest.skip(f"hosts need network namespaces: {why_not}")
    with hosts.network("db", "web", "one", "two") as made:
        yield made


@pytest.fixture
def postgres(network: hosts.Network) -> Postgres:
    made = Postgres(listen="*", within=network.within("db"))
    yield made
    made.stop()


@pytest.fixture
def world(network: hosts.Network, postgres: Postgres, tmp_path: Path) -> World:
    """Its peer and its drivers are outside; servers and workers are on the hosts. Each call takes a while."""
    made = World(
        folder=tmp_path, seed=1, postgres=postgres, lease=LEASE, trouble=0.1, slow=0.1, roles=(), host=hosts.OUTSIDE,
        web=f"http://{network.addresses['web']}:{WEB_PORT}",
    )  # fmt: skip
    yield made
    made.stop()


def _start(network: hosts.Network, world: World, name: str, role: str) -> subprocess.Popen[bytes]:
    host, port = world.peer_listening.getsockname()
    command = [sys.executable, "-m", "tests.faults.host", role, "--folder", str(world.folder), "--peer", f"{host}:{port}"]
    command += [
        "--url",
        f"postgresql+psycopg://postgres@{network.addresses['db']}/postgres",
        "--lease",
        str(LEASE.total_seconds()),
    ]
    command += ["--listen", f"{network.addresses[name]}:{WEB_PORT}"]
    return subprocess.Popen([*network.within(name), *command])


def _until(is_so: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not go on"
        time.sleep(0.05)


def test_the_other_host_takes_over_when_one_is_cut_off_in_the_middle_of_its_work(network: hosts.Network, world: World) -> None:
    processes = [
        _start(network, world, "web", "web"),
        _start(network, world, "one", "worker"),
        _start(network, world, "two", "worker"),
    ]
    try:
        world.start()
        _until(lambda: len(list(lines(world.peer_ledger))) >= 10)
        network.cut_off("one")
        seen = len(list(lines(world.peer_ledger)))
        _until(lambda: len(list(lines(world.peer_ledger))) >= seen + 10)
        time.sleep(2 * LEASE.total_seconds())  # what it held has been given to the other
        network.join_again("one")
        seen = len(list(lines(world.peer_ledger)))
        _until(lambda: len(list(lines(world.peer_ledger))) >= seen + 5)
        left = world.drain(120)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert not left
    world.kills = 1  # something was broken: calls may have been repeated, under their keys
    assert violations(Facts(world)) == {}
