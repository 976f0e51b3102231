"""Decisions and forms have version tags, as processes do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("deployed_part", sa.Column("version_tag", sa.Text()))
