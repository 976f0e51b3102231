"""Tables of messages and of those who wait for them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

_WAITING = text("status = 'waiting'")
_OPEN = text("status IN ('pending', 'waiting')")
_ANSWERED = text("status IN ('delivered', 'expired')")

message = Table(
    "message",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("variables", Json, nullable=False),
    Column(
        "status",
        String(16),
        nullable=False,
        comment="pending (a job delivers it), waiting, delivered, expired",
    ),
    Column("published_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("delivery_id", Text, unique=True, comment="The sender's id of this delivery: a repeat gets the first answer."),
    Column("fingerprint", String(64), comment="Hash of the message: tells a repeat from a delivery id used twice."),
    Column("answer", Json, comment="What the sender was told, for a repeat of the delivery id."),
    Index("ix_message_open", "name", "correlation_key", "published_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_message_answered", "published_at", sqlite_where=_ANSWERED, postgresql_where=_ANSWERED),
    Index("ix_message_expires_at", "expires_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

message_subscription = Table(
    "message_subscription",
    metadata,
    Column("id", Text, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("process_id", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("correlation_key", Text, nullable=False),
    Column("repeatable", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Index("ix_message_subscription_message", "message", "correlation_key", "opened_at"),
    Index("ix_message_subscription_instance_id", "instance_id"),
)

message_start = Table(
    "message_start",
    metadata,
    Column("process_id", Text, primary_key=True),
    Column("element", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("definition_key", ForeignKey("process_definition.key"), nullable=False),
    Index("ix_message_start_message", "message"),
    comment="Message start events of the latest version of each process.",
)
