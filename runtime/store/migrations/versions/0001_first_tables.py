"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from runtime.store.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "checklist_mark",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("pipeline", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", "record_id", "pipeline", "stage", "item", name=op.f("pk_checklist_mark")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("package", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.create_index("ix_deployment_content_hash", "deployment", ["content_hash"], unique=False)
    op.create_index("ix_deployment_package", "deployment", ["package", "id"], unique=False)
    op.create_table(
        "done_once",
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="what happens once in the life of an installation, such as its first set-up",
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_done_once")),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="Hash of address and body: tells a repeat from a key used twice.",
        ),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_index("ix_idempotent_answer_at", "idempotent_answer", ["at"], unique=False)
    op.create_table(
        "import_job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("import_name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="staging, running, finished"),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("delimiter", sa.Text(), nullable=False),
        sa.Column("header", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unused_columns", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("staged_rows", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False, comment="in which the reasons for bad rows are written"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index("ix_import_job_created_at", "import_job", ["created_at"], unique=False)
    op.create_table(
        "login_throttle",
        sa.Column("key", sa.Text(), nullable=False, comment="account:<user name> or address:<network>"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "status", sa.String(length=16), nullable=False, comment="pending (a job delivers it), waiting, delivered, expired"
        ),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column(
            "delivery_id", sa.Text(), nullable=True, comment="The sender's id of this delivery: a repeat gets the first answer."
        ),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=True,
            comment="Hash of the message: tells a repeat from a delivery id used twice.",
        ),
        sa.Column(
            "answer",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="What the sender was told, for a repeat of the delivery id.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_message_delivery_id")),
    )
    op.create_index(
        "ix_message_expires_at",
        "message",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_message_waiting",
        "message",
        ["name", "correlation_key", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "package",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("label", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False, comment="Over the manifest and every file it names."),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_package")),
    )
    op.create_table(
        "record_number",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", name=op.f("pk_record_number")),
    )
    op.create_table(
        "record_schema",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=False,
            comment="of the declared tables, so that nothing is compared when nothing changed",
        ),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_record_schema")),
    )
    op.create_table(
        "stage_history",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("pipeline", sa.Text(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=True, comment="null when the record entered the pipeline"),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=True, comment="in the stage that was left"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_history")),
    )
    op.create_index("ix_stage_history_moves", "stage_history", ["record_type", "pipeline", "to_stage", "at"], unique=False)
    op.create_index("ix_stage_history_record", "stage_history", ["record_type", "record_id", "at", "id"], unique=False)
    op.create_table(
        "timeline_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="created, changed, stage_changed, owner_changed, note, …"),
        sa.Column("title", sa.Text(), nullable=False, comment="empty when the kind says it all"),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
    )
    op.create_index("ix_timeline_entry_record", "timeline_entry", ["record_type", "record_id", "at", "id"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "roles",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="a list that narrows the user's roles, or null for all of them",
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"], unique=False)
    op.create_index("uq_api_token_token_hash", "api_token", ["token_hash"], unique=True)
    op.create_table(
        "deployed_part",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("part_id", sa.Text(), nullable=False),
        sa.Column("deployment_id", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_deployed_part_deployment_id_deployment")),
        sa.PrimaryKeyConstraint("kind", "part_id", "deployment_id", name=op.f("pk_deployed_part")),
        comment="Which decisions (kind decision) and forms (kind form) a deployment holds, by their id.",
    )
    op.create_table(
        "import_file",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="kept until every row is staged"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_job.id"], name=op.f("fk_import_file_import_id_import_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, comment="as a spreadsheet counts; the header is row 1"),
        sa.Column("state", sa.Text(), nullable=False, comment="ready, done, repeated, invalid, failed"),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("errors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("instances", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("stored", sa.Boolean(), nullable=False, comment="no process was there yet; the message waits"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_job.id"], name=op.f("fk_import_row_import_id_import_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_state", "import_row", ["import_id", "state", "row"], unique=False)
    op.create_table(
        "process_definition",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deployment_id", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_process_definition_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_process_definition")),
        sa.UniqueConstraint("process_id", "version", name=op.f("uq_process_definition_process_id_version")),
    )
    op.create_index("ix_process_definition_deployment_id", "process_definition", ["deployment_id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("deployment_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_resource_deployment_id_deployment")),
        sa.PrimaryKeyConstraint("deployment_id", "name", name=op.f("pk_resource")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_index("ix_user_role_role", "user_role", ["role"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    op.create_index("ix_user_session_expires_at", "user_session", ["expires_at"], unique=False)
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"], unique=False)
    op.create_table(
        "message_start",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("definition_key", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["process_definition.key"], name=op.f("fk_message_start_definition_key_process_definition")
        ),
        sa.PrimaryKeyConstraint("process_id", "element", name=op.f("pk_message_start")),
        comment="Message start events of the latest version of each process.",
    )
    op.create_index("ix_message_start_message", "message_start", ["message"], unique=False)
    op.create_table(
        "process_instance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("definition_key", sa.String(length=36), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="Counts the transactions; the fence against a second writer."
        ),
        sa.Column("next_key", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["process_definition.key"], name=op.f("fk_process_instance_definition_key_process_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_instance")),
    )
    op.create_index("ix_process_instance_business_key", "process_instance", ["business_key"], unique=False)
    op.create_index("ix_process_instance_definition_key", "process_instance", ["definition_key"], unique=False)
    op.create_index("ix_process_instance_process_id", "process_instance", ["process_id", "status", "id"], unique=False)
    op.create_index("ix_process_instance_status", "process_instance", ["status", "id"], unique=False)
    op.create_table(
        "element_instance",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "process", sa.String(length=36), nullable=False, comment="Definition key of the process the element belongs to."
        ),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_element_instance_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("instance_id", "key", name=op.f("pk_element_instance")),
    )
    op.create_index("ix_element_instance_process", "element_instance", ["process", "element"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=True),
        sa.Column(
            "key", sa.Integer(), nullable=True, comment="The kernel's key; empty when the platform itself could not run a job."
        ),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_incident_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        comment="Open incidents; the journal keeps those that were resolved.",
    )
    op.create_index("ix_incident_instance_id", "incident", ["instance_id"], unique=False)
    op.create_table(
        "instance_record",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_instance_record_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("instance_id", "record_type", "record_id", name=op.f("pk_instance_record")),
    )
    op.create_index("ix_instance_record_record", "instance_record", ["record_type", "record_id", "instance_id"], unique=False)
    op.create_table(
        "job",
        sa.Column(
            "id", sa.Text(), nullable=False, comment="<instance>.<key> for waits of an instance; else a UUID or the caller's."
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="call, local, timer, timer_start, message, continue, or a registered kind",
        ),
        sa.Column("instance_id", sa.String(length=36), nullable=True),
        sa.Column("key", sa.Integer(), nullable=True, comment="The kernel's key of the job or timer."),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True, comment="The job type, which finds the handler."),
        sa.Column(
            "lane", sa.String(length=8), nullable=False, comment="inside a transaction, or outside: under a lease, between two"
        ),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False, comment="When to look at it next; when leased, the end of the lease."),
        sa.Column("retries", sa.Integer(), nullable=False, comment="How often it may be tried in all."),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="How often it was tried; spent also when a worker died."),
        sa.Column(
            "status",
            sa.String(length=8),
            nullable=False,
            comment="open, or failed: parked with an incident until a person retries it",
        ),
        sa.Column(
            "lease", sa.String(length=36), nullable=True, comment="Who runs it now; a result from another holder is dropped."
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.JSON(none_as_null=True), nullable=False, comment="On whose behalf the work is done."),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_job_instance_id_process_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["lane", "due", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_job_instance_id", "job", ["instance_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_journal_instance_id_process_instance")),
        sa.PrimaryKeyConstraint("instance_id", "seq", name=op.f("pk_journal")),
    )
    op.create_table(
        "message_subscription",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_message_subscription_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_subscription")),
    )
    op.create_index("ix_message_subscription_instance_id", "message_subscription", ["instance_id"], unique=False)
    op.create_index(
        "ix_message_subscription_message", "message_subscription", ["message", "correlation_key", "opened_at"], unique=False
    )
    op.create_table(
        "user_task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("element_key", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(length=36), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_date", UtcDateTime(), nullable=True),
        sa.Column("follow_up_date", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False, comment="open, completed or cancelled"),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_user_task_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_task")),
    )
    op.create_index(
        "ix_user_task_assignee",
        "user_task",
        ["assignee", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_user_task_instance_id", "user_task", ["instance_id"], unique=False)
    op.create_index(
        "ix_user_task_open",
        "user_task",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "user_task_candidate",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="group or user"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_user_task_candidate_task_id_user_task")),
        sa.PrimaryKeyConstraint("task_id", "kind", "name", name=op.f("pk_user_task_candidate")),
        comment="Who may take a user task that is open; the rows go when it ends.",
    )
    op.create_index("ix_user_task_candidate_name", "user_task_candidate", ["kind", "name", "task_id"], unique=False)
