"""Hand over, take back, co-sign: who may, what the receiver sees, what the journal keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, Invalid, NotFound, RingiError
from runtime.platform import Platform
from runtime.processes.views import TaskDetail, TaskRow
from tests.support.diagrams import diagram, line, user_task

ANN = Actor(id="demo-ann", name="Demo Ann", roles=frozenset({"seller"}))
BOB = Actor(id="demo-bob", name="Demo Bob", roles=frozenset({"seller"}))
EVE = Actor(id="demo-eve", name="Demo Eve", roles=frozenset({"clerk"}))
ADMIN = Actor(id="demo-admin", name="Demo Admin", roles=frozenset({"administrator"}))
FILES = {"two.bpmn": diagram("two", line(user_task("first", groups="seller"), user_task("second", groups="seller")))}


@pytest.fixture
def instance(platform: Platform) -> str:
    """An instance that waits at its first task, in a house with four people."""
    with platform.database.write(SYSTEM, "people for tests") as work:
        for actor in (ANN, BOB, EVE, ADMIN):
            platform.access.add_user(work, actor.id, name=actor.name, roles=actor.roles & {"administrator"})
    with platform.database.write(ADMIN, "test") as work:
        platform.processes.deploy(work, FILES)
        return platform.processes.start(work, "two", {})


def tasks(platform: Platform, actor: Actor = ADMIN, view: str = "all") -> list[TaskRow]:
    with platform.database.read(actor) as work:
        return list(platform.processes.tasks(work, view=view).rows)  # type: ignore[arg-type]


def task_of(platform: Platform, person: str | None) -> str:
    return next(task.id for task in tasks(platform) if task.assignee == person)


def detail(platform: Platform, actor: Actor, task: str) -> TaskDetail:
    with platform.database.read(actor) as work:
        return platform.processes.task(work, task)


def does(platform: Platform, actor: Actor, why: str, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
    with platform.database.write(actor, why) as work:
        return act(work, *args, **options)


def complete(platform: Platform, actor: Actor, task: str, **variables: Any) -> None:
    does(platform, actor, "", platform.processes.complete_task, task, variables)


def test_the_receiver_sees_from_whom_a_task_comes_and_why(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "I am at the fair", platform.processes.moves.hand_over, task, to="demo-eve")
    found = detail(platform, EVE, task)
    assert (found.task.assignee, found.task.sender, found.task.note) == ("demo-eve", "demo-ann", "I am at the fair")
    assert [one.id for one in tasks(platform, EVE, "mine")] == [task]
    with platform.database.read(ADMIN) as work:
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("HandOverUserTask", "demo-ann", "I am at the fair")


def test_a_task_is_handed_over_to_a_group_in_place_of_its_candidates(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "needs a signature", platform.processes.moves.hand_over, task, group="administrator")
    assert tasks(platform, ADMIN, "groups")[0].candidate_groups == ("administrator",)
    assert tasks(platform, BOB) == []


@pytest.mark.parametrize("to", [{"to": "nobody"}, {"group": "nobodies"}])
def test_a_task_is_not_handed_over_to_nobody(platform: Platform, instance: str, to: dict[str, str]) -> None:
    with pytest.raises(Invalid, match=next(iter(to.values()))):
        does(platform, ANN, "x", platform.processes.moves.hand_over, task_of(platform, None), **to)


def test_only_who_has_a_task_or_an_administrator_hands_it_over(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "", platform.processes.claim_task, task)
    with pytest.raises(Conflict, match="assigned to demo-ann"):
        does(platform, BOB, "x", platform.processes.moves.hand_over, task, to="demo-bob")
    with pytest.raises(NotFound):
        does(platform, EVE, "x", platform.processes.moves.hand_over, task, to="demo-eve")
    does(platform, ADMIN, "ann is ill", platform.processes.moves.hand_over, task, to="demo-bob")
    assert tasks(platform)[0].assignee == "demo-bob"


def test_a_task_that_was_sent_back_says_by_whom_and_why(platform: Platform, instance: str) -> None:
    complete(platform, ANN, task_of(platform, None))
    does(platform, BOB, "the amount is missing", platform.processes.send_back_task, task_of(platform, None), "first")
    (found,) = tasks(platform)
    assert (found.element, found.sender, found.note) == ("first", "demo-bob", "the amount is missing")


def test_a_completed_task_is_taken_back_while_the_next_one_is_only_claimed(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    complete(platform, ANN, task, amount=7)
    does(platform, BOB, "", platform.processes.claim_task, task_of(platform, None))
    with platform.database.read(ANN) as work:
        platform.processes.moves.check_withdraw(work, task)
    again = does(platform, ANN, "wrong amount", platform.processes.moves.withdraw, task)
    (found,) = tasks(platform)
    assert (found.id, found.element, found.assignee) == (again, "first", "demo-ann")
    assert detail(platform, ANN, again).variables["amount"] == 7
    with platform.database.read(ADMIN) as work:
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("WithdrawUserTask", "demo-ann", "wrong amount")


def test_what_was_worked_on_since_is_not_taken_back(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ADMIN, "", platform.processes.claim_task, task)
    with pytest.raises(Conflict, match="not completed"):
        does(platform, ADMIN, "x", platform.processes.moves.withdraw, task)
    complete(platform, ADMIN, task)
    with pytest.raises(NotFound):
        does(platform, EVE, "x", platform.processes.moves.withdraw, task)
    does(platform, ADMIN, "", platform.processes.set_variables, instance, {"x": 1})
    second = task_of(platform, None)
    does(platform, BOB, "", platform.processes.moves.add_co_signer, second, "demo-eve")
    with pytest.raises(Conflict, match="cannot be taken back: the process has gone on since"):
        does(platform, ADMIN, "x", platform.processes.moves.withdraw, task)


def test_a_co_signer_is_asked_in_turn_and_sees_what_was_filled_in(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "over 1000", platform.processes.moves.add_co_signer, task, "demo-eve")
    assert tasks(platform, EVE) == []
    assert detail(platform, ANN, task).co_signing.waiting == ("demo-eve",)  # type: ignore[union-attr]
    complete(platform, ANN, task, amount=1001)
    asked = task_of(platform, "demo-eve")
    found = detail(platform, EVE, asked)
    assert (found.task.sender, found.task.note, found.form) == ("demo-ann", "over 1000", None)
    assert found.task.co_signs is not None
    assert found.co_signing is not None
    assert (found.co_signing.done_by, dict(found.co_signing.result)) == ("demo-ann", {"amount": 1001})
    complete(platform, EVE, asked)
    assert [task.element for task in tasks(platform)] == ["second"]
    with platform.database.read(ADMIN) as work:
        assert platform.processes.instance(work, instance).variables["coSignatures"][0]["by"] == "demo-eve"  # type: ignore[index,call-overload]


def test_a_refused_task_goes_back_to_who_completed_it_with_the_reason(platform: Platform, instance: str) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "over 1000", platform.processes.moves.add_co_signer, task, "demo-eve", together=True)
    complete(platform, ANN, task, amount=1001)
    asked = task_of(platform, "demo-eve")
    does(platform, EVE, "too much", platform.processes.moves.refuse_co_signature, asked)
    (again,) = tasks(platform)
    assert (again.element, again.assignee, again.sender, again.note) == ("first", "demo-ann", "demo-eve", "too much")
    found = detail(platform, ANN, again.id)
    assert found.variables["amount"] == 1001, "what was filled in is not lost"
    assert found.co_signing.signatures[0].comment == "too much"  # type: ignore[union-attr]
    refused = detail(platform, EVE, asked).task
    assert (refused.status, refused.ended_by) == ("refused", "demo-eve")


@pytest.mark.parametrize(("user", "error"), [("nobody", Invalid), ("demo-bob", Conflict)])
def test_who_cannot_co_sign_is_said(platform: Platform, instance: str, user: str, error: type[RingiError]) -> None:
    task = task_of(platform, None)
    does(platform, ANN, "x", platform.processes.moves.add_co_signer, task, "demo-bob")
    with pytest.raises(error):
        does(platform, ANN, "x", platform.processes.moves.add_co_signer, task, user)
