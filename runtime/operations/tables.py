"""Tables of batches: what is to be done, to whom exactly, and what came of each."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

batch = Table(
    "batch",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("operation", String(32), nullable=False),
    Column("arguments", Json, nullable=False),
    Column("query", Json, nullable=False, comment="The filter that the items were taken from, once."),
    Column("reason", Text, nullable=False),
    Column("status", String(16), nullable=False, comment="previewed, running, paused, finished or cancelled"),
    Column("total", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("actor", Json, comment="On whose behalf it runs; empty until somebody starts it."),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch_id", ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False, comment="The id of the instance, or of the incident."),
    Column("instance_id", String(36), nullable=False, comment="Not a foreign key: the result outlives the instance."),
    Column("element", Text, comment="Where the incident was."),
    Column("state", String(16), nullable=False, comment="waiting, trying, done, skipped or failed"),
    Column("code", String(32)),
    Column("message", Text),
    Column("made", String(36), comment="The instance that a restart began."),
    Column("at", UtcDateTime, comment="When it was done, or last tried."),
    Index("ix_batch_item_state", "batch_id", "state", "number"),
    comment="The frozen list of a batch, and the result of each.",
)
