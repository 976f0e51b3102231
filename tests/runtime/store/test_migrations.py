"""The migrations make exactly the tables that the code declares."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from runtime.access.actor import SYSTEM
from runtime.errors import Conflict
from runtime.store.database import Database
from runtime.store.migrations import HEAD, configuration, revision
from runtime.store.schema import platform_metadata
from tests.support.statements import counted


def test_the_migrated_tables_are_those_of_the_code(database: Database) -> None:
    with database.read() as work:
        context = MigrationContext.configure(work.connection, opts={"compare_type": True})
        assert compare_metadata(context, platform_metadata()) == []


def test_indexes_are_the_same_as_made_straight_from_the_code(empty_url: str) -> None:
    database = Database(empty_url)
    with database.write(SYSTEM) as work:
        platform_metadata().create_all(work.connection)
    straight = _definitions(database)
    with database.write(SYSTEM) as work:
        platform_metadata().drop_all(work.connection)
    database.upgrade()
    assert _definitions(database) == straight
    database.close()


def _definitions(database: Database) -> set[str]:
    statement = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'alembic%'",
    }[database.dialect]
    with database.read() as work:
        return {" ".join(row[0].split()) for row in work.connection.execute(text(statement))}


def test_head_is_the_newest_migration_file(database: Database) -> None:
    with database.read() as work:
        assert ScriptDirectory.from_config(configuration(work.connection)).get_current_head() == HEAD
        assert revision(work.connection) == HEAD


def test_an_empty_database_is_brought_to_head_and_a_second_time_is_quick(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    with counted(database) as statements:
        database.upgrade()
    assert len(statements) < 10
    with database.read() as work:
        assert revision(work.connection) == HEAD
    database.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with database.write(SYSTEM) as work:
        work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="newer version"):
        database.upgrade()
    with database.read() as work:
        assert revision(work.connection) == "9999"
