"""Variables that tasks and instances are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "instance_field",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), comment="To compare numbers by; the exact one is the variable."),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name=op.f("fk_instance_field_instance_id_process_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "name", name=op.f("pk_instance_field")),
        comment="Variables of the process scope that the process names as its business fields.",
    )
    op.create_index("ix_instance_field_text", "instance_field", ["name", "text", "instance_id"], unique=False)
    op.create_index("ix_instance_field_number", "instance_field", ["name", "number", "instance_id"], unique=False)
