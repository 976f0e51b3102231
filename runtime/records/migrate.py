"""Bring the tables of record types to what the packages declare: add what is missing, never take anything away.

What a package no longer declares stays with its data and is told, and so is a column whose type would have to change.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import MetaData

from runtime.records import statements
from runtime.records.record_tables import fingerprint
from runtime.store.work import Work


@dataclass(frozen=True, slots=True)
class Migration:
    """`done` are the additions that were made; `left` is what differs and was left as it is."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def migrate(work: Work, metadata: MetaData) -> Migration:
    """Add what the declared tables have and the database has not. One look-up when nothing changed since the last time."""
    statements.lock_schema(work.connection)
    wanted = fingerprint(metadata)
    if statements.select_fingerprint(work.connection) == wanted:
        return Migration()
    from runtime.records.additions import add_what_is_missing  # Alembic costs a start about a tenth of its time

    done, left = add_what_is_missing(work.connection, metadata)
    statements.save_fingerprint(work.connection, wanted, work.now)
    return Migration(done, left)
