"""Due timers fire together; many that were missed neither fire all at once nor stand in the way of what is due now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from runtime.access.actor import SYSTEM
from runtime.jobs.tables import job
from runtime.platform import Platform
from runtime.processes.tables import element_instance, journal, process_instance
from runtime.timers.due import OVERDUE_TOGETHER, DueTimers
from tests.support.diagrams import diagram, line, timer, user_task, wait_for
from tests.support.statements import counted

OpenPlatform = Callable[..., Platform]

NAP = diagram("p", line(wait_for("nap", timer("duration", "PT1H"))))


class Stopwatch:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timers(platform: Platform) -> DueTimers:
    """As those of the platform, but in no hurry."""
    return DueTimers(platform.database, platform.jobs, rate=1_000_000, now=Stopwatch())


def _reminder(name: str, when: str, *, interrupts: bool = True) -> str:
    """A boundary event of the task “ask”, and what follows it."""
    attributes = f'id="{name}" attachedToRef="ask" cancelActivity="{str(interrupts).lower()}"'
    return (
        f'<bpmn:boundaryEvent {attributes}>{when}</bpmn:boundaryEvent><bpmn:endEvent id="end_{name}" />'
        f'<bpmn:sequenceFlow id="after_{name}" sourceRef="{name}" targetRef="end_{name}" />'
    )


def _start(platform: Platform, number: int, content: bytes = NAP) -> list[str]:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": content})
        return [platform.processes.start(work, "p", {}) for _ in range(number)]


def _completed(platform: Platform) -> set[str]:
    with platform.database.read() as work:
        found = work.connection.execute(select(process_instance.c.id).where(process_instance.c.status == "completed"))
        return set(found.scalars())


def _fire_all(timers: DueTimers) -> list[int]:
    """How many fired each time, until none does."""
    fired = [timers.fire()]
    while fired[-1]:
        fired.append(timers.fire())
    return fired[:-1]


def test_timers_that_are_due_together_share_one_transaction(platform: Platform, timers: DueTimers) -> None:
    instances = _start(platform, 12)
    platform.database.clock.advance(timedelta(hours=1, seconds=1))
    with counted(platform.database) as statements:
        assert timers.fire() == 12
    assert sum(statement.startswith("BEGIN IMMEDIATE") for statement in statements) <= 1
    assert _completed(platform) == set(instances)
    assert timers.fire() == 0


def test_no_timer_fires_early(platform: Platform, timers: DueTimers) -> None:
    _start(platform, 2)
    platform.database.clock.advance(timedelta(minutes=59))
    assert timers.fire() == 0
    assert timers.pause() is None


def test_a_timer_that_fails_takes_no_other_with_it(platform: Platform, timers: DueTimers) -> None:
    bad, *good = _start(platform, 4)
    with platform.database.write(SYSTEM) as work:
        work.connection.execute(update(element_instance).where(element_instance.c.instance_id == bad).values(data={}))
    platform.database.clock.advance(timedelta(hours=1, seconds=1))
    assert sum(_fire_all(timers)) == 4
    assert _completed(platform) == set(good)
    with platform.database.read() as work:
        (left,) = work.connection.execute(select(job)).mappings()
    assert (left["instance_id"], left["status"], left["attempts"]) == (bad, "open", 1)
    assert left["last_error"].startswith("TypeError")
    assert timers.fire() == 0


def test_overdue_timers_fire_at_a_bounded_rate(platform: Platform) -> None:
    _start(platform, 50)
    platform.database.clock.advance(timedelta(days=30))
    watch = Stopwatch()
    timers = DueTimers(platform.database, platform.jobs, rate=100, now=watch)
    fired = 0
    for tenth in range(1, 4):
        fired += sum(_fire_all(timers))
        assert fired == tenth * OVERDUE_TOGETHER
        assert timers.pause() == pytest.approx(OVERDUE_TOGETHER / 100)
        watch.seconds += 0.1
    watch.seconds += 60
    assert sum(_fire_all(timers)) == OVERDUE_TOGETHER  # a rest is not saved up


def test_a_timer_that_is_due_now_does_not_wait_behind_overdue_ones(platform: Platform) -> None:
    overdue = _start(platform, 25)
    platform.database.clock.advance(timedelta(days=30) - timedelta(hours=1))
    (punctual,) = _start(platform, 1)
    platform.database.clock.advance(timedelta(hours=1, seconds=1))
    timers = DueTimers(platform.database, platform.jobs, rate=1, now=Stopwatch())
    timers.fire()
    done = _completed(platform)
    assert punctual in done
    assert len(done & set(overdue)) == OVERDUE_TOGETHER


def test_an_instance_sees_its_timers_in_order_though_only_one_of_them_is_overdue(platform: Platform) -> None:
    early, late = _reminder("early", timer("duration", "PT50M")), _reminder("late", timer("duration", "PT60M"))
    (instance,) = _start(platform, 1, diagram("p", line(user_task("ask"), more=late + early)))
    platform.database.clock.advance(timedelta(hours=1, seconds=1))
    assert _fire_all(DueTimers(platform.database, platform.jobs, rate=1, now=Stopwatch())) == [1]
    assert _flows(platform, instance)[-1] == "after_early"


def _flows(platform: Platform, instance: str) -> list[str]:
    with platform.database.read() as work:
        rows = work.connection.execute(
            select(journal.c.events).where(journal.c.instance_id == instance).order_by(journal.c.seq)
        )
        return [event["flow"] for events in rows.scalars() for event in events if event["event"] == "FlowTaken"]


def test_several_timers_of_one_instance_fire_in_one_go(platform: Platform, timers: DueTimers) -> None:
    reminders = "".join(_reminder(f"r{n}", timer("duration", f"PT{n}M"), interrupts=False) for n in (3, 1, 2))
    (instance,) = _start(platform, 1, diagram("p", line(user_task("ask"), more=reminders)))
    platform.database.clock.advance(timedelta(minutes=4))
    assert timers.fire() == 3
    assert _flows(platform, instance)[-3:] == ["after_r1", "after_r2", "after_r3"]


def test_a_timer_whose_instance_is_in_other_hands_is_left_to_them(open_platform: OpenPlatform, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer, so no row is ever in other hands")
    platform, other = open_platform(), open_platform()
    held, free = _start(platform, 2)
    for each in (platform, other):
        each.database.clock.advance(timedelta(hours=1, seconds=1))
    timers = DueTimers(platform.database, platform.jobs, rate=1, now=Stopwatch())
    with other.database.write(SYSTEM) as work:
        other.processes.cancel(work, held, "not needed")
        assert timers.fire() == 1
        assert _completed(platform) == {free}
    assert timers.fire() == 0
    assert _open_timers(platform) == 0


def _open_timers(platform: Platform) -> int:
    with platform.database.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(job)).scalar_one())


def test_a_suspended_instance_keeps_its_timers_and_an_ended_one_loses_them(platform: Platform, timers: DueTimers) -> None:
    suspended, _ = _start(platform, 2)
    with platform.database.write(SYSTEM) as work:
        work.connection.execute(update(process_instance).where(process_instance.c.id == suspended).values(status="suspended"))
    platform.database.clock.advance(timedelta(hours=1, seconds=1))
    timers.fire()
    with platform.database.read() as work:
        assert [row["status"] for row in work.connection.execute(select(job)).mappings()] == ["held"]


def test_missed_cycles_fire_once_and_wait_for_their_next_time(platform: Platform, timers: DueTimers) -> None:
    late = _reminder("late", timer("cycle", "R/PT1H"), interrupts=False)
    instances = _start(platform, 5, diagram("p", line(user_task("ask"), more=late)))
    platform.database.clock.advance(timedelta(days=30, minutes=30))
    assert sum(_fire_all(timers)) == 5
    assert [_flows(platform, instance).count("after_late") for instance in instances] == [1] * 5
    platform.database.clock.advance(timedelta(minutes=30, seconds=30))
    assert sum(_fire_all(timers)) == 5


def test_the_running_clock_drains_timers_while_other_jobs_go_on(open_platform: OpenPlatform) -> None:
    platform = open_platform(overdue_per_second=1)
    instances = _start(platform, 25)
    platform.database.clock.advance(timedelta(days=30))
    done = threading.Event()
    platform.jobs.register("demo", lambda work, payload: done.set())
    platform.start()
    try:
        with platform.database.write(SYSTEM) as work:
            platform.jobs.enqueue(work, "demo", {})
        assert done.wait(10)
    finally:
        platform.clock.stop()
    assert len(_completed(platform) & set(instances)) <= 2 * OVERDUE_TOGETHER
    assert sum(_fire_all(DueTimers(platform.database, platform.jobs, rate=1_000_000))) > 0
