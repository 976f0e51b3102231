"""A FEEL condition over 100,000 records on SQLite: as SQL, against the same condition evaluated row by row, and bare SQL."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from runtime.access.actor import SYSTEM
from runtime.records.model import SYSTEM_FIELDS, Field, RecordType
from runtime.records.predicates import compile_predicate
from runtime.records.record_tables import build_tables
from runtime.records.registry import RecordTypes
from runtime.store.database import Database
from tests.benchmarks.measure import Figure, cpu

RECORDS = 100_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LABEL = {"en": "x"}
KINDS = {"name": "text", "amount": "money", "size": "choice", "opened_on": "date", "active": "boolean"}
CONDITIONS = {
    "a choice, a text and null": 'size = "large" and contains(name, "77") and owner = null',
    "an exact number and a date": 'amount > 9900.5 and opened_on < today() - duration("P30D")',
    "exact arithmetic": "amount * 1.08 > 10692 and active",
}
BARE = {
    "a choice, a text and null": "size = 'large' AND instr(name, '77') > 0 AND owner IS NULL",
    "an exact number and a date": "CAST(amount AS REAL) > 9900.5 AND opened_on < '2026-01-30'",
    "exact arithmetic": "CAST(amount AS REAL) * 1.08 > 10692 AND active",
}
"""The same as one would write it by hand, with binary fractions instead of exact numbers."""


def figures() -> list[Figure]:
    """The cost of one record, for each condition."""
    declared = RecordType(
        name="thing",
        label=LABEL,
        plural=LABEL,
        title="name",
        fields={name: Field(name=name, type=kind, label=LABEL) for name, kind in KINDS.items()},
    )
    types = RecordTypes({"thing": declared})
    metadata, tables = build_tables(types)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        with database.write(SYSTEM) as work:
            metadata.create_all(work.connection)
            work.connection.execute(insert(tables["thing"]), [_row(number) for number in range(RECORDS)])
        with database.read() as work:
            return [figure for what in CONDITIONS for figure in _measured(work.connection, types, tables["thing"], what)]


def _measured(connection: Connection, types: RecordTypes, table: Table, what: str) -> list[Figure]:
    compiled = partial(compile_predicate, CONDITIONS[what], types, types["thing"], now=NOW)
    columns = [table.c[name] for name in ("id", *sorted(compiled().fields))]

    def by_sql() -> int:
        return len(connection.execute(select(table.c.id).where(compiled().where(connection, table))).all())

    def row_by_row() -> int:
        predicate = compiled()
        return sum(predicate.matches(row) for row in connection.execute(select(*columns)).mappings())

    def bare() -> int:
        return len(connection.execute(text(f"SELECT id FROM rec_thing WHERE {BARE[what]}")).all())

    assert by_sql() == row_by_row() == bare()
    title = f"a condition over one of {RECORDS:,} records: {what}"
    return [
        cpu(title, "Ringi", RECORDS, by_sql, rounds=2),
        cpu(title, "FEEL, row by row in memory", RECORDS, row_by_row, rounds=2),
        cpu(title, "bare SQL with binary fractions", RECORDS, bare, rounds=2),
    ]


def _row(number: int) -> dict[str, Any]:
    system = {"created_at": NOW, "updated_at": NOW, "created_by": "u", "updated_by": "u", "origin": "ui", "version": 1}
    return {
        **dict.fromkeys(SYSTEM_FIELDS),
        **system,
        "id": f"r{number:06}",
        "search_text": "",
        "name": f"thing {number}",
        "amount": Decimal(number * 7919 % 1_000_000) / 100,
        "size": ("small", "medium", "large")[number % 3],
        "opened_on": date(2025, 1, 1) + timedelta(days=number % 500),
        "active": number % 2 == 0,
    }
