"""Tables of outgoing webhooks: who is told, and what was or is to be sent."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("events", Json, nullable=False, comment="Types of events; one that ends with .* means all that begin so."),
    Column("status", String(8), nullable=False, comment="active, or disabled"),
    Column("disabled_because", Text),
    Column("failing_since", UtcDateTime, comment="When it began that nothing arrives; null while all is well."),
    Column("secret_number", Integer, nullable=False, comment="Counts the secrets; they are not stored."),
    Column("old_secret_until", UtcDateTime, comment="Until then messages are signed with the secret before, too."),
    Column("key_print", String(16), nullable=False, comment="Of the key that its secrets are made from."),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("endpoint_id", ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", String(64), nullable=False, comment="Sent as webhook-id; the same at every attempt."),
    Column("type", Text, nullable=False),
    Column("body", Text, nullable=False, comment="As it is sent."),
    Column("status", String(12), nullable=False, comment="waiting, delivered, or dead: given up until it is replayed"),
    Column("attempts", Integer, nullable=False),
    Column("last_status", Integer, comment="HTTP status of the last answer."),
    Column("last_error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_webhook_delivery_endpoint_id", "endpoint_id", "id"),
    Index("ix_webhook_delivery_status", "status", "id"),
    Index("ix_webhook_delivery_changed_at", "changed_at"),
)
