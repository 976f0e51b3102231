"""Tables of those whom a signal reaches."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import UtcDateTime

signal_subscription = Table(
    "signal_subscription",
    metadata,
    Column("id", Text, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("signal", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Index("ix_signal_subscription_signal", "signal", "instance_id"),
    Index("ix_signal_subscription_instance_id", "instance_id"),
)

signal_start = Table(
    "signal_start",
    metadata,
    Column("process_id", Text, primary_key=True),
    Column("element", Text, primary_key=True),
    Column("signal", Text, primary_key=True),
    Column("definition_key", ForeignKey("process_definition.key"), nullable=False),
    Index("ix_signal_start_signal", "signal"),
    comment="Signal start events of the latest version of each process.",
)
