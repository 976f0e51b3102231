"""Operations on many instances: batches, and the result of each item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import Json, UtcDateTime

revision = "0014"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("arguments", Json, nullable=False),
        sa.Column("query", Json, nullable=False, comment="The filter that the items were taken from, once."),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False, comment="previewed, running, paused, finished or cancelled"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("actor", Json, comment="On whose behalf it runs; empty until somebody starts it."),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("finished_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="The id of the instance, or of the incident."),
        sa.Column(
            "instance_id",
            sa.String(length=36),
            nullable=False,
            comment="Not a foreign key: the result outlives the instance.",
        ),
        sa.Column("element", sa.Text(), comment="Where the incident was."),
        sa.Column("state", sa.String(length=16), nullable=False, comment="waiting, trying, done, skipped or failed"),
        sa.Column("code", sa.String(length=32)),
        sa.Column("message", sa.Text()),
        sa.Column("made", sa.String(length=36), comment="The instance that a restart began."),
        sa.Column("at", UtcDateTime(), comment="When it was done, or last tried."),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id_batch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_item")),
        comment="The frozen list of a batch, and the result of each.",
    )
    op.create_index("ix_batch_item_state", "batch_item", ["batch_id", "state", "number"], unique=False)
    op.create_index("ix_incident_raised_at", "incident", ["raised_at", "id"], unique=False)
