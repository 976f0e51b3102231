"""Records as a job handler sees them: in the running transaction, with the process as the one who acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.api import Value
from runtime.errors import NotFound
from runtime.records.parts import Record
from runtime.records.service import Records
from runtime.store.pages import LARGEST
from runtime.store.work import Work

Link = Callable[[str, str], object]
"""Note that the running instance has to do with a record: record type, record id."""


class RecordAccess:
    """`runtime.sdk.Records` over the service, for one instance. Every record it writes is linked to it.

    The policy lets processes pass: what a deployed diagram does was decided by who may deploy.
    """

    def __init__(self, records: Records, work: Work, link: Link) -> None:
        self._records = records
        self._work = replace(work, actor=replace(work.actor, via="process"))
        self._link = link

    def create(self, type: str, values: Mapping[str, Value]) -> Record:
        """See `Records.create`."""
        return self._touched(type, self._records.create(self._work, type, values))

    def get(self, type: str, id: str) -> Record | None:
        """One record, or None when there is no such record."""
        try:
            return self._records.get(self._work, type, id)
        except NotFound:
            if type not in self._records.types:
                raise
            return None

    def update(self, type: str, id: str, values: Mapping[str, Value]) -> Record:
        """See `Records.update`."""
        return self._touched(type, self._records.update(self._work, type, id, values))

    def transition(
        self, type: str, id: str, stage: str, values: Mapping[str, Value] | None = None, reason: str | None = None
    ) -> Record:
        """See `Records.transition`."""
        return self._touched(type, self._records.transition(self._work, type, id, stage, values=values, reason=reason))

    def assign(self, type: str, id: str, user: str | None) -> Record:
        """See `Records.assign`."""
        return self._touched(type, self._records.assign(self._work, type, id, user))

    def find(
        self, type: str, where: Mapping[str, Value] | None = None, order: Sequence[str] = (), limit: int = 100
    ) -> list[Record]:
        """The first `limit` records; see `Records.find` for `where` and `order`."""
        found: list[Record] = []
        after: str | None = None
        while len(found) < limit:
            size = min(limit - len(found), LARGEST)
            page = self._records.find(self._work, type, where=where, order=order, limit=size, after=after)
            found += page.rows
            after = page.next
            if after is None:
                break
        return found

    def note(self, type: str, id: str, kind: str, text: str, data: Mapping[str, Value] | None = None) -> None:
        """Add a line to the record's timeline."""
        self._records.note(self._work, type, id, text, kind=kind, data=data)
        self._link(type, id)

    def users(self, role: str) -> list[dict[str, Value]]:
        """Active users with a role: ``id``, ``name``, ``language``; ordered by id."""
        found = self._records.access.users(self._work, role)
        return [{"id": user.id, "name": user.name, "language": user.language} for user in found]

    def _touched(self, type: str, record: dict[str, Any]) -> Record:
        self._link(type, record["id"])
        return record
