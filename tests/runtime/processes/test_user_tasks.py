"""From start over a user task to the end, and who may do what with the task."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from runtime.access.actor import Actor
from runtime.errors import Conflict, Forbidden, Invalid, NotFound
from runtime.platform import Platform
from tests.support.diagrams import diagram, form, line, user_task

SELLER = Actor(id="demo-seller", name="Demo Seller", roles=frozenset({"seller"}))
OTHER = Actor(id="demo-other", name="Demo Other", roles=frozenset({"seller"}))
STRANGER = Actor(id="demo-stranger", name="Demo Stranger", roles=frozenset({"clerk"}))
ADMIN = Actor(id="demo-admin", name="Demo Admin", roles=frozenset({"administrator"}))

TwoTasks = dict[str, bytes]
FILES: TwoTasks = {
    "two.bpmn": diagram(
        "two", line(user_task("first", groups="seller", form="first_form"), user_task("second", assignee="demo-other"))
    ),
    "first.form": form("first_form", "amount"),
}


@pytest.fixture
def instance(platform: Platform) -> str:
    """An instance that waits at its first task."""
    with platform.database.write(SELLER, "test") as work:
        platform.processes.deploy(work, FILES)
        return platform.processes.start(work, "two", {"customer": "Example Trading Ltd (demo)"}, business_key="B-1")


def _open(platform: Platform, actor: Actor, view: str = "all") -> list[str]:
    with platform.database.read(actor) as work:
        return [task.name for task in platform.processes.tasks(work, view=view).rows]  # type: ignore[arg-type]


def _task(platform: Platform, actor: Actor = ADMIN) -> str:
    with platform.database.read(actor) as work:
        return platform.processes.tasks(work, view="all").rows[0].id


def test_an_instance_goes_from_task_to_task_to_its_end(platform: Platform, instance: str) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, _task(platform), {"amount": 7})
    assert _open(platform, ADMIN) == ["Second"]
    with platform.database.write(OTHER) as work:
        platform.processes.complete_task(work, _task(platform), {})
    with platform.database.read() as work:
        detail = platform.processes.instance(work, instance)
    assert detail.instance.status == "completed"
    assert detail.variables == {"customer": "Example Trading Ltd (demo)", "amount": Decimal(7)}
    assert detail.elements == ()
    assert detail.tasks == ()
    assert detail.instance.ended_at is not None


def test_a_task_is_seen_by_its_group_and_by_administrators_only(platform: Platform, instance: str) -> None:
    assert _open(platform, SELLER) == ["First"]
    assert _open(platform, SELLER, "groups") == ["First"]
    assert _open(platform, SELLER, "mine") == []
    assert _open(platform, STRANGER) == []
    assert _open(platform, ADMIN) == ["First"]


def test_a_task_that_is_not_mine_to_see_is_not_there(platform: Platform, instance: str) -> None:
    task = _task(platform)
    for act in (platform.processes.claim_task, platform.processes.release_task, platform.processes.task):
        with pytest.raises(NotFound), platform.database.write(STRANGER) as work:
            act(work, task)  # type: ignore[operator]
    with pytest.raises(NotFound), platform.database.write(STRANGER) as work:
        platform.processes.complete_task(work, task, {})


def test_who_completes_a_task_that_nobody_has_claims_it(platform: Platform, instance: str) -> None:
    task = _task(platform)
    with platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, task, {})
    with platform.database.read(SELLER) as work:
        row = platform.processes.task(work, task).task
    assert (row.assignee, row.status, row.ended_by) == ("demo-seller", "completed", "demo-seller")


def test_texts_with_null_characters_do_no_harm(platform: Platform) -> None:
    task = user_task("ask", assignee="=who", groups="=[who]")
    with platform.database.write(SELLER) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(task))})
        platform.processes.start(work, "p", {"who": "a\0b"})
    with platform.database.read(ADMIN) as work:
        (row,) = platform.processes.tasks(work, view="all").rows
    assert (row.assignee, row.candidate_groups) == ("a\ufffdb", ("a\ufffdb",))


def test_names_too_long_for_an_index_do_no_harm(platform: Platform) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.deploy(work, {"p.bpmn": diagram("p", line(user_task("ask", assignee="=who", groups="=[who]")))})
        platform.processes.start(work, "p", {"who": "名" * 9_000})
    assert _open(platform, ADMIN) == ["Ask"]


def test_a_claimed_task_is_mine_and_nobody_else_completes_it(platform: Platform, instance: str) -> None:
    task = _task(platform)
    with platform.database.write(SELLER) as work:
        platform.processes.claim_task(work, task)
    assert _open(platform, SELLER, "mine") == ["First"]
    assert _open(platform, OTHER, "groups") == []
    for actor in (OTHER, ADMIN):
        with pytest.raises(Conflict, match="Take it over"), platform.database.write(actor) as work:
            platform.processes.complete_task(work, task, {})
    with pytest.raises(Conflict, match="demo-seller"), platform.database.write(OTHER) as work:
        platform.processes.claim_task(work, task)
    with pytest.raises(Forbidden), platform.database.write(OTHER) as work:
        platform.processes.release_task(work, task)


def test_a_task_can_be_taken_over_and_released(platform: Platform, instance: str) -> None:
    task = _task(platform)
    with platform.database.write(SELLER) as work:
        platform.processes.claim_task(work, task)
    with platform.database.write(OTHER) as work:
        platform.processes.claim_task(work, task, take_over=True)
    assert _open(platform, OTHER, "mine") == ["First"]
    with platform.database.write(OTHER) as work:
        platform.processes.release_task(work, task)
    assert _open(platform, SELLER, "groups") == ["First"]


def test_a_task_that_ended_says_who_was_first(platform: Platform, instance: str) -> None:
    task = _task(platform)
    with platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, task, {})
    with pytest.raises(Conflict, match="completed by demo-seller"), platform.database.write(ADMIN) as work:
        platform.processes.complete_task(work, task, {})


def test_the_page_of_a_task_shows_variables_form_and_why(platform: Platform, instance: str) -> None:
    with platform.database.read(SELLER) as work:
        detail = platform.processes.task(work, _task(platform))
    assert (detail.why, detail.why_group) == ("group", "seller")
    assert detail.variables == {"customer": "Example Trading Ltd (demo)"}
    assert detail.form is not None
    assert detail.form["id"] == "first_form"
    assert detail.task.process_name == "Two"
    assert detail.task.business_key == "B-1"
    assert detail.task.candidate_groups == ("seller",)


def test_the_form_is_that_of_the_instances_deployment(platform: Platform, instance: str) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.deploy(work, FILES | {"first.form": form("first_form", "other")})
        platform.processes.start(work, "two", {})
    with platform.database.read(SELLER) as work:
        tasks = platform.processes.tasks(work, view="all").rows
        keys = [platform.processes.task(work, task.id).form["components"][0]["key"] for task in tasks]  # type: ignore[index]
    assert keys == ["amount", "other"]


def test_an_assigned_task_is_shown_to_its_assignee(platform: Platform, instance: str) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, _task(platform), {})
    assert _open(platform, OTHER, "mine") == ["Second"]
    assert _open(platform, SELLER) == []


def test_tasks_come_page_by_page_without_gap_or_double(platform: Platform) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.deploy(work, FILES)
        for number in range(7):
            platform.processes.start(work, "two", {}, business_key=str(number))
    seen: list[str | None] = []
    after = None
    with platform.database.read(SELLER) as work:
        while True:
            page = platform.processes.tasks(work, view="groups", after=after, limit=3)
            seen += [task.business_key for task in page.rows]
            after = page.next
            if after is None:
                break
        assert platform.processes.count_tasks(work, "groups") == 7
    assert seen == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda p, w: p.tasks(w, view="others"), Invalid),
        (lambda p, w: p.tasks(w, view="mine", after="x"), Invalid),
        (lambda p, w: p.task(w, "nothing.1"), NotFound),
        (lambda p, w: p.instance(w, "nothing"), NotFound),
        (lambda p, w: p.journal(w, "nothing"), NotFound),
        (lambda p, w: p.instances(w, status="lost"), Invalid),
        (lambda p, w: p.start(w, "nothing", {}), NotFound),
        (lambda p, w: p.start(w, "nothing", {}, business_key=""), Invalid),
        (lambda p, w: p.cancel(w, "nothing", "x"), NotFound),
        (lambda p, w: p.resolve_incident(w, "nothing"), NotFound),
    ],
)
def test_what_does_not_exist_is_answered_clearly(
    platform: Platform, call: Callable[[object, object], object], error: type[Exception]
) -> None:
    with pytest.raises(error), platform.database.write(ADMIN) as work:
        call(platform.processes, work)


def test_variables_that_cannot_be_stored_are_refused_and_nothing_changes(platform: Platform, instance: str) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for bad in ({"x": object()}, {"x": "y" * 1_000_001}, {"x": deep}, {"x": "\ud800"}, {"x": {"\udfff": 1}}):
        with pytest.raises(Invalid), platform.database.write(SELLER) as work:
            platform.processes.complete_task(work, _task(platform), bad)
    assert _open(platform, SELLER) == ["First"]


def test_a_task_is_sent_back_by_whom_it_belongs_to(platform: Platform, instance: str) -> None:
    with platform.database.write(SELLER) as work:
        platform.processes.complete_task(work, _task(platform), {"amount": 7})
    with platform.database.write(STRANGER) as work, pytest.raises(NotFound):
        platform.processes.send_back_task(work, _task(platform), "first")
    with platform.database.write(OTHER, "the amount is missing") as work:
        with pytest.raises(Conflict, match="before"):
            platform.processes.send_back_task(work, _task(platform), "second")
        platform.processes.send_back_task(work, _task(platform), "first")
    assert _open(platform, ADMIN) == ["First"]
    with platform.database.read() as work:
        last = platform.processes.journal(work, instance)[-1]
    assert (last.command, last.actor, last.why) == ("SendBackUserTask", "demo-other", "the amount is missing")
