"""A unit of work: one transaction, and who does it when and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from runtime.access.actor import Actor


@dataclass(slots=True, kw_only=True)
class Work:
    """Everything that happens in one transaction gets this as its first argument.

    `now` is the database's clock (UTC) at the start of the transaction. `after_commit` holds callbacks that run once the
    transaction is on disk (ring a doorbell, never a state change); they do not run when it rolls back. `rung` is the earliest
    time for which the bell between processes was rung in this transaction.
    """

    connection: Connection
    now: datetime
    actor: Actor
    why: str = ""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    rung: datetime | None = None
