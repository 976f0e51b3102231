from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select

from runtime.access.actor import SYSTEM, Actor
from runtime.access.policy import Policy
from runtime.access.roles import ACTIONS, PERMISSIONS, PLATFORM_ROLES, SCOPES, Grant, Role, Roles
from runtime.errors import Forbidden

thing = Table("thing", MetaData(), Column("id", Text, primary_key=True), Column("owner", Text))
OWNERS = ["me", "other", None]


def policy_of(*grants: Grant) -> Policy:
    return Policy(Roles({**PLATFORM_ROLES, "clerk": Role(name="clerk", label={"en": "Clerk"}, grants=grants)}))


def actor(*roles: str, via: str = "ui") -> Actor:
    return Actor(id="me", name="Me", roles=frozenset(roles), via=via)


@pytest.fixture(scope="module")
def connection():
    with create_engine("sqlite://").connect() as opened:
        thing.create(opened)
        opened.execute(insert(thing), [{"id": str(owner), "owner": owner} for owner in OWNERS])
        yield opened


@pytest.mark.parametrize(("granted", "asked"), list(product(ACTIONS, ACTIONS)))
@pytest.mark.parametrize("scope", SCOPES)
def test_one_record_and_a_list_get_the_same_answer(connection, granted: str, asked: str, scope: str) -> None:
    policy = policy_of(Grant(type="thing", actions=frozenset({granted}), scope=scope))
    rows = connection.execute(select(thing.c.owner).where(policy.predicate(actor("clerk"), "thing", asked, thing.c.owner)))
    listed = {row.owner for row in rows}
    single = {owner for owner in OWNERS if policy.permits_record(actor("clerk"), "thing", asked, owner=owner)}
    expected = set() if granted != asked else set(OWNERS) if scope == "all" else {"me"}
    assert listed == single == expected


def test_the_widest_role_wins() -> None:
    own, every = (Grant(type="thing", actions=frozenset({"read"}), scope=scope) for scope in ("own", "all"))
    for grants in ([own, every], [every, own]):
        assert policy_of(*grants).scope(actor("clerk"), "thing", "read") == "all"


@pytest.mark.parametrize("roles", [(), ("unknown",), ("process_analyst",)])
def test_without_a_grant_there_is_no_access(roles: tuple[str, ...]) -> None:
    policy = policy_of(Grant(type="thing", actions=frozenset(ACTIONS)))
    assert all(policy.scope(actor(*roles), "thing", action) is None for action in ACTIONS)
    assert policy.scope(actor("clerk"), "another", "read") is None


@pytest.mark.parametrize("who", [SYSTEM, actor(via="process"), actor("administrator")])
def test_the_platform_processes_and_administrators_pass(who: Actor) -> None:
    policy = policy_of()
    assert all(policy.scope(who, "thing", action) == "all" for action in ACTIONS)
    assert all(policy.permits(who, permission) for permission in PERMISSIONS)


@pytest.mark.parametrize("via", ["ui", "api", "import", "cli"])
def test_no_other_door_passes(via: str) -> None:
    assert not any(policy_of().permits(actor("clerk", via=via), permission) for permission in PERMISSIONS)
    with pytest.raises(Forbidden, match=r"user\.manage"):
        policy_of().require(actor("clerk", via=via), "user.manage")


def test_asking_for_what_does_not_exist_is_a_bug() -> None:
    with pytest.raises(KeyError):
        policy_of().permits(actor("administrator"), "record.explode")
    with pytest.raises(KeyError):
        policy_of().scope(SYSTEM, "thing", "explode")


def test_an_analyst_may_change_processes_but_not_users() -> None:
    policy = policy_of()
    assert policy.permits(actor("process_analyst"), "definition.deploy")
    assert not policy.permits(actor("process_analyst"), "user.manage")
