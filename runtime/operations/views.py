"""What lists and pages show of batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STATES = ("waiting", "trying", "done", "skipped", "failed")
"""What can have come of an item. ``trying``: it was done, and others still work on what it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """An operation on a frozen list. `status` is previewed, running, paused, finished or cancelled; `counts` are by state."""

    id: str
    operation: str
    arguments: Mapping[str, Any]
    query: Mapping[str, Any]
    reason: str
    status: str
    total: int
    counts: Mapping[str, int]
    created_at: datetime
    created_by: str
    started_at: datetime | None
    started_by: str | None
    finished_at: datetime | None

    @property
    def left(self) -> int:
        """How many items nobody has tried yet."""
        return self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One of the list and what came of it. `subject` is the id of the instance or incident, `made` a restarted instance."""

    number: int
    subject: str
    instance_id: str
    state: str
    code: str | None
    message: str | None
    made: str | None
    at: datetime | None
