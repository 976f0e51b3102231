"""The tasks of somebody who is away are visible and completable to their deputy, and recorded as done for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime.access import substitutes
from runtime.access.actor import SYSTEM, Actor
from runtime.access.substitutes import Substitution
from runtime.errors import Conflict, Invalid, NotFound
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, user_task

ANN = Actor(id="demo-ann", name="Demo Ann")
BOB = Actor(id="demo-bob", name="Demo Bob")
EVE = Actor(id="demo-eve", name="Demo Eve")
ADMIN = Actor(id="demo-admin", name="Demo Admin", roles=frozenset({"administrator"}))
FILES = {
    "own.bpmn": diagram("own", line(user_task("sign", assignee="demo-ann"))),
    "group.bpmn": diagram("group", line(user_task("check", groups="process_analyst"))),
}
WEEK = timedelta(days=7)


@pytest.fixture
def house(platform: Platform) -> Platform:
    """Ann has a task of her own, and one for her group."""
    with platform.database.write(SYSTEM, "people for tests") as work:
        for actor in (ANN, BOB, EVE):
            roles = ["process_analyst"] if actor is ANN else []
            platform.access.add_user(work, actor.id, name=actor.name, roles=roles)
    with platform.database.write(ADMIN, "test") as work:
        platform.processes.deploy(work, FILES)
        for process in ("own", "group"):
            platform.processes.start(work, process, {})
    return platform


def stands_in(platform: Platform, absent: Actor, deputy: Actor, *, after: timedelta = timedelta(0)) -> Substitution:
    with platform.database.write(ADMIN) as work:
        begin = work.now + after
        return substitutes.add(work, absent.id, deputy.id, starts_at=begin, ends_at=begin + WEEK, reason="holiday")


def seen(platform: Platform, actor: Actor, view: str) -> list[str]:
    with platform.database.read(actor) as work:
        found = platform.processes.tasks(work, view=view)  # type: ignore[arg-type]
        assert platform.processes.count_tasks(work, view) == len(found.rows)  # type: ignore[arg-type]
        return sorted(task.element for task in found.rows)


def test_a_deputy_sees_the_tasks_of_the_person_and_of_their_groups(house: Platform) -> None:
    assert seen(house, BOB, "all") == []
    stands_in(house, ANN, BOB)
    assert seen(house, BOB, "mine") == ["sign"]
    assert seen(house, BOB, "groups") == ["check"]
    assert seen(house, BOB, "all") == ["check", "sign"]
    assert seen(house, EVE, "all") == []


@pytest.mark.parametrize(("element", "view"), [("sign", "mine"), ("check", "groups")])
def test_what_a_deputy_completes_is_recorded_as_done_for_the_person(house: Platform, element: str, view: str) -> None:
    stands_in(house, ANN, BOB)
    with house.database.write(BOB) as work:
        task = next(one for one in house.processes.tasks(work, view=view).rows if one.element == element)  # type: ignore[arg-type]
        found = house.processes.task(work, task.id)
        assert (found.why, found.why_for) == ("deputy", "demo-ann")
        house.processes.complete_task(work, task.id, {})
    with house.database.read(BOB) as work:
        ended = house.processes.task(work, task.id).task
        happened = [event for row in house.processes.journal(work, task.instance_id) for event in row.events]
    assert (ended.ended_by, ended.ended_for) == ("demo-bob", "demo-ann")
    done = next(event for event in happened if event["event"] == "UserTaskCompleted")
    assert (done["by"], done["on_behalf_of"]) == ("demo-bob", "demo-ann")


def test_a_deputy_claims_no_task_of_the_person(house: Platform) -> None:
    stands_in(house, ANN, BOB)
    with house.database.write(BOB) as work:
        task = house.processes.tasks(work, view="groups").rows[0].id
        with pytest.raises(Conflict, match="stand in for demo-ann"):
            house.processes.claim_task(work, task)


def test_only_in_the_time_that_was_said(house: Platform) -> None:
    made = stands_in(house, ANN, BOB, after=WEEK)
    assert seen(house, BOB, "all") == []
    house.database.clock.advance(WEEK + timedelta(hours=1))
    assert seen(house, BOB, "mine") == ["sign"]
    house.database.clock.advance(WEEK)
    assert seen(house, BOB, "all") == []
    with house.database.write(ADMIN) as work, pytest.raises(NotFound):
        substitutes.remove(work, made.id)


def test_it_ends_when_it_is_removed(house: Platform) -> None:
    made = stands_in(house, ANN, BOB)
    with house.database.write(ADMIN) as work:
        substitutes.remove(work, made.id)
    assert seen(house, BOB, "all") == []


def test_no_chains_and_no_circles(house: Platform) -> None:
    stands_in(house, ANN, BOB)
    for absent, deputy in ((BOB, EVE), (BOB, ANN), (EVE, ANN), (ANN, EVE)):
        with pytest.raises(Conflict, match="demo-"):
            stands_in(house, absent, deputy)
    stands_in(house, BOB, EVE, after=WEEK)
    stands_in(house, ANN, EVE, after=WEEK)


def test_people_and_times_that_make_no_sense_are_refused(house: Platform) -> None:
    with house.database.write(ADMIN) as work:
        now = work.now
        for absent, deputy, begin, end in (
            ("demo-ann", "demo-ann", now, now + WEEK),
            ("demo-ann", "nobody", now, now + WEEK),
            ("demo-ann", "demo-bob", now + WEEK, now),
            ("demo-ann", "demo-bob", now - WEEK, now),
        ):
            with pytest.raises(Invalid):
                substitutes.add(work, absent, deputy, starts_at=begin, ends_at=end)
        with pytest.raises(NotFound):
            substitutes.add(work, "nobody", "demo-bob", starts_at=now, ends_at=now + WEEK)
