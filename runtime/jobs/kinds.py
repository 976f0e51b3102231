"""The four ways in which a kind of job can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from runtime.access.actor import Actor
from runtime.store.database import Database
from runtime.store.types import Row
from runtime.store.work import Work

Payload = Mapping[str, Any]

Inside = Callable[[Work, Payload], None]
"""Does the work in the transaction that also deletes the job: exactly once."""

Outside = Callable[[Database, Payload], timedelta | None]
"""Does the work under a lease, in transactions of its own: at least once. It says after which time it wants to go on (zero for
at once), None when it is done. It must stand being run again from where it was. The lease is renewed meanwhile, for an
hour at most."""

Owned = Callable[[Work, Row, Row], None]
"""Does the work of an instance's job. It gets the locked rows of job and instance and changes or deletes the job itself."""

WriteDown = Callable[[Work, Row | None], None]
"""Writes down the result of a leased job; gets the locked row of its instance, if it belongs to one."""

Leased = Callable[[Row], WriteDown]
"""Does the work of a leased job outside any transaction; what it returns is called while the lease still holds. The row has one
thing more than the table: ``now``, when the lease began."""


@dataclass(slots=True)
class Kinds:
    """What is registered, by kind."""

    inside: dict[str, Inside] = field(default_factory=dict)
    outside: dict[str, Outside] = field(default_factory=dict)
    owned: dict[str, Owned] = field(default_factory=dict)
    leased: dict[str, Leased] = field(default_factory=dict)

    def check_new(self, kind: str) -> None:
        """Raise ValueError when the kind is registered already."""
        if any(kind in table for table in (self.inside, self.outside, self.owned, self.leased)):
            raise ValueError(f"the job kind {kind!r} is registered twice")


class Unfinished(Exception):
    """The worker stopped, or lost its lease, every time the job was tried."""

    def __str__(self) -> str:
        return "the worker stopped or took too long each time"


def actor_of(job: Row) -> Actor:
    """On whose behalf a job is done."""
    who = job["actor"]
    return Actor(id=who["id"], name=who["name"], roles=frozenset(who["roles"]), via=who["via"], language=who["language"])
