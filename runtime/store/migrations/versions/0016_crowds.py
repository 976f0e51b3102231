"""Element instances of a crowd are read one by one. On SQLite small rows lie in the order of their keys."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

_CROWD = sa.text("crowd > 0")


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
    wait = sa.Column("wait", sa.Integer(), comment="The lowest key of its open waits, where it is in a crowd.")
    with op.batch_alter_table("element_instance", recreate=_always(), table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.add_column(crowd)
        batch.add_column(wait)
        batch.drop_constraint(op.f("pk_element_instance"), type_="primary")
        batch.create_primary_key(op.f("pk_element_instance"), ["instance_id", "crowd", "key"])
    for name, column in (("ix_element_instance_crowd", "key"), ("ix_element_instance_wait", "wait")):
        op.create_index(name, "element_instance", ["instance_id", column], sqlite_where=_CROWD, postgresql_where=_CROWD)


def _always() -> Literal["always", "never"]:
    """SQLite's tables are made anew."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
