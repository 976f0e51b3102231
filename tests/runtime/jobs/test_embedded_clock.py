"""The embedded clock's beginning and end."""

from __future__ import annotations

import threading
from datetime import timedelta

from runtime.access.actor import SYSTEM
from runtime.jobs import statements
from runtime.platform import Platform
from tests.conftest import OpenPlatform


def test_stopping_a_clock_that_never_began_does_nothing(platform: Platform) -> None:
    platform.stop()
    platform.stop()


def test_a_clock_that_began_can_be_stopped_twice(platform: Platform) -> None:
    platform.start()
    platform.stop()
    platform.stop()


def test_a_clock_that_is_stopped_waits_for_what_is_in_hand(platform: Platform) -> None:
    begun, go_on = threading.Event(), threading.Event()
    job_id = _begin(platform, begun, go_on)
    threading.Timer(0.05, go_on.set).start()
    assert platform.stop()
    with platform.database.read() as work:
        assert statements.select_job(work.connection, job_id) is None


def test_work_that_does_not_end_in_time_is_given_back_at_once_and_costs_no_attempt(open_platform: OpenPlatform) -> None:
    platform = open_platform(grace=timedelta(milliseconds=50))
    begun, go_on = threading.Event(), threading.Event()
    job_id = _begin(platform, begun, go_on)
    assert not platform.stop()
    with platform.database.read() as work:
        row = statements.select_job(work.connection, job_id)
        assert row
        assert (row["lease"], row["attempts"], row["status"], row["due"] <= work.now) == (None, 0, "open", True)
    go_on.set()


def _begin(platform: Platform, begun: threading.Event, go_on: threading.Event) -> str:
    """A job in the hands of the platform's clock, which ends when it is told to."""

    def wait(_database: object, _payload: object) -> None:
        begun.set()
        assert go_on.wait(20)

    platform.jobs.register_outside("demo.long", wait)
    with platform.database.write(SYSTEM, "test") as work:
        job_id = platform.jobs.enqueue(work, "demo.long", {})
    platform.start()
    assert begun.wait(20)
    return job_id
