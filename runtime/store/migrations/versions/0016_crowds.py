"""Element instances of a crowd are read one by one. On SQLite small rows lie in the order of their keys."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

_IN_A_CROWD = sa.text("wait IS NOT NULL")


def upgrade() -> None:
    """Bring the tables to this revision."""
    _element_instances()
    for table in ("user_task_candidate", "instance_record"):
        with op.batch_alter_table(table, recreate=_always(), table_kwargs={"sqlite_with_rowid": False}):
            pass


def _element_instances() -> None:
    """All that is there is read with every step, as before."""
    crowd = sa.Column(
        "crowd",
        sa.Integer(),
        autoincrement=False,
        nullable=False,
        server_default="0",
        comment="0: read with every step. Else read when asked for, and this is the key of the scope around it.",
    )
    wait = sa.Column(
        "wait", sa.Integer(), comment="The lowest key of its open waits, 0 for none; empty where it is in no crowd."
    )
    with op.batch_alter_table("element_instance", recreate=_always(), table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.add_column(crowd)
        batch.add_column(wait)
        batch.drop_constraint(op.f("pk_element_instance"), type_="primary")
        batch.create_primary_key(op.f("pk_element_instance"), ["instance_id", "crowd", "key"])
    where: Any = {"sqlite_where": _IN_A_CROWD, "postgresql_where": _IN_A_CROWD}
    op.create_index("ix_element_instance_crowd", "element_instance", ["instance_id", "key", "wait"], **where)
    op.create_index("ix_element_instance_wait", "element_instance", ["instance_id", "wait"], **where)


def _always() -> Literal["always", "never"]:
    """SQLite's tables are made anew."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
