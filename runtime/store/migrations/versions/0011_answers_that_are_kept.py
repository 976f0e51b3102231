"""Kept answers hold every kind of body, and messages are found in the order they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import Json

revision = "0011"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    _keep_bodies()


def _keep_bodies() -> None:
    op.add_column("idempotent_answer", sa.Column("body", sa.Text(), comment="As it was sent."))
    headers = sa.Column("headers", Json, comment="Those that belong to the body: its type, its version.")
    op.add_column("idempotent_answer", headers)
    kind = '{"Content-Type":"application/json"}'
    op.execute(f"UPDATE idempotent_answer SET body = CAST(answer AS TEXT), headers = '{kind}'")  # noqa: S608  # fixed text
    op.drop_column("idempotent_answer", "answer")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("idempotent_answer", "status", comment="0 while the work goes on")
