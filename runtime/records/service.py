"""Records as the rest of the platform uses them: screens, API, imports and processes all come through here.

Every function takes the work first and never commits. Whoever may not see a record gets NotFound, so that its existence stays
secret; who sees it but may not do what was asked gets Forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import Schema

from engine.api import Value
from runtime.access.service import Access
from runtime.records import board, reading, stages, timeline, writing
from runtime.records.board import Board
from runtime.records.migrate import Migration, migrate
from runtime.records.model import CheckItem
from runtime.records.parts import Parts, PublishLater, Record, Settings
from runtime.records.record_tables import build_tables
from runtime.records.registry import RecordTypes
from runtime.records.rules import Move
from runtime.records.stages import StageChange
from runtime.records.timeline import TimelineEntry
from runtime.records.validation import Schemas
from runtime.store.pages import Page
from runtime.store.work import Work


class Records:
    """The records of an installation. `types` says what there is; `publish_later` takes the record events."""

    def __init__(
        self, types: RecordTypes, access: Access, *, publish_later: PublishLater, settings: Settings | None = None
    ) -> None:
        settings = settings or Settings()
        self.types = types
        self.metadata, tables = build_tables(types)
        self._parts = Parts(
            types=types,
            tables=tables,
            schemas=Schemas(types, settings.phone_region),
            access=access,
            publish_later=publish_later,
            settings=settings,
        )

    def install(self, work: Work) -> Migration:
        """Make the tables, columns and indexes that are missing; quick when nothing changed. To be called at every start."""
        return migrate(work, self.metadata)

    def schema(self, type: str, *, partial: bool = False) -> Schema:
        """The marshmallow schema of a type, for requests (partial: PATCH) and responses. Raises NotFound."""
        return self._parts.schemas.of(type, partial=partial)

    def permits(self, work: Work, type: str, action: str, record: Record | None = None) -> bool:
        """Whether the actor may do this to a record they see, or (without one) to any record of the type at all."""
        policy = self._parts.access.policy
        if record is None:
            return policy.scope(work.actor, self.types[type].name, action) is not None
        return policy.permits_record(work.actor, self.types[type].name, action, owner=record["owner"])

    def create(self, work: Work, type: str, values: Mapping[str, Any]) -> Record:
        """A new record from field values, and optionally `owner`, `pipeline`, `stage`, and lists of values for children fields.

        Made by hand it belongs to its maker. It begins in the first stage of the default pipeline. Raises Invalid with messages
        by field, Conflict for a unique value that is taken, Forbidden, NotFound for an unknown type.
        """
        return writing.create(self._parts.repository(work, type), values)

    def get(self, work: Work, type: str, record_id: str) -> Record:
        """One record. Raises NotFound."""
        return self._parts.repository(work, type).load(record_id)

    def update(self, work: Work, type: str, record_id: str, values: Mapping[str, Any], *, version: int | None = None) -> Record:
        """Change some fields; those not named stay. With `version`, only when the record still has that version.

        Raises Invalid, Conflict, Forbidden, NotFound.
        """
        return writing.update(self._parts.repository(work, type), record_id, values, version=version)

    def delete(self, work: Work, type: str, record_id: str) -> None:
        """Take a record out of every list and search. Raises Forbidden, NotFound."""
        writing.delete(self._parts.repository(work, type), record_id)

    def assign(self, work: Work, type: str, record_id: str, user: str | None) -> Record:
        """Give the record to a user, or to nobody. Raises Invalid for a user who is not there, Forbidden, NotFound."""
        return writing.assign(self._parts.repository(work, type), record_id, user)

    def link(self, work: Work, type: str, record_id: str, field: str, to: str | None) -> Record:
        """Let a reference field point to another record. Raises as `update`."""
        return self.update(work, type, record_id, {field: to})

    def transition(
        self,
        work: Work,
        type: str,
        record_id: str,
        stage: str,
        *,
        values: Mapping[str, Any] | None = None,
        reason: str | None = None,
        version: int | None = None,
    ) -> Record:
        """Move the record to another stage of its pipeline, filling in `values` on the way. The only path there is.

        Raises Invalid naming every rule that is not met: REC-2001 for a move that the pipeline does not have, REC-2002 for
        fields, closing items, reason or gate (in `fields`: the field's name, ``checklist.<item>``, ``reason``, ``stage``). To
        the stage it is in already: nothing happens. Raises Conflict, Forbidden, NotFound.
        """
        repository = self._parts.repository(work, type)
        return stages.transition(repository, record_id, stage, values=values, reason=reason, version=version)

    def moves(self, work: Work, type: str, record_id: str) -> list[Move]:
        """The moves that are allowed now, each with what it still asks for. Raises NotFound."""
        return stages.moves(self._parts.repository(work, type), record_id)

    def checklist(self, work: Work, type: str, record_id: str) -> list[tuple[CheckItem, bool]]:
        """The checklist of the present stage with what is done. Raises NotFound."""
        return stages.checklist(self._parts.repository(work, type), record_id)

    def check_item(self, work: Work, type: str, record_id: str, item: str, *, done: bool = True) -> None:
        """Mark a checklist item of the present stage. Raises Invalid, Forbidden, NotFound."""
        stages.check_item(self._parts.repository(work, type), record_id, item, done=done)

    def find(
        self,
        work: Work,
        type: str,
        *,
        where: Mapping[str, Any] | None = None,
        search: str | None = None,
        condition: str | None = None,
        order: Sequence[str] = (),
        limit: int = 50,
        after: str | None = None,
    ) -> Page[Record]:
        """A page of the records that the actor may see; the newest first unless `order` says otherwise (``-`` for descending).

        `where` maps field to value, to a list (one of them), or to operators ``{"gte": 5, "lt": 10, "ne": 7, "empty": True}``;
        `stage_category` may be asked for too. `search` looks for words in the searchable fields. `condition` is FEEL over the
        fields and `user` (id, name, roles), see `runtime.records.predicates`. Raises Invalid.
        """
        repository = self._parts.repository(work, type)
        return reading.find(
            repository, where=where or {}, search=search, condition=condition, order=order, limit=limit, after=after
        )

    def count(
        self,
        work: Work,
        type: str,
        *,
        where: Mapping[str, Any] | None = None,
        search: str | None = None,
        condition: str | None = None,
        most: int | None = None,
    ) -> int:
        """How many records the actor may see; counting stops at `most`, so that a page need not wait. Raises Invalid."""
        return reading.count(self._parts.repository(work, type), where or {}, search, condition, most)

    def children(
        self, work: Work, type: str, record_id: str, field: str, *, limit: int = 50, after: str | None = None
    ) -> Page[Record]:
        """The records behind a children field, in the order they were made. Raises NotFound."""
        self.get(work, type, record_id)
        child, back = reading.children(self.types[type], field)
        return self.find(work, child, where={back: record_id}, order=("id",), limit=limit, after=after)

    def titles(self, work: Work, type: str, ids: Iterable[str]) -> dict[str, str]:
        """What records are called, by id, for references in lists; those the actor may not see are left out."""
        return reading.titles(self._parts.repository(work, type), ids)

    def title(self, type: str, record: Record) -> str:
        """What a record is called."""
        return reading.title(self.types[type], record)

    def board(
        self,
        work: Work,
        type: str,
        pipeline: str | None = None,
        *,
        where: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: Sequence[str] = (),
        amount: str | None = None,
        per_column: int = 50,
    ) -> Board:
        """The pipeline (else the default one) in columns: count, sum of `amount`, first records. Raises Invalid, NotFound."""
        repository = self._parts.repository(work, type)
        return board.board(
            repository, pipeline, where=where or {}, search=search, order=order, amount=amount, per_column=per_column
        )

    def timeline(
        self, work: Work, type: str, record_id: str, *, after: str | None = None, limit: int = 50
    ) -> Page[TimelineEntry]:
        """What happened to a record, the latest first. Raises NotFound."""
        return timeline.entries(self._parts.repository(work, type), record_id, after=after, limit=limit)

    def stage_history(self, work: Work, type: str, record_id: str) -> list[StageChange]:
        """The stage moves of a record, the first one first. Raises NotFound."""
        return stages.history(self._parts.repository(work, type), record_id)

    def note(
        self,
        work: Work,
        type: str,
        record_id: str,
        text: str,
        *,
        kind: str = "note",
        data: Mapping[str, Value] | None = None,
    ) -> None:
        """Write a note on a record that the actor may change. Raises Invalid, Forbidden, NotFound."""
        timeline.note(self._parts.repository(work, type), record_id, text, kind=kind, data=data)

    @property
    def access(self) -> Access:
        """Users and the policy."""
        return self._parts.access
