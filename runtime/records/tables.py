"""The platform's own tables beside the records: history, counters, and imports.

The tables of record types themselves come from packages and are not here: see `runtime.records.record_tables`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

timeline_entry = Table(
    "timeline_entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="created, changed, stage_changed, owner_changed, note, …"),
    Column("title", Text, nullable=False, comment="empty when the kind says it all"),
    Column("data", Json, nullable=False),
    Index("ix_timeline_entry_record", "record_type", "record_id", "at", "id"),
)

stage_history = Table(
    "stage_history",
    metadata,
    Column("id", Text, primary_key=True),
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("pipeline", Text, nullable=False),
    Column("from_stage", Text, comment="null when the record entered the pipeline"),
    Column("to_stage", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("seconds", BigInteger, comment="in the stage that was left"),
    Column("reason", Text),
    Index("ix_stage_history_record", "record_type", "record_id", "at", "id"),
    Index("ix_stage_history_moves", "record_type", "pipeline", "to_stage", "at"),
)

checklist_mark = Table(
    "checklist_mark",
    metadata,
    Column("record_type", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("pipeline", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("done_at", UtcDateTime, nullable=False),
    Column("done_by", Text, nullable=False),
)

record_number = Table(
    "record_number",
    metadata,
    Column("record_type", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

record_schema = Table(
    "record_schema",
    metadata,
    Column("name", Text, primary_key=True),
    Column(
        "fingerprint", Text, nullable=False, comment="of the declared tables, so that nothing is compared when nothing changed"
    ),
    Column("updated_at", UtcDateTime, nullable=False),
)

import_job = Table(
    "import_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("import_name", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("status", Text, nullable=False, comment="staging, running, finished"),
    Column("encoding", Text, nullable=False),
    Column("delimiter", Text, nullable=False),
    Column("header", Json, nullable=False),
    Column("unused_columns", Json, nullable=False),
    Column("staged_rows", Integer, nullable=False),
    Column("language", Text, nullable=False, comment="in which the reasons for bad rows are written"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("ix_import_job_created_at", "created_at"),
)

import_file = Table(
    "import_file",
    metadata,
    Column("import_id", Text, ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False, comment="kept until every row is staged"),
)

import_row = Table(
    "import_row",
    metadata,
    Column("import_id", Text, ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True),
    Column("row", Integer, primary_key=True, comment="as a spreadsheet counts; the header is row 1"),
    Column("state", Text, nullable=False, comment="ready, done, repeated, invalid, failed"),
    Column("key", Text),
    Column("variables", Json, nullable=False),
    Column("errors", Json, nullable=False),
    Column("message_id", Text),
    Column("instances", Json, nullable=False),
    Column("stored", Boolean(create_constraint=False), nullable=False, comment="no process was there yet; the message waits"),
    Index("ix_import_row_state", "import_id", "state", "row"),
)
