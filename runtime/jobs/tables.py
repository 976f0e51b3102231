"""The one table of work to be done later: outbox, timer store and retry record at once.

A job row goes when its work is done, in the transaction that does it. A row that is there and due will be run, whatever
happened to the process that was to run it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

_OPEN = text("status = 'open'")

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True, comment="<instance>.<key> for waits of an instance; else a UUID or the caller's."),
    Column("kind", Text, nullable=False, comment="call, local, timer, timer_start, message, continue, or a registered kind"),
    Column("instance_id", ForeignKey("process_instance.id")),
    Column("key", Integer, comment="The kernel's key of the job or timer."),
    Column("element", Text),
    Column("type", Text, comment="The job type, which finds the handler."),
    Column(
        "lane",
        String(8),
        nullable=False,
        comment="inside a transaction, timers: so, too, and outside: under a lease, between two",
    ),
    Column("payload", Json, nullable=False),
    Column("due", UtcDateTime, nullable=False, comment="When to look at it next; when leased, the end of the lease."),
    Column("retries", Integer, nullable=False, comment="How often it may be tried in all."),
    Column("attempts", Integer, nullable=False, comment="How often it was tried; spent also when a worker died."),
    Column("status", String(8), nullable=False, comment="open, or failed: parked with an incident until a person retries it"),
    Column("lease", String(36), comment="Who runs it now; a result from another holder is dropped."),
    Column("last_error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor", Json, nullable=False, comment="On whose behalf the work is done."),
    Index("ix_job_due", "lane", "due", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_job_instance_id", "instance_id"),
)
