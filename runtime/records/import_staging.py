"""The first half of an import: every row is checked and kept, in batches that go on where they were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping

from engine.api import dump
from runtime.access.actor import SYSTEM
from runtime.i18n import speaking
from runtime.records import import_statements as statements
from runtime.records.csv_files import CsvFile, Row, open_csv
from runtime.records.import_files import ImportDefinitions
from runtime.records.import_rows import CheckedRow, RowCheck
from runtime.store.database import Database
from runtime.store.work import Work

BATCH = 500


class Staging:
    """Stages the rows of imports. Files are kept in memory while they are staged, so that none is read once for each batch."""

    def __init__(self, definitions: ImportDefinitions, region: str) -> None:
        self._definitions = definitions
        self._region = region
        self._files: dict[str, CsvFile] = {}

    def stage_some(self, database: Database, import_id: str) -> bool:
        """Check and keep the next rows; False when none are left. What another worker has staged meanwhile is passed over."""
        with database.read() as work:
            job = statements.select_job(work.connection, import_id)
            if job is None or job["status"] != "staging":
                return False
            file, now = self._file(work, job), work.now
        with speaking(job["language"]):
            check = RowCheck(self._definitions[job["import_name"]], job["header"], region=self._region)
            rows = list(islice(file.rows(job["staged_rows"]), BATCH))
            checked = [check.check(row, now) for row in rows if not row.blank]
        return database.run(SYSTEM, "import: stage rows", lambda work: self._keep(work, job, rows, checked))

    def _keep(self, work: Work, seen: RowMapping, rows: Sequence[Row], checked: Sequence[CheckedRow]) -> bool:
        job = statements.select_job(work.connection, seen["id"], lock=True)
        if job is None or job["status"] != "staging":
            return False
        if job["staged_rows"] != seen["staged_rows"]:
            return True
        statements.insert_rows(work.connection, [_row(job["id"], row) for row in checked])
        if rows:
            statements.update_job(work.connection, job["id"], {"staged_rows": rows[-1].number})
            return True
        statements.update_job(work.connection, job["id"], {"status": "running"})
        statements.delete_content(work.connection, job["id"])
        self._files.pop(job["id"], None)
        return False

    def _file(self, work: Work, job: RowMapping) -> CsvFile:
        if job["id"] not in self._files:
            content = statements.select_content(work.connection, job["id"]) or b""
            self._files[job["id"]] = open_csv(content, encoding=job["encoding"], delimiter=job["delimiter"])
        return self._files[job["id"]]


def _row(import_id: str, row: CheckedRow) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "row": row.number,
        "state": "invalid" if row.errors else "ready",
        "key": row.key,
        "variables": dump(dict(row.variables)),
        "errors": [{"field": e.field, "column": e.column, "reason": e.reason} for e in row.errors],
        "instances": [],
        "stored": False,
    }
