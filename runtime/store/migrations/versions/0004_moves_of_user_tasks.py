"""What people do with user tasks among themselves, and who stands in for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    for column in (
        sa.Column("ended_for", sa.Text(), comment="The person for whom ended_by stood in."),
        sa.Column("sender", sa.Text(), comment="Who handed it over, sent it back, or asked for the co-signature."),
        sa.Column("note", sa.Text(), comment="Why they did."),
        sa.Column(
            "co_signs",
            sa.Integer(),
            comment="Set where the person only signs what another does: the kernel's key of the signing.",
        ),
    ):
        op.add_column("user_task", column)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("user_task", "status", comment="open, completed, refused or cancelled")
    op.create_table(
        "substitution",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["absent"], ["user_account.id"], name=op.f("fk_substitution_absent_user_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deputy"], ["user_account.id"], name=op.f("fk_substitution_deputy_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
        comment="Who does the tasks of whom, and from when until when.",
    )
    op.create_index("ix_substitution_absent", "substitution", ["absent", "ends_at"], unique=False)
    op.create_index("ix_substitution_deputy", "substitution", ["deputy", "ends_at"], unique=False)
