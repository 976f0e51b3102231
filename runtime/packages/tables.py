"""Which packages a database holds."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from runtime.store.metadata import metadata
from runtime.store.types import Json, UtcDateTime

package = Table(
    "package",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("label", Json, nullable=False),
    Column("content_hash", String(64), nullable=False, comment="Over the manifest and every file it names."),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("installed_by", Text, nullable=False),
)
