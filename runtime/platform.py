"""The one place where the parts are put together. Tests call `build` with their own parts; nothing else is global."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runtime.access.actor import SYSTEM
from runtime.clock import Clock
from runtime.config import Config, from_environment
from runtime.execute import Executor
from runtime.jobs.embedded import EmbeddedClock
from runtime.jobs.handlers import Handlers
from runtime.jobs.service import Jobs
from runtime.messages.buffer import DELIVER
from runtime.messages.service import Messages
from runtime.packages.find import Found, find_packages, in_order
from runtime.packages.package import Package
from runtime.packages.read import read_package
from runtime.packages.service import Installed, Packages, collect_handlers
from runtime.processes.deployments import Deployments
from runtime.processes.job_kinds import InstanceJobs
from runtime.processes.parts import Parts
from runtime.processes.service import Processes
from runtime.store.database import Database
from runtime.timers.starts import TIMER_START, TimerStarts

__all__ = ["Config", "Platform", "build", "from_environment"]

_log = logging.getLogger(__name__)

LARGEST_SKEW = timedelta(seconds=1)


@dataclass(kw_only=True)
class Platform:
    """An installation, ready to be prepared and used. Services take the Work of `database.write` or `database.read` first."""

    config: Config
    database: Database
    processes: Processes
    jobs: Jobs
    messages: Messages
    packages: Packages
    handlers: Handlers
    parts: Parts
    clock: EmbeddedClock

    def prepare(self) -> tuple[Installed, ...]:
        """Bring the tables to this version and install what the packages bring. Quick when all is there already."""
        self.database.upgrade()
        self._warn_of_skew()
        with self.database.write(SYSTEM, "start") as work:
            return self.packages.install_all(work)

    def start(self) -> None:
        """Begin to run jobs in this process; what fell due while nobody ran them comes first."""
        self.clock.start(sweep=self.config.sweep)

    def stop(self) -> None:
        """Finish the jobs in hand and give the database back."""
        self.clock.stop()
        self.database.close()

    def _warn_of_skew(self) -> None:
        with self.database.read() as work:
            skew = abs(datetime.now(UTC) + self.database.clock.offset - work.now)
        if skew > LARGEST_SKEW:
            _log.warning("the clocks of this host and of the database differ by %s; due times follow the database", skew)


def build(config: Config, *, packages: Sequence[Package | Path] | None = None, clock: Clock | None = None) -> Platform:
    """Wire an installation. `packages` replaces those that the configuration would find. Nothing is written yet: see `prepare`.

    Raises Invalid or Conflict for packages that cannot be read, do not fit, or clash.
    """
    found = _found(config, packages)
    database = Database(config.database_url, clock=clock)
    parts = Parts()
    executor = Executor(parts)
    jobs = Jobs(database, parts.queue, backoff=parts.backoff, lease=config.lease)
    messages = Messages(executor, parts.queue)
    timers = TimerStarts(executor, parts.queue)
    deployments = Deployments(parts, timers, messages.expect)
    processes = Processes(executor, deployments, jobs)
    collect_handlers(parts.handlers, found.packages)
    _register_kinds(jobs, executor, messages, timers)
    return Platform(
        config=config,
        database=database,
        processes=processes,
        jobs=jobs,
        messages=messages,
        packages=Packages(found, deployments.deploy, lambda work: None),
        handlers=parts.handlers,
        parts=parts,
        clock=_clock(config, database, jobs, parts, messages),
    )


def _found(config: Config, packages: Sequence[Package | Path] | None) -> Found:
    if packages is None:
        return find_packages(config.packages, announced=config.installed_packages)
    return Found(in_order([p if isinstance(p, Package) else read_package(p) for p in packages]))


def _register_kinds(jobs: Jobs, executor: Executor, messages: Messages, timers: TimerStarts) -> None:
    InstanceJobs(executor).register(jobs)
    jobs.register(DELIVER, messages.deliver)
    jobs.register(TIMER_START, timers.fire)


def _clock(config: Config, database: Database, jobs: Jobs, parts: Parts, messages: Messages) -> EmbeddedClock:
    def housekeeping() -> None:
        with database.write(SYSTEM, "housekeeping") as work:
            messages.expire(work)

    return EmbeddedClock(
        jobs,
        parts.queue,
        housekeeping=housekeeping,
        offset=lambda: database.clock.offset,
        threads=config.threads,
    )
