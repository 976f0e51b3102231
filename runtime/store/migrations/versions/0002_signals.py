"""Signals: who waits for them, and which processes begin with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "signal_start",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("definition_key", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["process_definition.key"], name=op.f("fk_signal_start_definition_key_process_definition")
        ),
        sa.PrimaryKeyConstraint("process_id", "element", name=op.f("pk_signal_start")),
        comment="Signal start events of the latest version of each process.",
    )
    op.create_index("ix_signal_start_signal", "signal_start", ["signal"], unique=False)
    op.create_table(
        "signal_subscription",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_signal_subscription_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_subscription")),
    )
    op.create_index("ix_signal_subscription_instance_id", "signal_subscription", ["instance_id"], unique=False)
    op.create_index("ix_signal_subscription_signal", "signal_subscription", ["signal", "instance_id"], unique=False)
