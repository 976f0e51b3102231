"""The second half of an import: each good row is published and marked in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import RowMapping

from engine.api import Value, load
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Conflict, RingiError, Unavailable
from runtime.i18n import _, speaking
from runtime.records import import_statements as statements
from runtime.records.import_files import ImportDefinition, ImportDefinitions
from runtime.store.database import Database
from runtime.store.work import Work

_OTHER_VALUES = "MSG-1002"
"""The refusal of a delivery id that was used for other content."""


class Answer(Protocol):
    """What became of a published message."""

    @property
    def id(self) -> str:
        """The message's id."""
        ...

    @property
    def started(self) -> tuple[str, ...]:
        """Process instances that it started."""
        ...

    @property
    def continued(self) -> tuple[str, ...]:
        """Process instances that it continued."""
        ...

    @property
    def stored(self) -> bool:
        """Whether it waits for a receiver."""
        ...

    @property
    def repeated(self) -> bool:
        """Whether the delivery id was answered before."""
        ...


class Publish(Protocol):
    """`Messages.publish`."""

    def __call__(
        self, work: Work, name: str, correlation_key: str, variables: Mapping[str, Value], *, delivery_id: str
    ) -> Answer:
        """Publish a message."""
        ...


class Sending:
    """Publishes the rows of imports. Several may do so for one import at the same time."""

    def __init__(self, definitions: ImportDefinitions, publish: Publish) -> None:
        self._definitions = definitions
        self._publish = publish

    def send_one(self, database: Database, job: RowMapping) -> bool:
        """Publish the next row and mark it, on behalf of who imports; False when no row is free."""
        actor = Actor(id=job["created_by"], name=job["created_by_name"], via="import", language=job["language"])
        return database.run(actor, f"import {job['import_name']}", lambda work: self._send(work, job))

    def finish(self, database: Database, import_id: str) -> bool:
        """Mark the import as done when no row is left; False while another worker has one in hand."""
        with database.write(SYSTEM, "import: finish") as work:
            if statements.count_states(work.connection, import_id).get("ready"):
                return False
            statements.update_job(work.connection, import_id, {"status": "finished", "finished_at": work.now})
        return True

    def _send(self, work: Work, job: RowMapping) -> bool:
        row = statements.claim_row(work.connection, job["id"])
        if row is None:
            return False
        try:
            with work.connection.begin_nested():
                became = self._published(work, self._definitions[job["import_name"]], row)
        except Unavailable:
            raise
        except RingiError as error:
            with speaking(job["language"]):
                became = {"state": "failed", "errors": [{"field": "row", "column": "", "reason": _reason(error)}]}
        statements.update_row(work.connection, job["id"], row["row"], became)
        return True

    def _published(self, work: Work, definition: ImportDefinition, row: RowMapping) -> dict[str, Any]:
        delivery_id = f"import:{definition.name}:{row['key']}"
        answer = self._publish(work, definition.message, row["key"], load(row["variables"]), delivery_id=delivery_id)
        return {
            "state": "repeated" if answer.repeated else "done",
            "message_id": answer.id,
            "instances": [*answer.started, *answer.continued],
            "stored": answer.stored and not answer.repeated,
        }


def _reason(error: RingiError) -> str:
    if isinstance(error, Conflict) and error.code == _OTHER_VALUES:
        return _("A row with this key was imported before, with other values. Change the record instead.")
    return error.detail
