"""What can be wrong with the work: nobody does it, it is late, it was given up, it waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from runtime.config import Config
from runtime.doctor import statements
from runtime.doctor.findings import Finding, error, good, warning
from runtime.doctor.stuck import all_stuck
from runtime.observe.heartbeat import DEAD_AFTER
from runtime.observe.statements import heartbeats
from runtime.store.types import Row
from runtime.store.work import Work

LATE = timedelta(minutes=1)
_SHOWN = 20


def check(work: Work, config: Config) -> Iterator[Finding]:
    """Everything about work, from the tables."""
    yield from _workers(work)
    yield from _overdue(work)
    yield from _leases(work, config)
    yield from _given_up(work)
    yield from _stuck(work)


def _workers(work: Work) -> Iterator[Finding]:
    found = heartbeats(work.connection)
    alive = [row for row in found if row["seen_at"] > work.now - DEAD_AFTER]
    for row in found:
        where = f"{row['host']}, process {row['process']}"
        if row in alive:
            yield good("workers", f"Runs jobs with Ringi {row['version']}.", where)
        else:
            said = f"Was heard of last at {row['seen_at']:%Y-%m-%d %H:%M:%S} UTC, and did not stop in order."
            yield warning("workers", said, "Look into its log. Its jobs go on with others.", where)
    if not alive:
        yield error("workers", "Nobody runs jobs and timers.", "Start `ringi up`, or `ringi worker` on PostgreSQL.")


def _overdue(work: Work) -> Iterator[Finding]:
    rows = statements.overdue_jobs(work.connection, work.now - LATE, _SHOWN)
    for row in rows:
        said = f"A job ({row['kind']}) is due since {row['due']:%Y-%m-%d %H:%M:%S} UTC, and nobody has begun it."
        yield warning("overdue jobs", said, "Start more workers, or look into the log of those there are.", _place(row))
    if not rows:
        yield good("overdue jobs", "No job has waited longer than a minute.")


def _leases(work: Work, config: Config) -> Iterator[Finding]:
    rows = statements.lapsed_leases(work.connection, work.now - config.lease, _SHOWN)
    for row in rows:
        said = f"A job ({row['kind']}) is in the hands of a process that is gone, since {row['due']:%Y-%m-%d %H:%M:%S} UTC."
        yield warning("leases", said, "Start a worker, which goes on with it.", _place(row))
    if not rows:
        yield good("leases", "No lease is older than twice its time.")


def _given_up(work: Work) -> Iterator[Finding]:
    for kind, count in sorted(statements.failed_jobs(work.connection).items()):
        said = f"{count:,} jobs ({kind}) were given up after all attempts."
        yield warning("given up", said, "See their incidents in the cockpit; put right what failed, and retry.", kind)
    incidents = statements.count_incidents(work.connection)
    if incidents:
        yield warning("incidents", f"{incidents:,} incidents are open.", "See them in the cockpit under /instances.")
    else:
        yield good("incidents", "No incident is open.")


def _stuck(work: Work) -> Iterator[Finding]:
    found = list(islice(all_stuck(work), _SHOWN))
    for one in found:
        said = f"An instance of {one.process} waits for nothing."
        fix = "Move a token or cancel it, and report this as a fault of Ringi with the instance's journal."
        yield error("stuck instances", said, fix, one.instance)
    if not found:
        yield good("stuck instances", "Every running instance waits for something, or has an incident.")


def _place(row: Row) -> str:
    return f"job {row['id']}" + (f" of instance {row['instance_id']}" if row["instance_id"] else "")
