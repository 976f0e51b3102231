"""Alembic migrations of the platform's own tables. `HEAD` is the revision this code needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from runtime.errors import Conflict

if TYPE_CHECKING:
    from alembic.config import Config

    from runtime.store.database import Database

HEAD = "0020"
"""The newest revision, written here so that a start needs no Alembic; a test compares it with the files in `versions`."""

_LOCK = 7_240_001
"""Key of the PostgreSQL advisory lock that lets one process migrate."""


def upgrade(database: Database) -> None:
    """Run what is missing, all or nothing. Does next to nothing when the database is at `HEAD`.

    Raises Conflict for a database that a newer version of Ringi has changed.
    """
    with database.read() as work:
        if revision(work.connection) == HEAD:
            return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _migrate(connection)


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def configuration(connection: Connection) -> Config:
    """Alembic's settings for this folder and the open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> frozenset[str]:
    """Every revision that this code can bring to `HEAD`."""
    from alembic.script import ScriptDirectory

    folder = ScriptDirectory(str(Path(__file__).parent))
    return frozenset(script.revision for script in folder.walk_revisions())


def _migrate(connection: Connection) -> None:
    from alembic import command

    config = configuration(connection)
    current = revision(connection)
    if current is not None and current not in known_revisions():
        detail = (
            f"The database is at revision {current!r}, which this version of Ringi does not know: a newer version made it. "
            "Install that version, or restore a backup made before."
        )
        raise Conflict("DB-1002", detail)
    command.upgrade(config, "head")
