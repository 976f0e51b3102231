"""What was deployed, by whom and when; its files; and the way back to it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, NotFound
from runtime.jobs.tables import job
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, message, named_message, timer, user_task

ANALYST = Actor(id="demo-analyst", name="Demo Analyst", roles=frozenset({"process_analyst"}))
HOURLY = diagram("clocked", line(user_task("old"), start=timer("cycle", "R/PT1H")))
DAILY = diagram("clocked", line(user_task("new"), start=timer("cycle", "R/P1D")))
BY_MESSAGE = diagram("told", line(user_task("old"), start=message("M")), outside=named_message("M", "order.paid"))
BY_ANOTHER = diagram("told", line(user_task("new"), start=message("M")), outside=named_message("M", "order.cancelled"))


def _deploy(platform: Platform, why: str = "", **files: bytes) -> str:
    with platform.database.write(ANALYST, why) as work:
        return platform.processes.deploy(work, {f"{name}.bpmn": content for name, content in files.items()}).id


def _roll_back(platform: Platform, deployment: str, why: str = "") -> str:
    with platform.database.write(ANALYST, why) as work:
        return platform.processes.past_deployments.roll_back(work, deployment).id


def test_each_deployment_tells_who_made_it_when_why_and_of_what(platform: Platform) -> None:
    first = _deploy(platform, "the first one", clocked=HOURLY, told=BY_MESSAGE)
    _deploy(platform, told=BY_ANOTHER)
    with platform.database.read() as work:
        past = platform.processes.past_deployments
        assert [len(one.definitions) for one in past.page(work).rows] == [1, 2]
        (only,) = past.page(work, process_id="clocked").rows
        assert past.get(work, first) == only
        following = past.page(work, limit=1).next
        assert past.page(work, after=following, limit=1).rows == (only,)
    assert (only.deployed_by, only.why, only.restores) == ("demo-analyst", "the first one", None)
    assert only.files == ("clocked.bpmn", "told.bpmn")
    assert [(one.process_id, one.version) for one in only.definitions] == [("clocked", 1), ("told", 1)]


def test_the_archive_holds_the_files_and_is_the_same_each_time(platform: Platform) -> None:
    first = _deploy(platform, clocked=HOURLY, told=BY_MESSAGE)
    with platform.database.read() as work:
        archives = [platform.processes.past_deployments.archive(work, first) for _ in range(2)]
    assert archives[0] == archives[1]
    with zipfile.ZipFile(io.BytesIO(archives[0])) as files:
        assert {name: files.read(name) for name in files.namelist()} == {"clocked.bpmn": HOURLY, "told.bpmn": BY_MESSAGE}


def test_an_earlier_deployment_comes_back_as_the_next_version(platform: Platform) -> None:
    first = _deploy(platform, told=BY_MESSAGE)
    _deploy(platform, told=BY_ANOTHER)
    running = _told(platform, "order.cancelled")
    restored = _roll_back(platform, first, "nobody cancels")
    begun = _told(platform, "order.paid")
    with platform.database.read() as work:
        past = platform.processes.past_deployments.get(work, restored)
        elements = [platform.processes.instance(work, one).tasks[0].element for one in (running, begun)]
        version = platform.processes.instance(work, begun).instance.version
    assert (past.restores, past.why, past.definitions[0].version) == (first, "nobody cancels", 3)
    assert (elements, version) == (["new", "old"], 3)


def _told(platform: Platform, message: str) -> str:
    """The instance that a message starts."""
    with platform.database.write(SYSTEM) as work:
        (started,) = platform.messages.publish(work, message, "", {}).started
        return started


def test_start_timers_and_messages_follow(platform: Platform) -> None:
    first = _deploy(platform, clocked=HOURLY, told=BY_MESSAGE)
    _deploy(platform, clocked=DAILY, told=BY_ANOTHER)
    _roll_back(platform, first)
    with platform.database.write(SYSTEM) as work:
        assert not platform.messages.publish(work, "order.cancelled", "", {}).started
        assert platform.messages.publish(work, "order.paid", "", {}).started
        now, due = work.now, work.connection.scalars(select(job.c.due).where(job.c.kind == "timer_start")).all()
    assert [timedelta(0) < one - now <= timedelta(hours=1) for one in due] == [True]


def test_what_is_the_latest_already_is_no_way_back(platform: Platform) -> None:
    first = _deploy(platform, clocked=HOURLY)
    with pytest.raises(Conflict) as refused:
        _roll_back(platform, first)
    assert refused.value.code == "DEPLOY-1009"
    with pytest.raises(NotFound):
        _roll_back(platform, "nothing")
