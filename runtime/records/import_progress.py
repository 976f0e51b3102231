"""How far an import is, and what is wrong with its bad rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from engine.api import load, to_plain
from runtime.records import import_statements as statements
from runtime.records.import_rows import RowError
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """`status` is staging (rows are being checked), running (good rows are being sent) or finished.

    Numbers of rows: `ready` still to be sent, `done` sent now, `repeated` imported earlier and therefore not sent again,
    `invalid` with bad values, `failed` refused when sent. `stored` of the done ones found no process and wait for one.
    """

    id: str
    import_name: str
    file_name: str
    status: str
    encoding: str
    delimiter: str
    unused_columns: tuple[str, ...]
    created_at: datetime
    created_by: str
    created_by_name: str
    finished_at: datetime | None
    ready: int
    done: int
    repeated: int
    invalid: int
    failed: int
    stored: int

    @property
    def total(self) -> int:
        """All rows that were read so far."""
        return self.ready + self.done + self.repeated + self.invalid + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that is not imported: its number as a spreadsheet shows it, every reason, and the values that could be read."""

    row: int
    state: str
    errors: tuple[RowError, ...]
    values: Mapping[str, Any]


def progress_of(work: Work, job: RowMapping) -> ImportProgress:
    """The progress of an import from its row and the states of its rows."""
    counts = statements.count_states(work.connection, job["id"])
    return ImportProgress(
        id=job["id"],
        import_name=job["import_name"],
        file_name=job["file_name"],
        status=job["status"],
        encoding=job["encoding"],
        delimiter=job["delimiter"],
        unused_columns=tuple(job["unused_columns"]),
        created_at=job["created_at"],
        created_by=job["created_by"],
        created_by_name=job["created_by_name"],
        finished_at=job["finished_at"],
        ready=counts.get("ready", 0),
        done=counts.get("done", 0),
        repeated=counts.get("repeated", 0),
        invalid=counts.get("invalid", 0),
        failed=counts.get("failed", 0),
        stored=statements.count_stored(work.connection, job["id"]),
    )


def bad_row(row: RowMapping) -> BadRow:
    """A row of the errors query."""
    errors = tuple(RowError(**error) for error in row["errors"])
    return BadRow(row=row["row"], state=row["state"], errors=errors, values=to_plain(load(row["variables"])))
