"""Every table of the platform, gathered in `runtime.store.metadata` for the migrations and their test.

Tables of record types are not among them: packages declare those, and the records service makes them.
"""

from __future__ import annotations

from sqlalchemy import MetaData

import runtime.access.tables
import runtime.history.tables
import runtime.idempotency.tables
import runtime.jobs.tables
import runtime.messages.tables
import runtime.observe.tables
import runtime.operations.tables
import runtime.packages.tables
import runtime.processes.tables
import runtime.records.tables
import runtime.signals.tables
import runtime.webhooks.tables  # noqa: F401  # imported for their tables
from runtime.store.metadata import metadata


def platform_metadata() -> MetaData:
    """The MetaData with all of the platform's own tables."""
    return metadata
