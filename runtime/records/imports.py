"""Imports: a file's rows become messages, each exactly once, whatever happens in between.

First all rows are checked and staged, in batches; then each good row is published in a transaction of its own that also marks
it. Both go on where they were when the process is killed. The delivery id of a row's message is made of the import's name and
the row's key, so the same row in the same file, or in another one, is answered with "already imported".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import RowMapping

from runtime.access.actor import Actor
from runtime.access.policy import Policy
from runtime.errors import Invalid, NotFound
from runtime.i18n import _, speaking
from runtime.records import import_statements as statements
from runtime.records.csv_files import MAX_ROWS, CsvFile, open_csv
from runtime.records.import_files import ImportDefinition, ImportDefinitions
from runtime.records.import_progress import BadRow, ImportProgress, bad_row, progress_of
from runtime.records.import_rows import RowCheck
from runtime.records.import_sending import Publish, Sending
from runtime.records.import_staging import Staging
from runtime.records.parts import RECORD_ID
from runtime.store.database import Database
from runtime.store.ids import new_id
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.work import Work

KIND = "import.batch"
"""The job kind; `Imports.batch` is its function, run outside of any transaction."""

_BATCH_SECONDS = 10.0
_LOOK_AGAIN = timedelta(seconds=1)

OnProgress = Callable[[ImportProgress], object]


class Enqueue(Protocol):
    """`Jobs.enqueue`."""

    def __call__(self, work: Work, kind: str, payload: Mapping[str, Any], *, key: str) -> object:
        """Have a job run after this transaction."""
        ...


class Imports:
    """The imports of an installation."""

    def __init__(
        self, definitions: ImportDefinitions, policy: Policy, *, publish: Publish, enqueue: Enqueue, phone_region: str = "JP"
    ) -> None:
        self.definitions = definitions
        self._policy = policy
        self._enqueue = enqueue
        self._region = phone_region
        self._staging = Staging(definitions, phone_region)
        self._sending = Sending(definitions, publish)

    def guess(self, data: bytes, *, encoding: str | None = None) -> str:
        """The name of the import that a file is meant for, by its header. Raises Invalid (IMP-1004) when none fits."""
        file = open_csv(data, encoding=encoding, known=self._is_known)
        found = self.definitions.guess(file.header)
        if found is None:
            wanted = "; ".join(f"{one.name}: {', '.join(one.match or tuple(one.columns))}" for one in self.definitions)
            said = _("No import fits this file with the columns %(columns)s.", columns=", ".join(file.header))
            raise Invalid("IMP-1004", f"{said} {_('There are: %(imports)s.', imports=wanted)}", fields={"file": [said]})
        return found.name

    def stage(
        self,
        database: Database,
        actor: Actor,
        import_name: str,
        data: bytes,
        *,
        file_name: str = "",
        encoding: str | None = None,
        delimiter: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> str:
        """Check every row and keep it, good or bad; the id of the import. Sending the good ones goes on as a job (or by `run`).

        Opens transactions of its own, one for each batch. Raises Forbidden, NotFound for an unknown import, Invalid for a file
        that cannot be read at all (IMP-1002, IMP-1003). A bad row is no error here: see `errors`.
        """
        self._policy.require(actor, "record.import")
        definition = self.definitions[import_name]
        with speaking(actor.language):
            file = open_csv(
                data, encoding=encoding, delimiter=delimiter, known=lambda one: definition.field_of(one) is not None
            )
            unused = RowCheck(definition, file.header, region=self._region).unused
            _check_size(file)
        job = {**_job(actor, definition, file), "unused_columns": list(unused), "file_name": file_name[-200:]}
        with database.write(actor, f"import {import_name}") as work:
            statements.insert_job(work.connection, {**job, "created_at": work.now}, data)
            self._enqueue(work, KIND, {"import": job["id"]}, key=f"import:{job['id']}")
        import_id: str = job["id"]
        while self._staging.stage_some(database, import_id):
            self._report(database, actor, import_id, on_progress)
        return import_id

    def run(self, database: Database, actor: Actor, import_id: str, *, on_progress: OnProgress | None = None) -> ImportProgress:
        """Send all good rows now, in this thread, beside whoever else does; the end state. For the command line and tests."""
        with database.read(actor) as work:
            self._job(work, import_id)
        while (wait := self.batch(database, {"import": import_id}, seconds=1.0)) is not None:
            self._report(database, actor, import_id, on_progress)
            time.sleep(wait.total_seconds())
        with database.read(actor) as work:
            return self.progress(work, import_id)

    def batch(self, database: Database, payload: Mapping[str, Any], *, seconds: float = _BATCH_SECONDS) -> timedelta | None:
        """Go on with an import for some seconds: the function of the job kind `KIND`.

        Answers after which time to go on, None when everything is done. May run in several processes at the same time.
        """
        import_id, until = payload["import"], time.monotonic() + seconds
        while time.monotonic() < until:
            with database.read() as work:
                job = statements.select_job(work.connection, import_id)
            if job is None or job["status"] == "finished":
                return None
            if job["status"] == "staging":
                self._staging.stage_some(database, import_id)
            elif not self._sending.send_one(database, job):
                return None if self._sending.finish(database, import_id) else _LOOK_AGAIN
        return timedelta(0)

    def progress(self, work: Work, import_id: str) -> ImportProgress:
        """How far an import is. Raises NotFound, Forbidden."""
        return progress_of(work, self._job(work, import_id))

    def errors(self, work: Work, import_id: str, *, after: str | None = None, limit: int = 100) -> Page[BadRow]:
        """The rows that are not imported, with all reasons, in the order of the file. Raises NotFound, Forbidden, Invalid."""
        job = self._job(work, import_id)
        size = page_size(limit)
        behind = _row_number(from_cursor(after, 1)[0]) if after is not None else 0
        rows = statements.select_bad_rows(work.connection, job["id"], behind, size + 1)
        return cut(rows, size, lambda row: [row["row"]], bad_row)

    def list(self, work: Work, *, after: str | None = None, limit: int = 20) -> Page[ImportProgress]:
        """All imports, the latest first. Raises Forbidden, Invalid."""
        self._policy.require(work.actor, "record.import")
        size = page_size(limit)
        before = _moment(from_cursor(after, 2)) if after is not None else None
        rows = statements.select_jobs(work.connection, before, size + 1)
        return cut(rows, size, lambda row: [row["created_at"].isoformat(), row["id"]], lambda row: progress_of(work, row))

    def _job(self, work: Work, import_id: str) -> RowMapping:
        self._policy.require(work.actor, "record.import")
        job = statements.select_job(work.connection, import_id) if RECORD_ID.fullmatch(import_id) else None
        if job is None:
            raise NotFound("IMP-1005", _("There is no such import."))
        return job

    def _is_known(self, header: str) -> bool:
        return any(one.field_of(header) is not None for one in self.definitions)

    def _report(self, database: Database, actor: Actor, import_id: str, on_progress: OnProgress | None) -> None:
        if on_progress is not None:
            with database.read(actor) as work:
                on_progress(self.progress(work, import_id))


def _check_size(file: CsvFile) -> None:
    count = sum(1 for _one in islice(file.rows(), MAX_ROWS + 1))
    if not 1 <= count <= MAX_ROWS:
        said = _("The file has %(n)s rows below the header; 1 to %(max)s are read at once.", n=count, max=MAX_ROWS)
        raise Invalid("IMP-1002", said, fields={"file": [said]})


def _job(actor: Actor, definition: ImportDefinition, file: CsvFile) -> dict[str, Any]:
    return {
        "id": new_id(),
        "import_name": definition.name,
        "status": "staging",
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "header": list(file.header),
        "staged_rows": 1,
        "language": actor.language,
        "created_by": actor.id,
        "created_by_name": actor.name,
    }


def _row_number(value: Any) -> int:
    if not isinstance(value, int):
        raise _bad_position()
    return value


def _moment(position: Any) -> tuple[datetime, str]:
    try:
        at, last = datetime.fromisoformat(position[0]), position[1]
        known = at.tzinfo is not None and RECORD_ID.fullmatch(last) is not None
    except (TypeError, ValueError) as error:
        raise _bad_position() from error
    if not known:
        raise _bad_position()
    return at, last


def _bad_position() -> Invalid:
    return Invalid("PAGE-1001", _("The page position is not valid. Start again without it."), fields={"after": ["?"]})
