"""What a local handler is given: the job, records and messages, all in the transaction that advances its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engine.api import Value, events
from runtime.access.actor import Actor
from runtime.jobs.work import checked
from runtime.messages.buffer import publish_later
from runtime.processes.parts import Parts
from runtime.processes.timeline import Origin, link
from runtime.sdk import Job, Records
from runtime.store.work import Work


def local_job(parts: Parts, work: Work, origin: Origin, created: events.JobCreated, variables: Mapping[str, Value]) -> Job:
    """The job for the handler; `variables` is what is visible at the element."""
    surroundings = _Surroundings(parts, _as_process(work, origin), origin)
    return Job(
        type=created.type,
        key=f"{origin.instance_id}.{created.job}",
        instance=origin.instance_id,
        element=created.element,
        now=work.now,
        variables=dict(variables),
        headers=created.headers,
        listener=created.listener,
        retries=created.retries,
        language=work.actor.language,
        records=_Lazily(surroundings),
        publish=surroundings.publish,
    )


def _as_process(work: Work, origin: Origin) -> Work:
    """The same transaction with the process as actor: a deployed diagram may do what it says, whoever moves it on."""
    actor = Actor(id=f"process:{origin.process_id}", name=origin.name, via="process", language=work.actor.language)
    return replace(work, actor=actor)


@dataclass
class _Surroundings:
    parts: Parts
    work: Work
    origin: Origin

    @cached_property
    def records(self) -> Records:
        return self.parts.records(self.work, self.link)

    def link(self, record_type: str, record_id: str) -> None:
        link(self.work, self.parts.timeline, self.origin, (record_type, record_id))

    def publish(self, message: str, correlation_key: str, variables: Mapping[str, Value]) -> None:
        publish_later(self.work, self.parts.queue, message, correlation_key, checked(variables))


class _Lazily:
    """Records that are made when they are first asked for: most handlers only compute."""

    def __init__(self, surroundings: _Surroundings) -> None:
        self._surroundings = surroundings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._surroundings.records, name)
