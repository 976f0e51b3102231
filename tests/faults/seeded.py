"""Ten bugs that platforms like this one had, to be put in one at a time, to see that the faults and invariants find them.

Each replaces one function before the processes are forked; its docstring tells the bug.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from engine.api import events
from runtime.access.actor import SYSTEM
from runtime.http.current import platform
from runtime.jobs import statements as jobs
from runtime.jobs.leases import Leases
from runtime.jobs.service import Jobs
from runtime.jobs.tables import job
from runtime.messages import statements as messages
from runtime.messages.service import Messages
from runtime.processes import job_kinds, mirror
from runtime.processes import statements as steps
from runtime.processes.service import Processes
from runtime.processes.tables import process_instance
from runtime.store.ids import new_id
from tests.faults import world
from tests.faults.faults import Plan
from tests.faults.rounds import POSTGRESQL, SQLITE
from tests.faults.shapes import BY_NAME

Patch = pytest.MonkeyPatch

_SOME_KILLS = Plan(starts=8, kills=30, seconds=12, calm=4)
_NO_KILLS = Plan(starts=12, seconds=20, calm=20)


@dataclass(frozen=True, kw_only=True)
class Bug:
    """`found_by` are the invariants of which one at least must tell; `end` is that work comes to its end."""

    put_in: Callable[[Patch], None]
    found_by: frozenset[str]
    database: str = SQLITE
    plan: Plan = _SOME_KILLS
    options: Mapping[str, Any] = field(default_factory=dict)


def no_version_fence(patch: Patch) -> None:
    """Two may change an instance at the same time: it is not locked, and nobody looks whether it changed meanwhile."""

    def step(connection: Connection, instance_id: str, version: int, values: Mapping[str, Any]) -> bool:
        changed = update(process_instance).where(process_instance.c.id == instance_id)
        connection.execute(changed.values(version=version + 1, **values))
        return True

    patch.setattr(steps, "lock_instance", steps.select_instance)
    patch.setattr(steps, "try_lock_instance", steps.select_instance)
    patch.setattr(steps, "step_instance", step)


def no_idempotency_key(patch: Patch) -> None:
    """A call has a new key at each attempt."""
    right = job_kinds.InstanceJobs._job
    patch.setattr(job_kinds.InstanceJobs, "_job", staticmethod(lambda row: replace(right(row), key=new_id())))


def effect_before_commit(patch: Patch) -> None:
    """The outside is called in the midst of the transaction, which may still be undone."""
    right = world.caller
    patch.setattr(world, "caller", lambda address: replace(right(address), kind="local"))


def timer_kept_in_memory(patch: Patch) -> None:
    """A timer is known only to the process that began it, until it is due."""

    def scheduled(of: Any, event: events.TimerScheduled, *others: Any) -> None:
        work, engine = of._work, of._work.connection.engine
        about = {"key": event.timer, "element": event.element, **of._instance}
        payload = {"cycle": event.cycle, "repetitions": event.repetitions}
        row = of._queue.row(work, of.wait_id(event.timer), mirror.TIMER, due=event.due, payload=payload, **about)

        def store() -> None:
            with engine.connect() as connection, connection.begin():
                connection.execute(insert(job), row)

        wait = max((event.due - work.now).total_seconds(), 0)
        work.after_commit.append(threading.Timer(wait, store).start)

    patch.setitem(mirror._READERS, events.TimerScheduled, scheduled)  # type: ignore[index]


def lease_not_renewed(patch: Patch) -> None:
    """Work that takes longer than its lease is given to another worker while it still goes on."""
    patch.setattr(Leases, "_renew", lambda self, held: None)


def dispatched_twice(patch: Patch) -> None:
    """A worker takes a job that another one took between looking and taking."""
    right = jobs.lease

    def lease(connection: Connection, job_id: str, now: Any, lease: str, until: Any) -> Any:
        taken = right(connection, job_id, now, lease, until)
        if taken is None and connection.execute(update(job).where(job.c.id == job_id).values(lease=lease)).rowcount:
            return connection.execute(select(job).where(job.c.id == job_id)).mappings().first()
        return taken

    patch.setattr(jobs, "lease", lease)


def delivery_forgotten(patch: Patch) -> None:
    """A message that is sent again is another message."""
    right = Messages.publish
    patch.setattr(Messages, "publish", lambda *given, **named: right(*given, **{**named, "delivery_id": None}))


def answered_before_commit(patch: Patch) -> None:
    """The person is told that the task is done, and then it is done."""
    right = Processes.complete_task

    def complete(self: Processes, work: Any, task_id: str, variables: Any) -> None:
        database = platform().database

        def do() -> None:
            time.sleep(0.05)
            with database.write(work.actor) as later:
                right(self, later, task_id, variables)

        work.after_commit.append(threading.Thread(target=do, daemon=True).start)

    patch.setattr(Processes, "complete_task", complete)


def subscription_stays(patch: Patch) -> None:
    """Who received his message is still waiting for it."""
    patch.setattr(messages, "delete_subscriptions", lambda connection, ids: None)


def job_deleted_before_its_work(patch: Patch) -> None:
    """What is to be done is crossed off the list in a transaction of its own, and then done."""
    right = Jobs.do

    def do(self: Jobs, work: Any, row: Any, instance: Any) -> None:
        if row["kind"] != "message":
            right(self, work, row, instance)
            return
        jobs.delete_jobs(work.connection, [row["id"]])

        def later() -> None:
            time.sleep(0.03)
            with self._database.write(SYSTEM) as other:
                self._kinds.inside["message"](other, row["payload"])

        work.after_commit.append(later)

    patch.setattr(Jobs, "do", do)


_FEW = {"trouble": 0.0, "armed": 0.0}

BUGS: Mapping[str, Bug] = {
    "no version fence": Bug(
        put_in=no_version_fence,
        found_by=frozenset({"I1", "I2", "I10", "end"}),
        database=POSTGRESQL,
        options={**_FEW, "shapes": (BY_NAME["all"], BY_NAME["several"], BY_NAME["loop"])},
    ),
    "no idempotency key": Bug(put_in=no_idempotency_key, found_by=frozenset({"I3"})),
    "effect before commit": Bug(
        put_in=effect_before_commit,
        found_by=frozenset({"I3"}),
        options={"armed": 1.0, "points": ("after call", "before commit")},
    ),
    "timer kept in memory": Bug(
        put_in=timer_kept_in_memory, found_by=frozenset({"I4", "I10"}), options={"shapes": (BY_NAME["late"], BY_NAME["pair"])}
    ),
    "lease not renewed": Bug(
        put_in=lease_not_renewed,
        found_by=frozenset({"I5"}),
        plan=Plan(starts=6, seconds=6, calm=1),
        options={**_FEW, "lease": timedelta(seconds=0.1), "slow": 0.25, "shapes": (BY_NAME["linear"],)},
    ),
    "dispatched twice": Bug(
        put_in=dispatched_twice, found_by=frozenset({"I5"}), plan=_NO_KILLS, options={**_FEW, "slow": 0.05}
    ),
    "delivery forgotten": Bug(put_in=delivery_forgotten, found_by=frozenset({"I8"}), plan=_NO_KILLS, options=_FEW),
    "answered before commit": Bug(put_in=answered_before_commit, found_by=frozenset({"I8"}), options=_FEW),
    "subscription stays": Bug(put_in=subscription_stays, found_by=frozenset({"I10", "end"}), plan=_NO_KILLS, options=_FEW),
    "job deleted before its work": Bug(
        put_in=job_deleted_before_its_work, found_by=frozenset({"I6", "end"}), options={"shapes": (BY_NAME["pair"],)}
    ),
}
