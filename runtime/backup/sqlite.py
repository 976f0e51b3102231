"""Backups of an embedded database, by SQLite's own online backup (sqlite.org/backup.html): writers go on meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from runtime.errors import Invalid, NotFound, Unavailable

_BEGINNINGS = ("", "-wal", "-shm")


class SqliteCopies:
    """The database is one file; a copy of it is another."""

    def __init__(self, url: str) -> None:
        self._file = Path(str(make_url(url).database))

    def copy(self, target: Path) -> tuple[str, str, Mapping[str, str]]:
        """Copy one moment, checked by SQLite."""
        if not self._file.is_file():
            raise NotFound("BAK-1001", f"There is no database at {self._file}.")
        try:
            with closing(_connect(self._file, read_only=True)) as source, closing(sqlite3.connect(target)) as copied:
                begun = datetime.now(UTC).isoformat()
                source.backup(copied, pages=-1)  # in one step, which sees one moment
                copied.execute("PRAGMA journal_mode=DELETE")
                return begun, _revision(copied), _checked(copied)
        except sqlite3.OperationalError as error:
            raise Unavailable("BAK-1007", f"The database could not be copied: {error}.") from error

    def is_empty(self) -> bool:
        """Whether there is no file, or one without a table."""
        if not self._file.exists():
            return True
        with closing(_connect(self._file, read_only=True)) as connection:
            return not _tables(connection)

    def bring_back(self, source: Path) -> Mapping[str, str]:
        """Move the copy into its place."""
        with closing(sqlite3.connect(source)) as connection:
            tables = _checked(connection)
        with source.open("rb+") as stream:
            os.fsync(stream.fileno())
        for end in _BEGINNINGS[1:]:
            Path(f"{self._file}{end}").unlink(missing_ok=True)
        source.replace(self._file)
        return tables


def _connect(file: Path, *, read_only: bool) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}{'?mode=ro' if read_only else ''}", uri=True, timeout=10)


def _revision(connection: sqlite3.Connection) -> str:
    if "alembic_version" not in _tables(connection):
        raise NotFound("BAK-1001", "The database holds no installation of Ringi.")
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _checked(connection: sqlite3.Connection) -> Mapping[str, str]:
    """The rows of each table. Raises Invalid when SQLite finds damage."""
    said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise Invalid("BAK-1008", f"The database is damaged ({said}). Go back to an earlier backup.")
    names = _tables(connection)
    return {name: str(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608


def _tables(connection: sqlite3.Connection) -> list[str]:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    return [row[0] for row in connection.execute(named)]
