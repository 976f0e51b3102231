"""Processes that run jobs say that they live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False, comment="Its number on the host."),
        sa.Column("version", sa.Text(), nullable=False, comment="Of Ringi."),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        comment="Processes that run jobs; a row goes when its process stops in order.",
    )
