"""What the execution of instances is made of; put together in `runtime.platform`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.api import Event
from runtime.jobs.backoff import Backoff
from runtime.jobs.handlers import Handlers
from runtime.jobs.queue import Queue
from runtime.processes.library import Library
from runtime.processes.timeline import Origin, Timeline, no_timeline
from runtime.sdk import Records
from runtime.store.work import Work

Link = Callable[[str, str], None]
"""Links a record, by type and id, with the running instance."""

RecordsFor = Callable[[Work, Link], Records]
"""The records of a local handler: in its transaction, with the process as actor."""


def _no_records(work: Work, link: Link) -> Records:
    raise LookupError("this platform was built without records")


Announce = Callable[[Work, Origin, Sequence[Event], bool], None]
"""Tells other systems what happened to an instance, in the same transaction; True for its first step."""


def _nobody(work: Work, origin: Origin, happened: Sequence[Event], begins: bool) -> None:
    """For a platform without webhooks."""


@dataclass(kw_only=True)
class Parts:
    """`records` and `timeline` are given by the records service when the platform is wired, `announce` by the webhooks.

    `allow_python` tells that diagrams whose scripts are Python may be deployed and run.
    """

    library: Library = field(default_factory=Library)
    handlers: Handlers = field(default_factory=Handlers)
    queue: Queue = field(default_factory=Queue)
    backoff: Backoff = field(default_factory=Backoff)
    records: RecordsFor = _no_records
    timeline: Timeline = no_timeline
    announce: Announce = _nobody
    allow_python: bool = False
