"""Outgoing webhooks: endpoints, and what was or is to be sent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import Json, UtcDateTime

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("events", Json, nullable=False, comment="Types of events; one that ends with .* means all that begin so."),
        sa.Column("status", sa.String(length=8), nullable=False, comment="active, or disabled"),
        sa.Column("disabled_because", sa.Text()),
        sa.Column("failing_since", UtcDateTime(), comment="When it began that nothing arrives; null while all is well."),
        sa.Column("secret_number", sa.Integer(), nullable=False, comment="Counts the secrets; they are not stored."),
        sa.Column("old_secret_until", UtcDateTime(), comment="Until then messages are signed with the secret before, too."),
        sa.Column(
            "key_print",
            sa.String(length=16),
            nullable=False,
            comment="Of the key that its secrets are made from.",
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("endpoint_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False, comment="Sent as webhook-id; the same at every attempt."),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="As it is sent."),
        sa.Column(
            "status", sa.String(length=12), nullable=False, comment="waiting, delivered, or dead: given up until it is replayed"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), comment="HTTP status of the last answer."),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_endpoint_id_webhook_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_endpoint_id", "webhook_delivery", ["endpoint_id", "id"])
    op.create_index("ix_webhook_delivery_status", "webhook_delivery", ["status", "id"])
    op.create_index("ix_webhook_delivery_changed_at", "webhook_delivery", ["changed_at"])
