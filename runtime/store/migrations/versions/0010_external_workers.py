"""Jobs for external workers, priorities, and limits for job types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import UtcDateTime

revision = "0010"
down_revision = "0019"
branch_labels = None
depends_on = None

_LANE = "inside a transaction, timers: so, too, outside: under a lease, and external: a worker's"
_WORKER = "The name of the external worker that holds the lease."
_PRIORITY = "The larger goes first, among jobs outside."
_LIMITED = "A job type with a limit; the row is locked while one of them is taken."
_OFFERED = sa.text("status = 'open' AND lane = 'external'")
_OUTSIDE = sa.text("status = 'open' AND lane = 'outside'")
_LEASED = sa.text("lease IS NOT NULL")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("job", sa.Column("worker", sa.Text(), comment=_WORKER))
    op.add_column("job", sa.Column("priority", sa.Integer(), nullable=False, server_default="0", comment=_PRIORITY))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("job", "kind", comment="call, local, external, timer, message, continue, … or a registered kind")
        op.alter_column("job", "lane", comment=_LANE)
    first = sa.text("priority DESC")
    op.create_index("ix_job_outside", "job", [first, "due", "id"], sqlite_where=_OUTSIDE, postgresql_where=_OUTSIDE)
    op.create_index("ix_job_offered", "job", ["type", first, "due", "id"], sqlite_where=_OFFERED, postgresql_where=_OFFERED)
    op.create_index("ix_job_leased", "job", ["type"], sqlite_where=_LEASED, postgresql_where=_LEASED)
    op.create_table(
        "worker_ask",
        sa.Column("type", sa.Text(), nullable=False, comment="A job type that external workers ask for."),
        sa.Column("worker", sa.Text(), nullable=False, comment="The name of the last that asked."),
        sa.Column("asked_at", UtcDateTime(), nullable=False, comment="To the minute."),
        sa.PrimaryKeyConstraint("type", name="pk_worker_ask"),
    )
    op.create_table(
        "job_budget",
        sa.Column("type", sa.Text(), nullable=False, comment=_LIMITED),
        sa.Column("tokens", sa.Float(), nullable=False, comment="How many may begin at once, as of `filled_at`."),
        sa.Column("filled_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("type", name="pk_job_budget"),
    )
