"""What can be wrong with the database: reached, the right version, whole, and of the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from runtime.doctor import statements
from runtime.doctor.findings import Finding, error, good
from runtime.store.migrations import HEAD, known_revisions, revision
from runtime.store.work import Work

_OLDEST_POSTGRES = 130_000
_SKEW = timedelta(seconds=1)


def check(work: Work, dialect: str, where: str) -> Iterator[Finding]:
    """Everything about the database itself; the last finding is an error when its tables cannot be asked further."""
    yield _server(work, dialect, where)
    if dialect == "sqlite":
        yield _whole(work, where)
    yield _clock(work)
    yield _tables(work, where)


def _server(work: Work, dialect: str, where: str) -> Finding:
    if dialect == "sqlite":
        return good("database", f"SQLite {work.connection.scalar(text('SELECT sqlite_version()'))} answers.", where)
    number = int(str(work.connection.scalar(text("SHOW server_version_num"))))
    said = f"PostgreSQL {work.connection.scalar(text('SHOW server_version'))} answers."
    if number < _OLDEST_POSTGRES:
        return error("database", said, "Ringi needs PostgreSQL 13 or newer: upgrade the server.", where)
    return good("database", said, where)


def _whole(work: Work, where: str) -> Finding:
    damage = statements.sqlite_damage(work.connection)
    if damage:
        return error("integrity", f"The file is damaged: {damage}.", "Stop the server and restore a backup.", where)
    return good("integrity", "SQLite finds no damage.", where)


def _clock(work: Work) -> Finding:
    skew = abs(datetime.now(UTC) - work.now)
    if skew > _SKEW:
        said = f"The clocks of this machine and of the database differ by {skew.total_seconds():.1f} s."
        return error("clock", said, "Let both follow a time server (NTP). Due times follow the database.")
    return good("clock", "The clocks of this machine and of the database agree.")


def _tables(work: Work, where: str) -> Finding:
    found = revision(work.connection)
    if found == HEAD:
        return good("tables", f"The tables are those of this version ({HEAD}).", where)
    if found is None:
        return error("tables", "There are no tables.", "Start `ringi up`, or run `ringi db upgrade`.", where)
    if found not in known_revisions():
        return error("tables", f"A newer version of Ringi made them ({found}).", "Install that version here.", where)
    return error("tables", f"They are older ({found}) than this version needs ({HEAD}).", "Run `ringi db upgrade`.", where)
