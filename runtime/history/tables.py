"""Read models of the journal, kept behind the execution of instances and rebuilt from it at any time; and what was removed.

What stands in `history_activity`, `history_decision` and `history_audit` is no truth of its own: it follows from the journal.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

history_activity = Table(
    "history_activity",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("definition_key", String(36), nullable=False, comment="Of the process the element belongs to, called ones too."),
    Column("element", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="The BPMN element, for example userTask; process for processes."),
    Column("parent", Integer),
    Column("activated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(16), comment="completed or terminated"),
    Column("milliseconds", BigInteger, comment="From activation to end."),
    Column("task", Integer, comment="The kernel's key of its user task."),
    Column("done_by", Text),
    Column("done_for", Text, comment="The person for whom done_by stood in."),
    Index("ix_history_activity_definition_key", "definition_key", "element"),
    Index("ix_history_activity_task", "instance_id", "task"),
    comment="How long each element instance took, and who did it.",
)

history_decision = Table(
    "history_decision",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="Counts from 0 in a row of the journal."),
    Column("key", Integer, nullable=False),
    Column("element", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("result", Json),
    Column("trace", Json, comment="For each decision that took part: inputs, rules hit, output."),
    Index("ix_history_decision_decision", "decision", "at"),
)

history_audit = Table(
    "history_audit",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("element", Text, comment="What the command was about, where that is one element."),
    Index("ix_history_audit_at", "at", "instance_id", "seq"),
    Index("ix_history_audit_actor", "actor", "at"),
    comment="Who did what to which instance, when and why.",
)

history_position = Table(
    "history_position",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("seq", Integer, nullable=False, comment="The last row of the instance's journal that the tables above hold."),
    Column("generation", Integer, nullable=False, comment="Of an older one, the instance is projected again."),
)

history_progress = Table(
    "history_progress",
    metadata,
    Column("name", Text, primary_key=True, comment="generation, follow or sweep"),
    Column("number", Integer, nullable=False),
    Column("at", UtcDateTime),
    Column("place", Text),
    comment="How far the projection of the journal is.",
)

history_retention = Table(
    "history_retention",
    metadata,
    Column("process_id", Text, primary_key=True),
    Column("time_to_live", Text, comment="ISO 8601 duration; empty: keep for ever."),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    comment="How long the operator has ended instances kept, whatever their diagram says.",
)

history_removal = Table(
    "history_removal",
    metadata,
    Column("run", String(36), primary_key=True),
    Column("definition_key", String(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("process_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rule", Text, nullable=False, comment="operator, diagram or configuration"),
    Column("time_to_live", Text, nullable=False),
    Column("ended_before", UtcDateTime, nullable=False),
    Column("instances", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("removed_by", Text, nullable=False),
    Index("ix_history_removal_at", "at"),
    comment="What was removed, and by which rule.",
)
