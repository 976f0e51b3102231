"""A business key that stands once among the instances of a process, when the process or the one who starts it asks for that.

A unique index decides, so that of starts at the same moment one makes the instance and the others hear of it. See
docs/adr/0031.
"""

from __future__ import annotations

from runtime.errors import Conflict
from runtime.processes import key_statements
from runtime.store.types import Row
from runtime.store.work import Work

SCOPES = ("running", "ever")
_TRIES = 20


class AlreadyThere(Conflict):
    """An instance with the business key is there; `instance_id` names it."""

    def __init__(self, process_id: str, key: str, instance_id: str) -> None:
        detail = f"The process {process_id!r} has an instance with the business key {key!r}: {instance_id}."
        super().__init__("PROC-1015", detail)
        self.instance_id = instance_id


def insert_unique(work: Work, row: Row) -> None:
    """Add the row of an instance whose ``key_unique`` is set. Raises AlreadyThere when its business key is taken."""
    process_id, key = row["process_id"], row["business_key"]
    for _ in range(_TRIES):
        found = key_statements.select_with_key(work.connection, process_id, key, ever=row["key_unique"] == "ever")
        if found is not None:
            raise AlreadyThere(process_id, key, found)
        if key_statements.insert_unless_taken(work.connection, row):
            return
    raise Conflict("PROC-1016", f"Instances with the business key {key!r} keep starting and ending. Try again.")
