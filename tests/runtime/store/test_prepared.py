"""Prepared statements give what SQLAlchemy gives, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Select, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from runtime.access.actor import SYSTEM
from runtime.errors import Unavailable
from runtime.packages.tables import package
from runtime.store.database import Database
from runtime.store.prepared import Prepared, pipelined

MOMENT = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
LABEL = {"ja": "取引先", "en": None, "b": [1, {"z": 1, "a": 2}], "%": "100 % (demo) :x ?"}
INSERT = Prepared(insert(package))
ONE = Prepared(select(package).where(package.c.name == bindparam("the_name")))
CHANGE = Prepared(update(package).where(package.c.name == bindparam("the_name")))
REMOVE = Prepared(delete(package).where(package.c.name == bindparam("the_name")))


def _row(name: str) -> dict[str, object]:
    row = {"name": name, "version": "1.0.0", "label": LABEL, "content_hash": "0" * 64}
    return row | {"installed_by": "demo-seller", "installed_at": MOMENT}


def test_values_go_in_and_come_out_as_with_sqlalchemy(database: Database) -> None:
    with database.write(SYSTEM) as work:
        INSERT.run_all(work.connection, [_row("crm"), _row("desk")])
        INSERT.run_all(work.connection, [_row("shop")])
        INSERT.run_all(work.connection, [])
    with database.read() as work:
        found = ONE.first(work.connection, {"the_name": "desk"})
        whole = select(package).where(package.c.name == "desk")
        assert found == dict(work.connection.execute(whole).mappings().one())
        assert found is not None
        assert found["installed_at"] == MOMENT.astimezone(UTC)
        assert list(found["label"]) == list(LABEL)
        assert ONE.all(work.connection, {"the_name": "unknown"}) == []
        assert ONE.first(work.connection, {"the_name": "unknown"}) is None


def test_a_change_sets_the_columns_it_is_given_and_tells_how_many_rows_it_found(database: Database) -> None:
    with database.write(SYSTEM) as work:
        INSERT.run(work.connection, _row("crm"))
        assert CHANGE.run(work.connection, {"the_name": "crm", "version": "2.0.0"}) == 1
        assert CHANGE.run(work.connection, {"the_name": "crm", "installed_by": "demo-admin", "version": "3.0.0"}) == 1
        assert CHANGE.run(work.connection, {"the_name": "unknown", "version": "9.9.9"}) == 0
        row = ONE.first(work.connection, {"the_name": "crm"})
        assert row is not None
        assert (row["version"], row["installed_by"], row["label"]) == ("3.0.0", "demo-admin", LABEL)
        assert REMOVE.run(work.connection, {"the_name": "crm"}) == 1
        assert ONE.first(work.connection, {"the_name": "crm"}) is None


def test_what_the_database_refuses_is_the_same_error_as_anywhere_and_undoes_the_transaction(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.write(SYSTEM) as work:  # noqa: PT012 - the block is what is tested
        INSERT.run(work.connection, _row("crm"))
        INSERT.run(work.connection, _row("crm"))
    assert "demo-seller" not in str(refused.value).split("[SQL")[0]
    with database.read() as work:
        assert ONE.first(work.connection, {"the_name": "crm"}) is None


def test_a_connection_that_is_lost_in_the_middle_is_unavailable_and_the_next_one_works(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.upgrade()
    with pytest.raises(Unavailable), database.write(SYSTEM) as work:  # noqa: PT012 - the block is what is tested
        own = work.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        ONE.first(work.connection, {"the_name": "crm"})
    with database.read() as work:
        assert ONE.first(work.connection, {"the_name": "crm"}) is None
    database.close()


def test_several_statements_in_one_pipeline_are_written_or_refused_as_one_by_one(database: Database) -> None:
    with database.write(SYSTEM) as work, pipelined(work.connection):
        INSERT.run_all(work.connection, [_row("a"), _row("b")])
        CHANGE.run(work.connection, {"the_name": "b", "version": "2.0.0"})
    with pytest.raises(IntegrityError), database.write(SYSTEM) as work, pipelined(work.connection):  # noqa: PT012 - the block
        REMOVE.run(work.connection, {"the_name": "b"})
        INSERT.run(work.connection, _row("a"))
        INSERT.run(work.connection, _row("c"))
    with database.read() as work:
        found = [ONE.first(work.connection, {"the_name": name}) for name in "abc"]
    assert [row and row["version"] for row in found] == ["1.0.0", "2.0.0", None]


@pytest.mark.parametrize(
    "statement",
    [
        select(package).where(package.c.name.in_(bindparam("names", expanding=True))),
        select(package).where(package.c.name.in_(["a", "b"])),
    ],
)
def test_a_statement_whose_text_depends_on_its_values_is_refused(database: Database, statement: Select[tuple[str]]) -> None:
    with database.read() as work, pytest.raises(ValueError, match="fixed shape"):
        Prepared(statement).all(work.connection, {"names": ["a"]})
