"""What the functions of this folder work with, handed from one to the other instead of being global."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_

from engine.api import Value
from runtime.access.service import Access
from runtime.errors import Forbidden, NotFound
from runtime.i18n import _, time_zone
from runtime.records import statements
from runtime.records.filters import Filters
from runtime.records.model import SYSTEM_FIELDS, RecordType
from runtime.records.predicates import compile_predicate
from runtime.records.registry import RecordTypes
from runtime.records.validation import Schemas
from runtime.store.work import Work

Record = dict[str, Value]
"""A record as FEEL sees it: every declared column, every system field, and `stage_category` when the type has pipelines."""

PublishLater = Callable[[Work, str, str, Mapping[str, Value]], object]
"""Store a message (name, correlation key, variables) in this transaction, to be delivered right after it."""

RECORD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`phone_region` is the country (ISO 3166) that telephone numbers without a country code are from."""

    phone_region: str = "JP"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The record types, their tables and schemas, who may do what, and the way out for events."""

    types: RecordTypes
    tables: Mapping[str, Table]
    schemas: Schemas
    access: Access
    publish_later: PublishLater
    settings: Settings

    def repository(self, work: Work, type: str) -> Repository:
        """The records of a type in a transaction. Raises NotFound for an unknown type."""
        return Repository(parts=self, work=work, declared=self.types[type])


@dataclass(frozen=True, kw_only=True)
class Repository:
    """The records of one type, in one transaction, as its actor may see them."""

    parts: Parts
    work: Work
    declared: RecordType

    @property
    def type(self) -> str:
        """The name of the record type."""
        return self.declared.name

    @property
    def table(self) -> Table:
        """The type's table."""
        return self.parts.tables[self.declared.name]

    @property
    def connection(self) -> Connection:
        """The transaction's connection."""
        return self.work.connection

    @property
    def filters(self) -> Filters:
        """What reads filters and orders of the type."""
        return Filters(self.parts.types, self.declared, self.table, self.parts.settings.phone_region)

    def of(self, type: str) -> Repository:
        """The records of another type in the same transaction."""
        return self.parts.repository(self.work, type)

    def permits(self, action: str, record: Record) -> bool:
        """Whether the actor may do this to a record that they see."""
        return self.parts.access.policy.permits_record(self.work.actor, self.type, action, owner=record["owner"])

    def visible(self) -> ColumnElement[bool]:
        """What every query carries: not deleted, and within the actor's grants for reading."""
        seen = self.parts.access.policy.predicate(self.work.actor, self.type, "read", self.table.c.owner)
        return and_(self.table.c.deleted_at.is_(None), seen)

    def fulfilling(self, condition: str) -> ColumnElement[bool]:
        """Records for which a FEEL condition over their fields is true; ``user`` has id, name and roles of the actor.

        now() and today() are those of the actor's time zone. Raises Invalid with the place in the text, the reason and the way
        out for what cannot be asked of a database.
        """
        actor = self.work.actor
        user = {"id": actor.id, "name": actor.name, "roles": sorted(actor.roles)}
        now = self.work.now.astimezone(time_zone())
        compiled = compile_predicate(condition, self.parts.types, self.declared, now=now, parameters={"user": user})
        return compiled.where(self.connection, self.table)

    def load(self, record_id: str, *, action: str = "read", lock: bool = False) -> Record:
        """One record for an action.

        Raises NotFound when the actor may not know of it, Forbidden when they may see it but not do this.
        """
        row = None
        if RECORD_ID.fullmatch(record_id):
            this = self.visible() & (self.table.c.id == record_id)
            row = statements.select_record(self.connection, self.table, this, lock=lock)
        if row is None:
            raise NotFound("REC-1003", _("There is no such record, or you may not see it."))
        record = self.record(row)
        if not self.permits(action, record):
            raise self.forbidden(action)
        return record

    def record(self, row: RowMapping) -> Record:
        """A row as a record."""
        found = {name: row[name] for name in (*SYSTEM_FIELDS, *self.declared.columns)}
        found["version"] = Decimal(row["version"])
        if self.declared.pipelines:
            stage = self.parts.types.stage(row["pipeline"], row["stage"])
            found["stage_category"] = stage.category if stage else None
        return found

    def forbidden(self, action: str) -> Forbidden:
        """The refusal of an action on a record that the actor may see."""
        said = _("You may not do this with the record (%(action)s on %(type)s).", action=action, type=self.type)
        return Forbidden("REC-1004", said)
