"""Timers of instances have a lane of their own."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None

_COMMENT = "inside a transaction, timers: so, too, and outside: under a lease, between two"


def upgrade() -> None:
    """Bring the tables to this revision."""
    if op.get_context().dialect.name == "postgresql":  # SQLite has no comments
        op.execute(f"COMMENT ON COLUMN job.lane IS '{_COMMENT}'")
    op.execute("UPDATE job SET lane = 'timers' WHERE kind = 'timer'")
