"""The one place where the parts are put together. Tests call `build` with their own parts; nothing else is global."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.api import Value
from runtime.access.actor import SYSTEM
from runtime.access.service import Access
from runtime.clock import Clock
from runtime.config import Config, from_environment
from runtime.doctor.stuck import Watch
from runtime.execute import Executor
from runtime.history.retention import Retention
from runtime.history.service import History
from runtime.idempotency import service as idempotency
from runtime.jobs.distributed import PostgresBell, bell_between
from runtime.jobs.embedded import EmbeddedClock
from runtime.jobs.handlers import Handlers
from runtime.jobs.limits import limits_of
from runtime.jobs.service import Jobs
from runtime.jobs.statements import EXTERNAL
from runtime.messages.buffer import DELIVER
from runtime.messages.service import Messages
from runtime.observe.heartbeat import Heartbeat
from runtime.operations.service import Batches
from runtime.packages.declared import Declared, read_declared
from runtime.packages.find import Found, find_packages, in_order
from runtime.packages.package import Package
from runtime.packages.read import read_package
from runtime.packages.service import Installed, Packages, collect_handlers
from runtime.processes.deployments import Deployments
from runtime.processes.job_kinds import InstanceJobs
from runtime.processes.parts import Link, Parts
from runtime.processes.service import Processes
from runtime.processes.timeline import RecordKey
from runtime.records import handlers as record_handlers
from runtime.records import timeline
from runtime.records.imports import KIND as IMPORT
from runtime.records.imports import Imports
from runtime.records.job_records import RecordAccess
from runtime.records.parts import Settings
from runtime.records.service import Records
from runtime.signals.service import Signals
from runtime.store.batches import in_batches
from runtime.store.database import Database
from runtime.store.work import Work
from runtime.timers.due import DueTimers
from runtime.timers.starts import TIMER_START, TimerStarts
from runtime.webhooks.incoming import Hooks
from runtime.webhooks.outgoing import Outgoing
from runtime.webhooks.wiring import hooks_of, outgoing_of, telling_both
from runtime.workers.service import ExternalWorkers
from runtime.workers.waiting import hand_over, tell_of_forgotten

__all__ = ["Config", "Platform", "build", "from_environment"]

_log = logging.getLogger(__name__)

BUILT_IN_HANDLERS = (record_handlers,)
LARGEST_SKEW = timedelta(seconds=1)


@dataclass(kw_only=True)
class Platform:
    """An installation, ready to be prepared and used. Services take the Work of `database.write` or `database.read` first."""

    config: Config
    database: Database
    access: Access
    processes: Processes
    batches: Batches
    jobs: Jobs
    timers: DueTimers
    workers: ExternalWorkers
    messages: Messages
    signals: Signals
    records: Records
    imports: Imports
    packages: Packages
    handlers: Handlers
    parts: Parts
    history: History
    webhooks: Outgoing
    hooks: Hooks
    clock: EmbeddedClock
    heartbeat: Heartbeat
    bell: PostgresBell | None = None

    def prepare(self) -> tuple[Installed, ...]:
        """Bring the tables to this version and install what the packages bring. Quick when all is there already."""
        self.database.upgrade()
        if self.bell is not None:
            self.bell.install()
        self._warn_of_skew()
        with self.database.write(SYSTEM, "start") as work:
            hand_over(work, self.parts.queue, self.handlers)
            return self.packages.install_all(work)

    def start(self) -> None:
        """Begin to run jobs in this process; what fell due while nobody ran them comes first."""
        self.clock.start(sweep=self.config.sweep)
        self.heartbeat.start()

    def stop(self) -> bool:
        """Finish the jobs in hand and give the database back; False when some did not end in time, which others go on with."""
        self.parts.queue.offers.close()
        ended = self.clock.stop(self.config.grace)
        self.heartbeat.stop()
        if not ended:
            self.jobs.give_back()
        self.database.close()
        return ended

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
    declared = read_declared(found.packages)
    database = Database(config.database_url, clock=clock)
    parts = Parts(allow_python=config.allow_python)
    parts.library.calendars = declared.calendars
    executor = Executor(parts)
    limits = limits_of(config.job_limits, {package.name: package.manifest.limits for package in found.packages})
    jobs = Jobs(database, parts.queue, backoff=parts.backoff, lease=config.lease, limits=limits)
    messages = Messages(executor, parts.queue)
    signals = Signals(executor, parts.queue)
    timers = DueTimers(database, jobs, rate=config.overdue_per_second)
    starts = TimerStarts(executor, parts.queue)
    deployments = Deployments(parts, starts, messages.expect)
    access = Access(declared.roles)
    webhooks = outgoing_of(config, database, jobs, parts)
    records = _records(config, declared, access, messages, webhooks)
    imports = _imports(config, declared, access, messages, jobs)
    history = History(database, parts.library, _retention(config, database))
    bell = bell_between(database, parts.queue, poll=config.sweep, listen=config.listen) if config.distributed else None
    _connect(parts, records)
    collect_handlers(parts.handlers, found.packages, BUILT_IN_HANDLERS)
    InstanceJobs(executor).register(jobs)
    workers = ExternalWorkers(executor, access.policy, limits)
    jobs.register_owned(EXTERNAL, workers.lapse, lane=EXTERNAL)
    jobs.register(DELIVER, messages.deliver)
    signals.register(jobs)
    jobs.register(TIMER_START, starts.fire)
    jobs.register_outside(IMPORT, imports.batch)
    processes = Processes(executor, deployments, jobs)
    return Platform(
        config=config,
        database=database,
        access=access,
        processes=processes,
        batches=Batches(processes, jobs),
        jobs=jobs,
        timers=timers,
        workers=workers,
        messages=messages,
        signals=signals,
        records=records,
        imports=imports,
        packages=Packages(found, deployments.deploy, records.install),
        handlers=parts.handlers,
        parts=parts,
        history=history,
        webhooks=webhooks,
        hooks=hooks_of(config, found.packages, messages),
        clock=EmbeddedClock(
            jobs,
            timers,
            parts.queue,
            housekeeping=_housekeeping(config, database, messages, access, history, webhooks=webhooks),
            offset=lambda: database.clock.offset,
            threads=config.threads,
            bell=bell,
        ),
        heartbeat=Heartbeat(database, Watch(database).look),
        bell=bell,
    )


def _retention(config: Config, database: Database) -> Retention:
    return Retention(database, default=config.history_time_to_live, keeps_timeline=config.history_keeps_timeline)


def _found(config: Config, packages: Sequence[Package | Path] | None) -> Found:
    if packages is None:
        return find_packages(config.packages, announced=config.installed_packages)
    return Found(in_order([p if isinstance(p, Package) else read_package(p) for p in packages]))


def _records(config: Config, declared: Declared, access: Access, messages: Messages, webhooks: Outgoing) -> Records:
    def announce(work: Work, name: str, correlation_key: str, variables: Mapping[str, Value]) -> None:
        # What happened to a record is for those who wait for it now: an old change must not wake a process that waits later.
        messages.publish_later(work, name, correlation_key, variables, ttl=timedelta(0))

    settings = Settings(phone_region=config.phone_region)
    return Records(declared.record_types, access, publish_later=telling_both(announce, webhooks), settings=settings)


def _imports(config: Config, declared: Declared, access: Access, messages: Messages, jobs: Jobs) -> Imports:
    return Imports(
        declared.imports,
        access.policy,
        publish=messages.publish,
        enqueue=jobs.enqueue,
        phone_region=config.phone_region,
    )


def _connect(parts: Parts, records: Records) -> None:
    """Give running processes their way to the records: for local handlers, and for lines in the timelines."""

    def records_for(work: Work, link: Link) -> RecordAccess:
        return RecordAccess(records, work, link)

    def tell(work: Work, record: RecordKey, kind: str, title: str, data: Mapping[str, Any]) -> None:
        timeline.add(work, *record, kind, title, data)

    parts.records = records_for
    parts.timeline = tell


def _housekeeping(
    config: Config, database: Database, messages: Messages, access: Access, history: History, *, webhooks: Outgoing
) -> Callable[[], None]:
    def clean() -> None:
        with database.write(SYSTEM, "housekeeping") as work:
            access.purge(work)
        in_batches(database, messages.expire)
        in_batches(database, messages.forget)
        in_batches(database, idempotency.purge)
        in_batches(database, webhooks.forget)
        history.tend()
        with database.write(SYSTEM, "housekeeping") as work:
            tell_of_forgotten(work, config.worker_patience)

    return clean
