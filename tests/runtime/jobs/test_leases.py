"""Short leases: the jobs of a process that died go on soon, and long work keeps its job."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from runtime.access.actor import SYSTEM
from runtime.jobs import leases as module
from runtime.jobs import statements
from runtime.jobs.leases import Leases
from runtime.platform import Platform

LENGTH = timedelta(seconds=0.4)


@pytest.fixture
def job_id(platform: Platform) -> str:
    platform.jobs.register_outside("demo.long", lambda database, payload: None)
    with platform.database.write(SYSTEM, "test") as work:
        return platform.jobs.enqueue(work, "demo.long", {})


@pytest.fixture
def leases(platform: Platform) -> Leases:
    return Leases(platform.database, LENGTH)


def held_until(platform: Platform, job_id: str) -> datetime:
    with platform.database.read() as work:
        row = statements.select_job(work.connection, job_id)
        assert row
        return row["due"]


def eventually(condition: Callable[[], object]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_lease_is_renewed_while_its_work_goes_on(platform: Platform, leases: Leases, job_id: str) -> None:
    taken = leases.take(job_id)
    assert taken
    first_end = held_until(platform, job_id)
    with leases.kept(job_id, taken[0]):
        assert eventually(lambda: held_until(platform, job_id) > first_end + LENGTH)
        assert leases.take(job_id) is None


def test_a_lease_that_is_let_go_runs_out_and_the_next_attempt_counts(platform: Platform, leases: Leases, job_id: str) -> None:
    taken = leases.take(job_id)
    assert taken
    assert taken[1]["attempts"] == 1
    with leases.kept(job_id, taken[0]):
        assert leases.take(job_id) is None
    found = []
    assert eventually(lambda: found.append(leases.take(job_id)) or found[-1])
    assert found[-1][1]["attempts"] == 2


def test_work_that_hangs_loses_its_lease(
    platform: Platform, leases: Leases, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST", LENGTH)
    taken = leases.take(job_id)
    assert taken
    with leases.kept(job_id, taken[0]):
        assert eventually(lambda: leases.take(job_id))


def test_a_lease_that_was_lost_is_not_renewed(platform: Platform, leases: Leases, job_id: str) -> None:
    taken = leases.take(job_id)
    assert taken
    with platform.database.write(SYSTEM) as work:
        later = work.now + timedelta(hours=1)
        statements.update_job(work.connection, job_id, {"lease": "another", "due": later})
        statements.renew(work.connection, [(job_id, taken[0])], work.now)
    assert held_until(platform, job_id) == later


def test_leases_are_renewed_again_after_the_database_was_in_trouble(
    platform: Platform, leases: Leases, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = []

    def fail(*_given: object) -> None:
        failures.append(1)
        raise RuntimeError("the connection is lost")

    taken = leases.take(job_id)
    assert taken
    with monkeypatch.context() as broken, leases.kept(job_id, taken[0]):
        broken.setattr(statements, "renew", fail)
        assert eventually(lambda: failures)
        broken.undo()
        first_end = held_until(platform, job_id)
        assert eventually(lambda: held_until(platform, job_id) > first_end)
