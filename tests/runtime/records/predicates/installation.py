"""A record type in a table of its own, and the same rows in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, insert, select

from runtime.access.actor import SYSTEM
from runtime.records.model import SYSTEM_FIELDS, Field, Pipeline, RecordType, Stage
from runtime.records.predicates import Predicate, compile_predicate
from runtime.records.record_tables import build_tables
from runtime.records.registry import RecordTypes
from runtime.store.database import Database

NOW = datetime(2026, 3, 1, 23, 30, 15, 250_000, tzinfo=ZoneInfo("Asia/Tokyo"))
USER = {"id": "u1", "name": "Demo User", "roles": ["a", "b"], "limit": Decimal(10), "since": None}
LABEL = {"en": "x"}
CHOICES = dict.fromkeys(("a", "b", "c"), LABEL)
STAGES = {"new": "open", "won": "won", "lost": "lost", "kept": "parked"}


def types_of(kinds: Mapping[str, str]) -> RecordTypes:
    """One record type `thing` with fields of the given types, and a pipeline."""
    fields = {
        name: Field(name=name, type=kind, label=LABEL, choices=CHOICES if "choice" in kind else {})
        for name, kind in kinds.items()
    }
    declared = RecordType(name="thing", label=LABEL, plural=LABEL, title="id", fields=fields, pipelines=("thing.way",))
    stages = {key: Stage(key=key, label=LABEL, category=category) for key, category in STAGES.items()}
    pipeline = Pipeline(name="thing.way", type="thing", label=LABEL, stages=stages, default=True)
    return RecordTypes({"thing": declared}, {pipeline.name: pipeline})


@dataclass
class Place:
    """A table in a transaction, with the rows that it holds."""

    connection: Connection
    types: RecordTypes
    table: Table
    rows: Sequence[Mapping[str, Any]]

    def compile(self, text: str) -> Predicate:
        return compile_predicate(text, self.types, self.types["thing"], now=NOW, parameters={"user": USER})

    def by_sql(self, predicate: Predicate) -> list[str]:
        found = select(self.table.c.id).where(predicate.where(self.connection, self.table)).order_by(self.table.c.id)
        return list(self.connection.execute(found).scalars())

    def in_memory(self, predicate: Predicate) -> list[str]:
        return sorted(row["id"] for row in self.rows if predicate.matches(row))


@contextmanager
def place(database: Database, kinds: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Iterator[Place]:
    """The rows in a table of that type; all is undone at the end."""
    types = types_of(kinds)
    metadata, tables = build_tables(types)
    with database.write(SYSTEM) as work:
        metadata.create_all(work.connection)
        whole = [_row(index, {**dict.fromkeys(kinds), **row}) for index, row in enumerate(rows)]
        if whole:
            work.connection.execute(insert(tables["thing"]), [{**row, "search_text": ""} for row in whole])
        kept = [_record(row) for row in work.connection.execute(select(tables["thing"])).mappings()]
        yield Place(work.connection, types, tables["thing"], kept)
        work.connection.rollback()


def _row(index: int, row: Mapping[str, Any]) -> dict[str, Any]:
    system = {"created_at": NOW, "updated_at": NOW, "created_by": "u1", "updated_by": "u1", "origin": "ui", "version": 1}
    return {**dict.fromkeys(SYSTEM_FIELDS), **system, "id": f"r{index}", **row}


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the records service reads it."""
    category = STAGES.get(row["stage"]) if row["pipeline"] == "thing.way" else None
    return {**row, "version": Decimal(row["version"]), "stage_category": category}


MOMENT = datetime(2026, 3, 1, 14, 30, 15, 250_000, tzinfo=UTC)
