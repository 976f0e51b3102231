"""The one table of work to be done later: outbox, timer store and retry record at once.

A job row goes when its work is done, in the transaction that does it. A row that is there and due will be run, whatever
happened to the process that was to run it.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, desc, text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

_OPEN = text("status = 'open'")
_OFFERED = text("status = 'open' AND lane = 'external'")
_WAITING_OUTSIDE = text("status = 'open' AND lane = 'outside'")
_LEASED = text("lease IS NOT NULL")

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True, comment="<instance>.<key> for waits of an instance; else a UUID or the caller's."),
    Column("kind", Text, nullable=False, comment="call, local, external, timer, message, continue, … or a registered kind"),
    Column("instance_id", ForeignKey("process_instance.id")),
    Column("key", Integer, comment="The kernel's key of the job or timer."),
    Column("element", Text),
    Column("type", Text, comment="The job type, which finds the handler."),
    Column(
        "lane",
        String(8),
        nullable=False,
        comment="inside a transaction, timers: so, too, outside: under a lease, and external: a worker's",
    ),
    Column("payload", Json, nullable=False),
    Column("due", UtcDateTime, nullable=False, comment="When to look at it next; when leased, the end of the lease."),
    Column("retries", Integer, nullable=False, comment="How often it may be tried in all."),
    Column("attempts", Integer, nullable=False, comment="How often it was tried; spent also when a worker died."),
    Column("status", String(8), nullable=False, comment="open, or failed: parked with an incident until a person retries it"),
    Column("lease", String(36), comment="Who runs it now; a result from another holder is dropped."),
    Column("worker", Text, comment="The name of the external worker that holds the lease."),
    Column("priority", Integer, nullable=False, server_default="0", comment="The larger goes first, among jobs outside."),
    Column("last_error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor", Json, nullable=False, comment="On whose behalf the work is done."),
    Index("ix_job_due", "lane", "due", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_job_instance_id", "instance_id"),
)

# Of their own columns, so that neither costs a timer or a message anything.
_first = desc(job.c.priority)
Index("ix_job_outside", _first, job.c.due, job.c.id, sqlite_where=_WAITING_OUTSIDE, postgresql_where=_WAITING_OUTSIDE)
Index("ix_job_offered", job.c.type, _first, job.c.due, job.c.id, sqlite_where=_OFFERED, postgresql_where=_OFFERED)
Index("ix_job_leased", job.c.type, sqlite_where=_LEASED, postgresql_where=_LEASED)

worker_ask = Table(
    "worker_ask",
    metadata,
    Column("type", Text, primary_key=True, comment="A job type that external workers ask for."),
    Column("worker", Text, nullable=False, comment="The name of the last that asked."),
    Column("asked_at", UtcDateTime, nullable=False, comment="To the minute."),
)

job_budget = Table(
    "job_budget",
    metadata,
    Column("type", Text, primary_key=True, comment="A job type with a limit; the row is locked while one of them is taken."),
    Column("tokens", Float, nullable=False, comment="How many may begin at once, as of `filled_at`."),
    Column("filled_at", UtcDateTime, nullable=False),
)
