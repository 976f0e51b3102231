"""The answers that were given to requests with an ``Idempotency-Key``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

idempotent_answer = Table(
    "idempotent_answer",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column(
        "fingerprint", String(64), nullable=False, comment="Hash of address and body: tells a repeat from a key used twice."
    ),
    Column("status", Integer, nullable=False, comment="0 while the work goes on"),
    Column("body", Text, comment="As it was sent."),
    Column("headers", Json, comment="Those that belong to the body: its type, its version."),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_idempotent_answer_at", "at"),
)
