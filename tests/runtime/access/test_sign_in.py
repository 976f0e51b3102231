"""Sign-in, sessions, tokens: A17 to A19 and A26 of the threat list."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from runtime.access.actor import SYSTEM
from runtime.access.passwords import Passwords
from runtime.access.service import Access, new_password
from runtime.access.tables import api_token, user_account, user_session
from runtime.access.throttle import Limits, TooManyAttempts, address_key
from runtime.errors import Conflict, Invalid, NotFound, Unauthenticated
from runtime.store.database import Database

PASSWORD = "correct horse battery"
HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def demo(database: Database, access: Access) -> None:
    with database.write(SYSTEM) as work:
        access.add_user(work, "demo-seller", name="Demo Seller", password=PASSWORD, roles=["seller"], language="ja")


def session_actor(database: Database, access: Access, token: str):
    with database.read() as work:
        return access.actor_for_session(work, token)


def test_signs_in_and_answers_who_it_is(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    actor = session_actor(database, access, token)
    assert (actor.id, actor.name, actor.roles, actor.via, actor.language) == (
        "demo-seller",
        "Demo Seller",
        {"seller"},
        "ui",
        "ja",
    )


def test_finds_the_user_name_in_any_spelling(database: Database, access: Access) -> None:
    assert access.sign_in(database, " Ｄｅｍｏ-Seller ", PASSWORD, HERE)


def test_keeps_only_hashes(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    with database.write(SYSTEM) as work:
        _, secret = access.create_token(work, "demo-seller", "robot")
    with database.read() as work:
        rows = [work.connection.execute(select(t)).all() for t in (user_session, api_token, user_account)]
    assert token not in repr(rows)
    assert secret not in repr(rows)
    assert PASSWORD not in repr(rows)
    assert len(token) >= 43, "256 bits in base64"


def test_every_sign_in_is_a_new_session(database: Database, access: Access) -> None:
    assert access.sign_in(database, "demo-seller", PASSWORD, HERE) != access.sign_in(database, "demo-seller", PASSWORD, HERE)


@pytest.mark.parametrize(
    ("user", "password"),
    [("demo-seller", "wrong password"), ("nobody", PASSWORD), ("demo\x00seller", PASSWORD), ("", ""), ("\ud800", "\ud800")],
)
def test_says_the_same_whatever_is_wrong(database: Database, access: Access, user: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        access.sign_in(database, user, password, HERE)
    assert str(refused.value) == "User name and password do not fit together."


def test_an_inactive_user_cannot_sign_in_and_loses_all_sessions_and_tokens(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    with database.write(SYSTEM) as work:
        _, secret = access.create_token(work, "demo-seller", "robot")
        access.deactivate(work, "demo-seller")
    assert session_actor(database, access, token) is None
    with database.write(SYSTEM) as work:
        assert access.actor_for_token(work, secret) is None
        access.activate(work, "demo-seller")
    assert session_actor(database, access, token) is None, "sessions do not come back"
    assert access.sign_in(database, "demo-seller", PASSWORD, HERE)


def test_an_unknown_user_takes_as_long_as_a_wrong_password(database: Database, roles) -> None:
    access = Access(roles, throttle=Limits(per_account=1000, per_address=1000))

    def seconds(user: str) -> float:
        started = time.perf_counter()
        with pytest.raises(Unauthenticated):
            access.sign_in(database, user, "wrong password", HERE)
        return time.perf_counter() - started

    seconds("demo-seller")
    known, unknown = min(seconds("demo-seller") for _ in range(3)), min(seconds("nobody") for _ in range(3))
    assert unknown > known / 2


def test_the_old_token_is_worth_nothing_after_sign_out(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    with database.write(SYSTEM) as work:
        access.sign_out(work, token)
    assert session_actor(database, access, token) is None


def test_a_token_that_nobody_gave_out_is_no_session(database: Database, access: Access) -> None:
    assert session_actor(database, access, "chosen by an attacker") is None
    assert session_actor(database, access, "\ud800") is None


def test_a_session_ends_after_idle_and_after_absolute_time(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    for _ in range(24):
        database.clock.advance(timedelta(hours=7))
        with database.write(SYSTEM) as work:
            found = access.session(work, token)
            if found is None:
                break
            assert found.touch_due
            access.touch(work, found)
    else:
        pytest.fail("a used session must end after seven days")
    again = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    database.clock.advance(timedelta(hours=8))
    assert session_actor(database, access, again) is None


def test_a_session_need_not_be_touched_twice_a_minute(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    with database.read() as work:
        found = access.session(work, token)
    assert found is not None
    assert not found.touch_due


def test_changed_roles_hold_at_once(database: Database, access: Access) -> None:
    token = access.sign_in(database, "demo-seller", PASSWORD, HERE)
    with database.write(SYSTEM) as work:
        access.set_roles(work, "demo-seller", ["viewer"])
    assert session_actor(database, access, token).roles == {"viewer"}


def test_a_new_password_ends_all_sessions_but_the_one_that_set_it(database: Database, access: Access) -> None:
    mine, other = (access.sign_in(database, "demo-seller", PASSWORD, HERE) for _ in range(2))
    with database.write(SYSTEM) as work:
        access.set_password(work, "demo-seller", "another good password", keep=mine)
    assert session_actor(database, access, mine)
    assert session_actor(database, access, other) is None
    with pytest.raises(Unauthenticated):
        access.sign_in(database, "demo-seller", PASSWORD, HERE)


def test_a_hash_of_lower_cost_is_made_again_at_sign_in(database: Database, access: Access, roles) -> None:
    def stored() -> str:
        with database.read() as work:
            return work.connection.execute(select(user_account.c.password_hash)).scalar_one()

    before = stored()
    stronger = Access(roles, passwords=Passwords(parallel=1))
    assert stronger.sign_in(database, "demo-seller", PASSWORD, HERE)
    assert stored() != before
    assert "m=65536" in stored()
    assert stronger.sign_in(database, "demo-seller", PASSWORD, HERE)


class TestThrottle:
    def fail(self, database: Database, access: Access, times: int, user: str = "demo-seller", address: str = HERE) -> None:
        for _ in range(times):
            with pytest.raises(Unauthenticated):
                access.sign_in(database, user, "wrong password", address)

    def test_an_account_has_to_wait_after_five_failures_even_with_the_right_password(
        self, database: Database, access: Access
    ) -> None:
        self.fail(database, access, 6)
        with pytest.raises(TooManyAttempts) as refused:
            access.sign_in(database, "demo-seller", PASSWORD, "198.51.100.9")
        assert 1 <= refused.value.retry_after <= 15
        assert refused.value.status == 429
        database.clock.advance(timedelta(seconds=16))
        assert access.sign_in(database, "demo-seller", PASSWORD, HERE)

    def test_waits_get_longer_and_have_an_end(self, database: Database, access: Access) -> None:
        self.fail(database, access, 6)
        waits = []
        for _ in range(9):
            with pytest.raises(TooManyAttempts) as refused:
                access.sign_in(database, "demo-seller", "wrong password", HERE)
            waits.append(refused.value.retry_after)
            database.clock.advance(timedelta(seconds=waits[-1] + 1))
            self.fail(database, access, 1)
        assert waits == sorted(waits)
        assert waits[0] <= 15
        assert 890 <= waits[-1] <= 900

    def test_an_unknown_account_is_throttled_just_so(self, database: Database, access: Access) -> None:
        self.fail(database, access, 6, user="nobody")
        with pytest.raises(TooManyAttempts):
            access.sign_in(database, "nobody", "wrong password", HERE)

    def test_an_address_that_tries_many_accounts_has_to_wait(self, database: Database, access: Access, roles) -> None:
        access = Access(roles, passwords=access.passwords, throttle=Limits(per_address=10))
        for number in range(11):
            self.fail(database, access, 1, user=f"user-{number}")
        with pytest.raises(TooManyAttempts):
            access.sign_in(database, "demo-seller", PASSWORD, HERE)
        assert access.sign_in(database, "demo-seller", PASSWORD, "198.51.100.9")

    def test_failures_are_forgotten_after_a_good_sign_in_and_after_a_while(self, database: Database, access: Access) -> None:
        self.fail(database, access, 5)
        assert access.sign_in(database, "demo-seller", PASSWORD, HERE)
        self.fail(database, access, 5)
        database.clock.advance(timedelta(minutes=16))
        self.fail(database, access, 5)
        assert access.sign_in(database, "demo-seller", PASSWORD, HERE)

    def test_guesses_at_the_same_moment_do_not_share_one_count(self, database: Database, access: Access) -> None:
        answers: list[type] = []

        def guess() -> None:
            try:
                access.sign_in(database, "demo-seller", "wrong password", HERE)
            except (Unauthenticated, TooManyAttempts) as error:
                answers.append(type(error))

        threads = [Thread(target=guess) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count(Unauthenticated) <= 6
        assert answers.count(TooManyAttempts) >= 6

    def test_one_customer_of_ipv6_is_one_address(self) -> None:
        assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9") != address_key("2001:db8:1:3::1")
        assert address_key("::ffff:192.0.2.7") == address_key("192.0.2.7")
        assert address_key("rubbish") == "address:unknown"


class TestApiTokens:
    def test_a_token_acts_as_its_user_through_the_api(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            token, secret = access.create_token(work, "demo-seller", "robot")
            actor = access.actor_for_token(work, secret)
        assert (actor.id, actor.via, actor.roles) == ("demo-seller", "api", {"seller"})
        assert token.name == "robot"

    def test_a_token_may_be_narrower_than_its_user_but_never_wider(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            access.set_roles(work, "demo-seller", ["seller", "viewer"])
            _, narrow = access.create_token(work, "demo-seller", "robot", roles=["viewer"])
            _, wide = access.create_token(work, "demo-seller", "robot", roles=["viewer", "administrator"])
            assert access.actor_for_token(work, narrow).roles == {"viewer"}
            assert access.actor_for_token(work, wide).roles == {"viewer"}

    def test_a_token_ends_when_revoked_or_expired(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            token, secret = access.create_token(work, "demo-seller", "robot")
            _, short = access.create_token(work, "demo-seller", "short", expires_at=work.now + timedelta(days=1))
            access.revoke_token(work, token.id)
            assert access.actor_for_token(work, secret) is None
            assert access.actor_for_token(work, short)
            assert [t.name for t in access.tokens(work, "demo-seller")] == ["short"]
        database.clock.advance(timedelta(days=1))
        with database.read() as work:
            assert access.actor_for_token(work, short) is None
            assert access.actor_for_token(work, "ringi_unknown") is None
        for unknown in ("nothing", "\x00", "\ud800"):
            with pytest.raises(NotFound), database.write(SYSTEM) as work:
                access.revoke_token(work, unknown)
        for name in ("", "a\x00b"):
            with pytest.raises(Invalid), database.write(SYSTEM) as work:
                access.create_token(work, "demo-seller", name)


class TestUsers:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"user": "UPPER case"}, "id"),
            ({"user": "system"}, "id"),
            ({"user": ""}, "id"),
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"name": "a\u202eb"}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"name": "\ud800"}, "name"),
            ({"email": "nobody"}, "email"),
            ({"language": "xx"}, "language"),
            ({"roles": ["selller"]}, "roles"),
            ({"password": "short"}, "password"),
            ({"password": "x" * 501}, "password"),
            ({"user": "long-enough-name", "password": "Long-Enough-Name"}, "password"),
        ],
    )
    def test_refuses_what_cannot_be_a_user_and_names_the_field(
        self, database: Database, access: Access, change: dict, field: str
    ) -> None:
        values = {"user": "new", "name": "New", **change}
        with pytest.raises(Invalid) as refused, database.write(SYSTEM) as work:
            access.add_user(work, values.pop("user"), **values)
        assert list(refused.value.fields) == [field]

    def test_changes_a_user_under_the_same_rules(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            changed = access.change_user(work, "demo-seller", name=" デモ　営業 ", email="Demo@Example.com", language="ru")
            assert (changed.name, changed.email, changed.language) == ("デモ　営業", "demo@example.com", "ru")
            assert access.change_user(work, "demo-seller", email="").email is None
            for values in ({"name": ""}, {"language": "tlh"}, {"email": "x"}):
                with pytest.raises(Invalid):
                    access.change_user(work, "demo-seller", **values)
            for unknown in ("nobody", "\x00", ""):
                with pytest.raises(NotFound):
                    access.change_user(work, unknown, name="x")
            with pytest.raises(TypeError):
                access.change_user(work, "demo-seller", password_hash="x")

    def test_names_the_role_that_was_meant(self, database: Database, access: Access) -> None:
        with pytest.raises(Invalid, match="'seller'"), database.write(SYSTEM) as work:
            access.add_user(work, "new", name="New", roles=["selller"])

    def test_a_user_name_is_taken_once(self, database: Database, access: Access) -> None:
        with pytest.raises(Conflict), database.write(SYSTEM) as work:
            access.add_user(work, "demo-seller", name="Another")

    def test_lists_active_users_of_a_role(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            access.add_user(work, "b", name="B", roles=["viewer"])
            access.add_user(work, "a", name="A", roles=["viewer", "seller"])
            access.add_user(work, "c", name="C", roles=["viewer"])
            access.deactivate(work, "c")
            assert [user.id for user in access.users(work, "viewer")] == ["a", "b"]
            assert [user.id for user in access.users(work, "viewer", active=None)] == ["a", "b", "c"]
            assert access.names(work, ["a", "c", "nobody"]) == {"a": "A", "c": "C"}

    def test_the_last_administrator_stays(self, database: Database, access: Access) -> None:
        with database.write(SYSTEM) as work:
            access.add_user(work, "root", name="Root", roles=["administrator"])
            with pytest.raises(Conflict):
                access.deactivate(work, "root")
            with pytest.raises(Conflict):
                access.set_roles(work, "root", [])
            access.add_user(work, "second", name="Second", roles=["administrator"])
            access.deactivate(work, "root")

    def test_a_role_of_a_removed_package_may_stay_but_not_come(self, database: Database, access: Access, roles) -> None:
        with database.write(SYSTEM) as work:
            without = Access(type(roles)({n: r for n, r in roles.by_name.items() if n != "seller"}), passwords=access.passwords)
            assert without.set_roles(work, "demo-seller", ["seller", "viewer"]).roles == {"seller", "viewer"}
            with pytest.raises(Invalid):
                without.add_user(work, "new", name="New", roles=["seller"])


def test_first_set_up_happens_once_even_when_all_users_are_gone(database: Database, access: Access) -> None:
    with database.write(SYSTEM) as work:
        assert access.once(work, "first set-up")
    with database.write(SYSTEM) as work:
        work.connection.execute(user_account.delete())
        assert not access.once(work, "first set-up")
        assert access.once(work, "something else")


def test_purge_deletes_what_has_run_out(database: Database, access: Access) -> None:
    access.sign_in(database, "demo-seller", PASSWORD, HERE)
    database.clock.advance(timedelta(days=8))
    with database.write(SYSTEM) as work:
        assert access.purge(work) == 2, "the session, and the count of the address"


def test_new_passwords_are_long_and_differ() -> None:
    assert len({new_password() for _ in range(100)}) == 100
    assert len(new_password()) >= 20
