"""Read models of the journal, how long ended instances are kept, and deployments that restore an earlier one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import Json, UtcDateTime

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_ENDED = sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    """Bring the tables to this revision."""
    _what_is_there()
    _read_models()
    _position()
    _retention()


def _what_is_there() -> None:
    op.add_column("deployment", sa.Column("restores", sa.String(36), comment="The deployment whose files these are again."))
    said = "How long the diagram has ended instances kept; an ISO 8601 duration."
    op.add_column("process_definition", sa.Column("time_to_live", sa.Text(), comment=said))
    op.create_index("ix_journal_at", "journal", ["at", "instance_id", "seq"], unique=False)
    op.create_index(
        "ix_process_instance_ended_at",
        "process_instance",
        ["definition_key", "ended_at"],
        unique=False,
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )


def _instance_id(table: str) -> sa.Column[str]:
    return sa.Column(
        "instance_id",
        sa.String(36),
        sa.ForeignKey("process_instance.id", name=op.f(f"fk_{table}_instance_id_process_instance")),
        nullable=False,
    )


def _read_models() -> None:
    op.create_table(
        "history_activity",
        _instance_id("history_activity"),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "definition_key", sa.String(36), nullable=False, comment="Of the process the element belongs to, called ones too."
        ),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="The BPMN element, for example userTask; process for processes."),
        sa.Column("parent", sa.Integer()),
        sa.Column("activated_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("outcome", sa.String(16), comment="completed or terminated"),
        sa.Column("milliseconds", sa.BigInteger(), comment="From activation to end."),
        sa.Column("task", sa.Integer(), comment="The kernel's key of its user task."),
        sa.Column("done_by", sa.Text()),
        sa.Column("done_for", sa.Text(), comment="The person for whom done_by stood in."),
        sa.PrimaryKeyConstraint("instance_id", "key", name=op.f("pk_history_activity")),
        comment="How long each element instance took, and who did it.",
    )
    op.create_index("ix_history_activity_definition_key", "history_activity", ["definition_key", "element"], unique=False)
    op.create_index("ix_history_activity_task", "history_activity", ["instance_id", "task"], unique=False)
    op.create_table(
        "history_decision",
        _instance_id("history_decision"),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "number", sa.Integer(), autoincrement=False, nullable=False, comment="Counts from 0 in a row of the journal."
        ),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("result", Json),
        sa.Column("trace", Json, comment="For each decision that took part: inputs, rules hit, output."),
        sa.PrimaryKeyConstraint("instance_id", "seq", "number", name=op.f("pk_history_decision")),
    )
    op.create_index("ix_history_decision_decision", "history_decision", ["decision", "at"], unique=False)
    op.create_table(
        "history_audit",
        _instance_id("history_audit"),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), comment="What the command was about, where that is one element."),
        sa.PrimaryKeyConstraint("instance_id", "seq", name=op.f("pk_history_audit")),
        comment="Who did what to which instance, when and why.",
    )
    op.create_index("ix_history_audit_at", "history_audit", ["at", "instance_id", "seq"], unique=False)
    op.create_index("ix_history_audit_actor", "history_audit", ["actor", "at"], unique=False)


def _position() -> None:
    op.create_table(
        "history_position",
        _instance_id("history_position"),
        sa.Column(
            "seq",
            sa.Integer(),
            nullable=False,
            comment="The last row of the instance's journal that the tables above hold.",
        ),
        sa.Column("generation", sa.Integer(), nullable=False, comment="Of an older one, the instance is projected again."),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_history_position")),
    )
    op.create_table(
        "history_progress",
        sa.Column("name", sa.Text(), nullable=False, comment="generation, follow or sweep"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime()),
        sa.Column("place", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_history_progress")),
        comment="How far the projection of the journal is.",
    )


def _retention() -> None:
    op.create_table(
        "history_retention",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("time_to_live", sa.Text(), comment="ISO 8601 duration; empty: keep for ever."),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_history_retention")),
        comment="How long the operator has ended instances kept, whatever their diagram says.",
    )
    op.create_table(
        "history_removal",
        sa.Column("run", sa.String(36), nullable=False),
        sa.Column("definition_key", sa.String(36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="operator, diagram or configuration"),
        sa.Column("time_to_live", sa.Text(), nullable=False),
        sa.Column("ended_before", UtcDateTime(), nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", "definition_key", name=op.f("pk_history_removal")),
        comment="What was removed, and by which rule.",
    )
    op.create_index("ix_history_removal_at", "history_removal", ["at"], unique=False)
