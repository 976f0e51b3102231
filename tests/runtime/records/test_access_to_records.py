"""Who sees and does what: every role, action and ownership, through every way to a record (A8)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from runtime.access.actor import SYSTEM, Actor
from runtime.access.roles import ACTIONS, PLATFORM_ROLES, Grant, Role, Roles
from runtime.access.service import Access
from runtime.errors import Forbidden, Invalid, NotFound
from runtime.records.service import Records

SCOPES = [None, "own", "all"]
OWNERS = ["me", "other", None]
WRITES = ("update", "transition", "assign", "delete")


def actor(role: str = "clerk") -> Actor:
    return Actor(id="me", name="Me", roles=frozenset({role}))


def allowed(scope: str | None, owner: str | None) -> bool:
    return scope == "all" or (scope == "own" and owner == "me")


class Case:
    """An installation where a clerk has one scope for reading and one for everything else."""

    def __init__(self, office, types, read: str | None, write: str | None) -> None:
        grants = [
            Grant(type=type, actions=frozenset(actions), scope=scope)
            for type in ("deal", "firm")
            for actions, scope in ((("read",), read), (set(ACTIONS) - {"read"}, write))
            if scope
        ]
        clerk = Role(name="clerk", label={"en": "Clerk"}, grants=tuple(grants))
        access = Access(Roles({**PLATFORM_ROLES, "clerk": clerk}), passwords=office.access.passwords)
        self.records = Records(types, access, publish_later=lambda *_: None)
        self.database = office.database

    def made(self, owner: str | None) -> str:
        with self.database.write(SYSTEM) as work:
            values = {"name": "findable", "owner": owner, "amount": 7}
            return str(self.records.create(work, "deal", values)["id"])


@pytest.fixture
def people(office) -> None:
    with office.work("system") as work:
        for user in ("me", "colleague"):
            office.access.add_user(work, user, name=user.title())


def attempt(case: Case, action: str, record_id: str, who: Actor) -> type[Exception] | None:
    calls: dict[str, Any] = {
        "update": lambda work: case.records.update(work, "deal", record_id, {"name": "changed"}),
        "transition": lambda work: case.records.transition(
            work, "deal", record_id, "lost", values={"loss_reason": "price"}, reason="r"
        ),
        "assign": lambda work: case.records.assign(work, "deal", record_id, "colleague"),
        "delete": lambda work: case.records.delete(work, "deal", record_id),
    }
    try:
        with case.database.write(who) as work:
            calls[action](work)
    except (Forbidden, NotFound) as error:
        return type(error)
    return None


@pytest.mark.parametrize(("read", "write"), list(product(SCOPES, SCOPES)))
def test_reading_and_writing_follow_scope_and_owner(office, types, people, read, write) -> None:
    case = Case(office, types, read, write)
    for owner, action in product(OWNERS, WRITES):
        record_id = case.made(owner)
        expected = NotFound if not allowed(read, owner) else Forbidden if not allowed(write, owner) else None
        assert attempt(case, action, record_id, actor()) is expected, (owner, action)


@pytest.mark.parametrize("read", SCOPES)
def test_nothing_leaks_through_any_way_of_reading(office, types, people, read) -> None:
    case = Case(office, types, read, "all")
    ids = {owner: case.made(owner) for owner in OWNERS}
    visible = {record_id for owner, record_id in ids.items() if allowed(read, owner)}
    records = case.records
    with case.database.read(actor()) as work:
        assert {row["id"] for row in records.find(work, "deal").rows} == visible
        assert {row["id"] for row in records.find(work, "deal", where={"id": list(ids.values())}).rows} == visible
        assert {row["id"] for row in records.find(work, "deal", search="findable", order=("amount",)).rows} == visible
        assert records.count(work, "deal") == records.count(work, "deal", search="findable") == len(visible)
        assert records.count(work, "deal", where={"amount": {"gte": 1}}) == len(visible)
        assert set(records.titles(work, "deal", ids.values())) == visible
        board = records.board(work, "deal")
        assert board.columns[0].count == len(visible)
        assert {row["id"] for row in board.columns[0].records} == visible
        assert board.columns[0].sum == 7 * len(visible)
        for record_id in ids.values():
            for way in (
                records.get,
                records.timeline,
                records.stage_history,
                records.moves,
                records.checklist,
                lambda work, type, one: records.children(work, type, one, "lines"),
            ):
                if record_id in visible:
                    way(work, "deal", record_id)
                else:
                    with pytest.raises(NotFound):
                        way(work, "deal", record_id)


@pytest.mark.parametrize("read", SCOPES)
def test_writing_ways_hide_what_reading_hides(office, types, people, read) -> None:
    case = Case(office, types, read, "all")
    for owner in OWNERS:
        record_id = case.made(owner)
        for way in (
            lambda work, one: case.records.note(work, "deal", one, "seen"),
            lambda work, one: case.records.check_item(work, "deal", one, "nothing"),
            lambda work, one: case.records.link(work, "deal", one, "firm", None),
        ):
            if not allowed(read, owner):
                with pytest.raises(NotFound), case.database.write(actor()) as work:
                    way(work, record_id)


def test_a_page_behind_a_cursor_is_filtered_too(office, types, people) -> None:
    case = Case(office, types, "own", None)
    mine = [case.made(owner) for owner in ("me", "other", "me", None, "me")][::2]
    with case.database.read(actor()) as work:
        first = case.records.find(work, "deal", order=("id",), limit=1)
        rest = case.records.find(work, "deal", order=("id",), limit=10, after=first.next)
    assert [row["id"] for row in (*first.rows, *rest.rows)] == mine


@pytest.mark.parametrize(
    ("scope", "owner", "may"),
    [(None, None, False), ("own", None, True), ("own", "me", True), ("own", "colleague", False), ("all", "colleague", True)],
)
def test_creating_for_somebody_else_needs_more_than_own(office, types, people, scope, owner, may) -> None:
    case = Case(office, types, "all", scope)
    values = {"name": "x"} if owner is None else {"name": "x", "owner": owner}
    if not may:
        with pytest.raises(Forbidden), case.database.write(actor()) as work:
            case.records.create(work, "deal", values)
        return
    with case.database.write(actor()) as work:
        assert case.records.create(work, "deal", values)["owner"] == (owner or "me")


def test_a_reference_to_what_one_may_not_see_is_as_good_as_none(office, types, people) -> None:
    case = Case(office, types, "own", "own")
    with office.work("system") as work:
        hidden = office.records.create(work, "firm", {"name": "hidden", "owner": "seller"})
    with case.database.write(actor()) as work:
        messages = []
        for target in (hidden["id"], "01a202e2-0000-7000-8000-000000000000"):
            with pytest.raises(Invalid) as refused:
                case.records.create(work, "deal", {"name": "x", "firm": target})
            messages.append(refused.value.fields)
    assert messages[0] == messages[1]


@pytest.mark.parametrize(
    "record_id", ["", "x" * 65, "a b", "\x00", "\ud800", "../etc", "' OR 1=1 --", "%", "01a202e2-0000-7000-8000-000000000000"]
)
def test_an_id_that_is_none_is_not_found(office, record_id) -> None:
    with pytest.raises(NotFound), office.work() as work:
        office.records.get(work, "firm", record_id)


def test_somebody_without_a_role_sees_and_makes_nothing(office) -> None:
    with office.work() as work:
        made = office.records.create(work, "firm", {"name": "x"})
    with office.work("nobody") as work:
        assert office.records.find(work, "firm").rows == ()
        with pytest.raises(NotFound):
            office.records.get(work, "firm", made["id"])
        with pytest.raises(Forbidden):
            office.records.create(work, "firm", {"name": "y"})
