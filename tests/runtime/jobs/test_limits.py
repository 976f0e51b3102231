"""Limits of job types: how many run at once and how many begin in a time, over all processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict, Invalid
from runtime.jobs.limits import Limit, Limits, limits_of, read_limits
from runtime.jobs.statements import OUTSIDE
from runtime.packages.read import read_package
from runtime.platform import Platform
from runtime.sdk import Handler, Job
from runtime.workers.views import ExternalJob
from tests.support.diagrams import diagram, line, service_task

OpenPlatform = Callable[..., Platform]


def _start(platform: Platform, count: int, *types: str) -> None:
    for type in types:
        process = type.replace(".", "_")
        with platform.database.write(SYSTEM) as work:
            platform.processes.deploy(work, {f"{process}.bpmn": diagram(process, line(service_task("w", type)))})
        for _ in range(count):
            with platform.database.write(SYSTEM) as work:
                platform.processes.start(work, process, {})


def _call(platform: Platform, type: str, function: Callable[[Job], Any]) -> None:
    platform.handlers.add(Handler(type=type, kind="call", function=function), "test")


def _fetch(platform: Platform, *types: str, lock: float = 60) -> list[ExternalJob]:
    with platform.database.write(SYSTEM) as work:
        found = platform.workers.fetch(work, types, worker="w", most=10, lock=timedelta(seconds=lock))
    return list(found)


def _due(platform: Platform) -> list[str]:
    return [head["type"] for head in platform.jobs.due(OUTSIDE, 10)]


def test_no_more_jobs_of_a_type_run_at_once_than_may_over_all_processes(open_platform: OpenPlatform) -> None:
    platforms = [open_platform(job_limits="demo.slow=2") for _ in range(3)]
    guard, running, most, done = threading.Lock(), [0], [0], [0]

    def slow(job: Job) -> None:
        with guard:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.05)
        with guard:
            running[0] -= 1
            done[0] += 1

    for platform in platforms:
        _call(platform, "demo.slow", slow)
    _start(platforms[0], 8, "demo.slow")
    threads = [threading.Thread(target=platform.jobs.run_due) for platform in platforms for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while done[0] < 8:
        platforms[0].jobs.run_due()
    assert most[0] <= 2
    assert done[0] == 8


def test_as_many_jobs_of_a_type_run_at_once_as_may(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.slow=2")
    _call(platform, "demo.slow", lambda job: None)
    _start(platform, 3, "demo.slow")
    heads = platform.jobs.due(OUTSIDE, 3)
    assert [platform.jobs._leases.take(head["id"], "demo.slow") is not None for head in heads] == [True, True, False]


def test_a_type_that_is_full_holds_up_no_other(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.slow=1")
    for type in ("demo.slow", "demo.quick"):
        _call(platform, type, lambda job: None)
    _start(platform, 3, "demo.slow", "demo.quick")
    assert platform.jobs._leases.take(platform.jobs.due(OUTSIDE, 1)[0]["id"], "demo.slow")
    assert _due(platform) == ["demo.quick"] * 3
    assert platform.jobs.run_due() == 3


def test_the_place_of_a_worker_that_died_is_free_when_its_lease_ends(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.slow=1")
    _call(platform, "demo.slow", lambda job: None)
    _start(platform, 2, "demo.slow")
    first, second = platform.jobs.due(OUTSIDE, 2)
    assert platform.jobs._leases.take(first["id"], "demo.slow")
    assert platform.jobs._leases.take(second["id"], "demo.slow") is None
    assert _due(platform) == []
    platform.database.clock.advance(timedelta(seconds=21))
    assert _due(platform) == ["demo.slow"] * 2


def test_jobs_begin_evenly_at_the_rate_that_is_set(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.sms=30/min")
    sent: list[str] = []
    _call(platform, "demo.sms", lambda job: sent.append(job.key))
    _start(platform, 5, "demo.sms")
    with platform.database.read() as work:
        begun = work.now
    for _second in range(20):
        platform.jobs.run_due()
        with platform.database.read() as work:
            passed = (work.now - begun).total_seconds()
        assert len(sent) <= 1 + passed / 2
        platform.database.clock.advance(timedelta(seconds=1))
    assert len(sent) == 5


def test_the_clock_is_told_when_there_is_a_place_again(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.sms=6/h")
    _call(platform, "demo.sms", lambda job: None)
    _start(platform, 2, "demo.sms")
    assert platform.jobs.run_due() == 1
    due = platform.jobs.next_due()
    with platform.database.read() as work:
        assert due
        assert timedelta(minutes=9) < due - work.now <= timedelta(minutes=10)


def test_external_workers_get_no_more_than_the_limit_over_all_types(open_platform: OpenPlatform) -> None:
    platform = open_platform(job_limits="demo.print=2; demo.sms=2/h")
    _start(platform, 4, "demo.print", "demo.sms", "demo.free")
    types = [job.type for job in _fetch(platform, "demo.sms", "demo.print", "demo.free")]
    assert (types.count("demo.print"), types.count("demo.sms"), types.count("demo.free")) == (2, 1, 4)
    assert _fetch(platform, "demo.sms", "demo.print") == []
    with platform.database.read() as work:
        assert not platform.workers.offered(work, ["demo.print"])
    platform.database.clock.advance(timedelta(minutes=31))
    types = [job.type for job in _fetch(platform, "demo.sms", "demo.print")]
    assert (types.count("demo.print"), types.count("demo.sms")) == (2, 1)


def test_limits_are_read_as_operators_write_them() -> None:
    assert read_limits("") == {}
    assert read_limits("mail.send=2; sms.send=1, 30/min ;x=5/s") == {
        "mail.send": Limit(at_once=2),
        "sms.send": Limit(at_once=1, per_second=0.5),
        "x": Limit(per_second=5),
    }


@pytest.mark.parametrize("text", ["x", "x=", "=2", "x=two", "x=1,2", "x=0", "x=1/day", "x=0/s", "x=1/s,2/s", "x=1 2"])
def test_a_limit_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        limits_of(text, {})
    assert refusal.value.code == "CFG-1003"


def test_the_operators_word_stands_over_a_packages_and_two_packages_clash() -> None:
    package = {"mail.send": Limit(at_once=5), "sms.send": Limit(at_once=1)}
    assert limits_of("mail.send=2", {"crm": package})._by_type == {**package, "mail.send": Limit(at_once=2)}
    with pytest.raises(Conflict, match="'crm' and by 'shop'"):
        limits_of("", {"crm": package, "shop": {"sms.send": Limit(at_once=2)}})


def test_a_package_limits_its_types_in_its_manifest(tmp_path: Path) -> None:
    head = "name: demo\nversion: 1.0.0\nlabel: {en: Demo}\n"
    (tmp_path / "package.yaml").write_text(f"{head}limits:\n  mail.send: {{at_once: 2, rate: 10/s}}\n")
    assert read_package(tmp_path).manifest.limits == {"mail.send": Limit(at_once=2, per_second=10)}
    for wrong, code in (("{at_onse: 2}", "PKG-1010"), ("{at_once: 0}", "PKG-1011"), ("{rate: often}", "PKG-1011")):
        (tmp_path / "package.yaml").write_text(f"{head}limits:\n  mail.send: {wrong}\n")
        with pytest.raises(Invalid) as refusal:
            read_package(tmp_path)
        assert refusal.value.code == code


def test_without_limits_nothing_is_asked(open_platform: OpenPlatform) -> None:
    platform = open_platform()
    with platform.database.read() as work:
        assert Limits().full(work) == {}
        assert Limits().room(work, ["x"], 3) == {"x": 3}
