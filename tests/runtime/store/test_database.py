"""What a transaction promises, the same on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from runtime.access.actor import SYSTEM, Actor
from runtime.clock import Clock
from runtime.errors import Unavailable
from runtime.packages.tables import package
from runtime.store.database import Database

ROW = {"version": "1.0.0", "label": {"en": "X"}, "content_hash": "0" * 64, "installed_by": "demo-seller"}


def _add(database: Database, name: str) -> None:
    with database.write(SYSTEM) as work:
        work.connection.execute(insert(package).values(name=name, installed_at=work.now, **ROW))


def _names(database: Database) -> list[str]:
    with database.read() as work:
        return list(work.connection.execute(select(package.c.name).order_by(package.c.name)).scalars())


def test_what_a_block_wrote_is_there_after_it(database: Database) -> None:
    _add(database, "crm")
    assert _names(database) == ["crm"]


def test_a_block_that_raises_leaves_nothing_and_calls_nobody(database: Database) -> None:
    rung: list[str] = []
    with pytest.raises(ZeroDivisionError), database.write(SYSTEM) as work:  # noqa: PT012 - the block is what is tested
        work.connection.execute(insert(package).values(name="crm", installed_at=work.now, **ROW))
        work.after_commit.append(lambda: rung.append("bell"))
        raise ZeroDivisionError
    assert _names(database) == []
    assert rung == []


def test_callbacks_run_after_the_commit_and_their_failure_changes_nothing(database: Database) -> None:
    seen: list[list[str]] = []

    def fail() -> None:
        raise RuntimeError("the bell is broken")

    with database.write(SYSTEM) as work:
        work.connection.execute(insert(package).values(name="crm", installed_at=work.now, **ROW))
        work.after_commit += [fail, lambda: seen.append(_names(database))]
    assert seen == [["crm"]]


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, Unavailable)), database.read() as work:
        work.connection.execute(insert(package).values(name="crm", installed_at=work.now, **ROW))
    assert _names(database) == []


def test_a_reading_transaction_sees_one_moment(database: Database) -> None:
    with database.read() as work:
        count = work.connection.execute(select(package)).all()
        thread = threading.Thread(target=_add, args=(database, "crm"))
        thread.start()
        thread.join()
        assert work.connection.execute(select(package)).all() == count
    assert _names(database) == ["crm"]


def test_a_write_inside_a_write_of_the_same_thread_is_refused(database: Database) -> None:
    with database.write(SYSTEM), pytest.raises(RuntimeError, match="pass its Work on"), database.write(SYSTEM):
        pass
    _add(database, "crm")
    assert _names(database) == ["crm"]


def test_threads_write_one_after_the_other_without_losing_anything(database: Database) -> None:
    def add_some(prefix: str) -> None:
        for number in range(10):
            _add(database, f"{prefix}{number}")

    threads = [threading.Thread(target=add_some, args=(prefix,)) for prefix in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_names(database)) == 40


def test_points_in_time_come_back_in_utc_exactly(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    moment = datetime(2026, 11, 22, 8, 30, 0, 123456, tokyo)
    with database.write(SYSTEM) as work:
        work.connection.execute(insert(package).values(name="crm", installed_at=moment, **ROW))
    with database.read() as work:
        found = work.connection.execute(select(package.c.installed_at)).scalar_one()
    assert found == moment
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_a_bug_that_is_told(database: Database) -> None:
    naive = datetime(2026, 11, 22, 8, 30)  # noqa: DTZ001 - it is what the test is about
    with pytest.raises(Exception, match="time zone"), database.write(SYSTEM) as work:
        work.connection.execute(insert(package).values(name="crm", installed_at=naive, **ROW))


def test_json_keeps_the_order_of_its_keys_and_every_text(database: Database) -> None:
    label = {"z": "山田", "a": "Müller\u0000", "$": [1, None, True, {"nested": "\u2028"}]}
    with database.write(SYSTEM) as work:
        work.connection.execute(insert(package).values(name="crm", installed_at=work.now, **ROW | {"label": label}))
    with database.read() as work:
        found = work.connection.execute(select(package.c.label)).scalar_one()
    assert list(found) == ["z", "a", "$"]
    assert found == label


def test_a_clock_that_is_moved_moves_the_time_of_transactions(database_url: str) -> None:
    clock = Clock()
    database = Database(database_url, clock=clock)
    with database.read() as work:
        before = work.now
    clock.advance(timedelta(days=3))
    with database.read() as work:
        assert timedelta(days=3) <= work.now - before < timedelta(days=3, minutes=1)
    database.close()


@pytest.mark.postgres
def test_a_function_is_run_again_when_the_database_undid_it_for_the_sake_of_another(postgres_url: str) -> None:
    """Only on PostgreSQL: SQLite has one writer, so nobody is undone."""
    database = Database(postgres_url)
    _add(database, "a")
    _add(database, "b")
    barrier = threading.Barrier(2)
    calls: list[str] = []

    def change(first: str, second: str) -> Callable[[object], None]:
        def function(work: object) -> None:
            calls.append(first)
            statement = text("UPDATE package SET version = :v WHERE name = :n")
            work.connection.execute(statement, {"n": first, "v": first})  # type: ignore[attr-defined]
            if len(calls) <= 2:
                barrier.wait(5)
            work.connection.execute(statement, {"n": second, "v": first})  # type: ignore[attr-defined]

        return function

    threads = [
        threading.Thread(target=database.run, args=(SYSTEM, "cross", change(*pair))) for pair in (("a", "b"), ("b", "a"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(calls) >= 3
    with database.read() as work:
        found = work.connection.execute(select(package.c.version)).scalars().all()
    assert found in (["a", "a"], ["b", "b"])
    database.close()


def test_a_database_that_is_busy_for_too_long_says_so_and_nothing_changes(database: Database) -> None:
    """Another process holds what we need: the file's write lock, or the row."""
    _add(database, "crm")
    hasty = Database(database.url, patience=timedelta(seconds=0.2))
    change = text("UPDATE package SET version = '2.0.0'")
    with database.write(SYSTEM) as holder:
        holder.connection.execute(change)
        answers: list[BaseException] = []

        def try_it() -> None:
            try:
                with hasty.write(SYSTEM) as work:
                    work.connection.execute(change)
            except Unavailable as error:
                answers.append(error)

        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join(20)
    assert [str(answer.code) for answer in answers] == ["DB-1001"]  # type: ignore[attr-defined]
    assert answers[0].__cause__ is not None
    with hasty.write(SYSTEM) as work:
        work.connection.execute(change)
    hasty.close()


def test_a_mistake_in_a_statement_is_no_excuse_of_the_database(database: Database) -> None:
    with pytest.raises(DBAPIError), database.write(SYSTEM) as work:
        work.connection.execute(text("SELECT * FROM no_such_table"))


def test_work_says_who_and_why(database: Database) -> None:
    seller = Actor(id="demo-seller", name="Demo Seller")
    with database.write(seller, "because") as work:
        assert (work.actor, work.why) == (seller, "because")


def test_an_address_that_is_no_database_is_explained() -> None:
    with pytest.raises(ValueError, match="not supported"):
        Database("mysql://localhost/x")
    with pytest.raises(ValueError, match="database file"):
        Database("sqlite:///:memory:")
