"""A business key can stand once among the instances of a process, and messages are found in the order they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    _have_unique_keys()
    _find_messages_in_order()


def _have_unique_keys() -> None:
    about = "Among which instances of the process the business key stands once: running, ever; null: it need not."
    op.add_column("process_instance", sa.Column("key_unique", sa.String(length=8), comment=about))
    for name, where in (("running", "key_unique IS NOT NULL AND ended_at IS NULL"), ("ever", "key_unique = 'ever'")):
        once, columns = sa.text(where), ["process_id", "business_key"]
        index = f"uq_process_instance_{name}_key"
        op.create_index(index, "process_instance", columns, unique=True, sqlite_where=once, postgresql_where=once)


def _find_messages_in_order() -> None:
    still_open, answered = sa.text("status IN ('pending', 'waiting')"), sa.text("status IN ('delivered', 'expired')")
    op.drop_index("ix_message_waiting", table_name="message")
    columns = ["name", "correlation_key", "published_at", "id"]
    op.create_index("ix_message_open", "message", columns, sqlite_where=still_open, postgresql_where=still_open)
    op.create_index("ix_message_answered", "message", ["published_at"], sqlite_where=answered, postgresql_where=answered)
