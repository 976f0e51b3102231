"""The processes that run jobs say regularly that they live."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import UtcDateTime

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False, comment="Its number on the host."),
    Column("version", Text, nullable=False, comment="Of Ringi."),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    comment="Processes that run jobs; a row goes when its process stops in order.",
)
