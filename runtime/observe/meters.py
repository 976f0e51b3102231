"""What this process counts and measures, in the form of Prometheus. `collector` has the numbers of the whole installation."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import Collector

from engine.api import Command, Event, commands, events
from runtime.store.work import Work

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable of the library's folder in which several processes of one server share what they count."""

_registry = CollectorRegistry()
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_requests = Histogram(
    "ringi_http_request_seconds",
    "Requests by route and status.",
    ("method", "route", "status"),
    buckets=_BUCKETS,
    registry=_registry,
)
_commands = Histogram(
    "ringi_command_seconds",
    "Commands to process instances, without the commit.",
    ("command",),
    buckets=_BUCKETS,
    registry=_registry,
)
_jobs = Histogram(
    "ringi_job_seconds", "Jobs by kind, with their commit.", ("kind", "ended"), buckets=_BUCKETS, registry=_registry
)
_instances = Counter("ringi_instances", "Instances by what happened to them.", ("happened",), registry=_registry)

_HAPPENED = {events.InstanceCompleted: "finished", events.InstanceCancelled: "cancelled"}


def request_answered(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered. `route` is the rule, not the address, so that there are few."""
    _requests.labels(method, route, str(status)).observe(seconds)


def command_given(work: Work, command: Command, happened: Sequence[Event], begun: float) -> None:
    """An instance took a command, whose work `begun` by the performance counter; it counts when it is committed."""
    seconds = time.perf_counter() - begun
    counted = [name for event in happened if (name := _HAPPENED.get(type(event)))]
    if isinstance(command, commands.StartInstance):
        counted.append("started")
    work.after_commit.append(partial(_count, type(command).__name__, seconds, counted))


def _count(command: str, seconds: float, happened: list[str]) -> None:
    _commands.labels(command).observe(seconds)
    for name in happened:
        _instances.labels(name).inc()


@contextmanager
def job_run(kind: str) -> Iterator[list[str]]:
    """Measure a job. The block may put into the list how it ended, if not in order."""
    begun, ended = time.perf_counter(), list[str]()
    try:
        yield ended
    except BaseException:
        ended.append("error")
        raise
    finally:
        _jobs.labels(kind, ended[-1] if ended else "done").observe(time.perf_counter() - begun)


def shown(*collectors: Collector) -> bytes:
    """The page that Prometheus reads: what the processes of this server measured, and what `collectors` find out."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    if SHARED in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(_registry) + generate_latest(registry)


def process_ended(process: int) -> None:
    """A process of this server is no more; what it counted stays counted."""
    if SHARED in os.environ:
        multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]
