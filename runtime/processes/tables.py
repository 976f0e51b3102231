"""Tables of deployments and process instances.

An instance *is* its rows in `element_instance`: they are the state the kernel advances and what the cockpit counts. All else
about it (user tasks, jobs, subscriptions, incidents) is written from the same events in the same transaction, to be queried.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint, text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

_RUNNING_ONCE = text("key_unique IS NOT NULL AND ended_at IS NULL")
_EVER_ONCE = text("key_unique = 'ever'")
_WHERE_RUNNING: dict[str, Any] = {"sqlite_where": _RUNNING_ONCE, "postgresql_where": _RUNNING_ONCE}
_WHERE_EVER: dict[str, Any] = {"sqlite_where": _EVER_ONCE, "postgresql_where": _EVER_ONCE}

deployment = Table(
    "deployment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("package", Text),
    Column("content_hash", String(64), nullable=False),
    Column("deployed_at", UtcDateTime, nullable=False),
    Column("deployed_by", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("restores", String(36), comment="The deployment whose files these are again."),
    Index("ix_deployment_content_hash", "content_hash"),
    Index("ix_deployment_package", "package", "id"),
)

resource = Table(
    "resource",
    metadata,
    Column("deployment_id", ForeignKey("deployment.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

deployed_part = Table(
    "deployed_part",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("part_id", Text, primary_key=True),
    Column("deployment_id", ForeignKey("deployment.id"), primary_key=True),
    Column("resource", Text, nullable=False),
    Column("version_tag", Text),
    comment="Which decisions (kind decision) and forms (kind form) a deployment holds, by their id.",
)

process_definition = Table(
    "process_definition",
    metadata,
    Column("key", String(36), primary_key=True),
    Column("process_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("version_tag", Text),
    Column("name", Text, nullable=False),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False),
    Column("resource", Text, nullable=False),
    Column("time_to_live", Text, comment="How long the diagram has ended instances kept; an ISO 8601 duration."),
    UniqueConstraint("process_id", "version"),
    Index("ix_process_definition_deployment_id", "deployment_id"),
)

_HAS_ENDED = text("ended_at IS NOT NULL")

process_instance = Table(
    "process_instance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("definition_key", ForeignKey("process_definition.key"), nullable=False),
    Column("process_id", Text, nullable=False),
    Column("business_key", Text),
    Column(
        "key_unique",
        String(8),
        comment="Among which instances of the process the business key stands once: running, ever; null: it need not.",
    ),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False, comment="Counts the transactions; the fence against a second writer."),
    Column("next_key", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("result", Json),
    Index("ix_process_instance_process_id", "process_id", "status", "id"),
    Index("ix_process_instance_status", "status", "id"),
    Index("ix_process_instance_definition_key", "definition_key"),
    Index("ix_process_instance_business_key", "business_key"),
    Index("ix_process_instance_ended_at", "definition_key", "ended_at", sqlite_where=_HAS_ENDED, postgresql_where=_HAS_ENDED),
    Index("uq_process_instance_running_key", "process_id", "business_key", unique=True, **_WHERE_RUNNING),
    Index("uq_process_instance_ever_key", "process_id", "business_key", unique=True, **_WHERE_EVER),
)

_IN_A_CROWD = text("wait IS NOT NULL")
"""Not by `crowd`: SQLite would take the primary key instead of the index."""

element_instance = Table(
    "element_instance",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column(
        "crowd",
        Integer,
        primary_key=True,
        autoincrement=False,
        server_default="0",
        comment="0: read with every step. Else read when asked for, and this is the key of the scope around it.",
    ),
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("wait", Integer, comment="The lowest key of its open waits, 0 for none; empty where it is in no crowd."),
    Column("process", String(36), nullable=False, comment="Definition key of the process the element belongs to."),
    Column("element", Text, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_element_instance_process", "process", "element"),
    Index("ix_element_instance_crowd", "instance_id", "key", "wait", sqlite_where=_IN_A_CROWD, postgresql_where=_IN_A_CROWD),
    Index("ix_element_instance_wait", "instance_id", "wait", sqlite_where=_IN_A_CROWD, postgresql_where=_IN_A_CROWD),
    sqlite_with_rowid=False,
)

_OPEN = text("status = 'open'")

user_task = Table(
    "user_task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("key", Integer, nullable=False),
    Column("element_key", Integer, nullable=False),
    Column("definition_key", String(36), nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("form_id", Text),
    Column("assignee", Text),
    Column("priority", Integer, nullable=False),
    Column("due_date", UtcDateTime),
    Column("follow_up_date", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False, comment="open, completed, refused or cancelled"),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    Column("ended_for", Text, comment="The person for whom ended_by stood in."),
    Column("sender", Text, comment="Who handed it over, sent it back, or asked for the co-signature."),
    Column("note", Text, comment="Why they did."),
    Column("co_signs", Integer, comment="Set where the person only signs what another does: the kernel's key of the signing."),
    Column("pending", String(16), comment="assigning or completing, while listeners are asked whether that is done"),
    Column("denied", Text, comment="Why a listener refused the last change."),
    Index("ix_user_task_instance_id", "instance_id"),
    Index("ix_user_task_assignee", "assignee", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_user_task_open", "priority", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

user_task_candidate = Table(
    "user_task_candidate",
    metadata,
    Column("task_id", ForeignKey("user_task.id"), primary_key=True),
    Column("kind", String(8), primary_key=True, comment="group or user"),
    Column("name", Text, primary_key=True),
    Index("ix_user_task_candidate_name", "kind", "name", "task_id"),
    sqlite_with_rowid=False,
    comment="Who may take a user task that is open; the rows go when it ends.",
)

incident = Table(
    "incident",
    metadata,
    Column("id", Text, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id")),
    Column("key", Integer, comment="The kernel's key; empty when the platform itself could not run a job."),
    Column("element", Text),
    Column("code", String(32), nullable=False),
    Column("message", Text, nullable=False),
    Column("job_id", Text),
    Column("raised_at", UtcDateTime, nullable=False),
    Index("ix_incident_instance_id", "instance_id"),
    Index("ix_incident_raised_at", "raised_at", "id"),
    comment="Open incidents; the journal keeps those that were resolved.",
)

journal = Table(
    "journal",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("events", Json, nullable=False),
    Index("ix_journal_at", "at", "instance_id", "seq"),
)

instance_field = Table(
    "instance_field",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("number", Double, comment="To compare numbers by; the exact one is the variable."),
    Index("ix_instance_field_text", "name", "text", "instance_id"),
    Index("ix_instance_field_number", "name", "number", "instance_id"),
    comment="Variables of the process scope that the process names as its business fields.",
)

instance_record = Table(
    "instance_record",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Index("ix_instance_record_record", "record_type", "record_id", "instance_id"),
    sqlite_with_rowid=False,
)
