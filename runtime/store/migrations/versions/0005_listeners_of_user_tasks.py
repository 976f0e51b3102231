"""User tasks whose listeners are asked before they are assigned or completed, and why one refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    for column in (
        sa.Column("pending", sa.String(16), comment="assigning or completing, while listeners are asked whether that is done"),
        sa.Column("denied", sa.Text(), comment="Why a listener refused the last change."),
    ):
        op.add_column("user_task", column)
