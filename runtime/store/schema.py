"""Every table of the platform, gathered in `runtime.store.metadata` for the migrations and their test.

Tables of record types are not among them: packages declare those, and the records service makes them.
"""

from __future__ import annotations

import importlib
import importlib.util

from sqlalchemy import MetaData

import runtime.jobs.tables
import runtime.messages.tables
import runtime.packages.tables
import runtime.processes.tables  # noqa: F401  # imported for their tables
from runtime.store.metadata import metadata

for _area in ("runtime.access.tables", "runtime.records.tables"):
    if importlib.util.find_spec(_area):
        importlib.import_module(_area)


def platform_metadata() -> MetaData:
    """The MetaData with all of the platform's own tables."""
    return metadata
