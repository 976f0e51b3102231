"""The one clock: the database's, so that hosts with wrong clocks agree about what is due, plus an offset that tests move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from runtime.store.prepared import execute


@dataclass(slots=True)
class Clock:
    """`offset` is added to the database's time. It stays zero in production; a test moves it instead of waiting."""

    offset: timedelta = timedelta(0)

    def now(self, connection: Connection) -> datetime:
        """The time in UTC. SQLite runs in this process, so its clock is the host's and needs no statement."""
        if connection.dialect.name == "sqlite":
            return datetime.now(UTC) + self.offset
        moment: datetime = execute(connection, "SELECT clock_timestamp()").fetchone()[0]
        return moment.astimezone(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Move on; a negative time moves back."""
        self.offset += by
