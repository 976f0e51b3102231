"""The faults, each a small class: what it does to a world when it strikes. All chance comes from the world's seed."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from tests.faults.postgres import die_with_parent
from tests.faults.world import FORK, World


class Fault(Protocol):
    """`name` begins with its number; `weight` is how often it strikes among the others."""

    name: str
    weight: float

    def strike(self, world: World) -> None: ...


@dataclass
class Kill:
    """F1: kill -9 of any process at any moment. (Half of all processes are armed besides, to die at a named point.)"""

    name: str = "F1 kill"
    weight: float = 30

    def strike(self, world: World) -> None:
        """One of them, whatever it does."""
        world.kill(world.chance.choice(world.children))


@dataclass
class Pause:
    """F2: a process stands still for longer than its leases live, and then goes on as if nothing had been."""

    name: str = "F2 pause"
    weight: float = 1

    def strike(self, world: World) -> None:
        """Not more than two at once."""
        awake = [child for child in world.children if child.pid not in world.paused]
        if len(world.paused) < 2:
            world.pause(world.chance.choice(awake), 2 * world.lease.total_seconds())


@dataclass
class EndConnections:
    """F3: the server ends connections in the middle of their transactions."""

    name: str = "F3 connections ended"
    weight: float = 3

    def strike(self, world: World) -> None:
        """Some of them."""
        if world.postgres:
            world.postgres.terminate_backends(world.chance.uniform(0.1, 1))


@dataclass
class CrashDatabase:
    """F3: the database server crashes and recovers from its log; one in three crashes again while it recovers."""

    name: str = "F3 database crash"
    weight: float = 3

    def strike(self, world: World) -> None:
        """A server process dies, or all of them at once."""
        postgres, chance = world.postgres, world.chance
        if postgres is None:
            return
        if chance.random() < 0.4 and postgres.kill_backend():
            _wait_for(postgres.answers)
            return
        postgres.quit()
        while chance.random() < 1 / 3:
            postgres.begin()
            time.sleep(chance.uniform(0.005, 0.08))
            postgres.quit()
        postgres.start()


@dataclass
class HoldDatabase:
    """F3: another process holds the one write lock of SQLite."""

    name: str = "F3 database held"
    weight: float = 1

    def strike(self, world: World) -> None:
        """For up to two seconds; the work goes on or waits meanwhile."""
        path, seconds = make_url(world.url).database, world.chance.uniform(0.1, 2)

        def hold() -> None:
            die_with_parent()
            connection = sqlite3.connect(str(path), timeout=5, isolation_level=None)
            with contextlib.suppress(sqlite3.OperationalError):  # others were quicker for five seconds
                connection.execute("BEGIN EXCLUSIVE")
                time.sleep(seconds)
            os._exit(0)

        FORK.Process(target=hold, daemon=True).start()


@dataclass
class FillDisk:
    """F4: nothing more can be written for up to a second, then there is room again."""

    name: str = "F4 disk full"
    weight: float = 1

    def strike(self, world: World) -> None:
        """A server that gave up over it is started again, as its supervisor would."""
        disk, postgres = world.disk, world.postgres
        if disk is None:
            return
        with disk.full():
            time.sleep(world.chance.uniform(0.05, 1))
        if postgres is None:
            return
        if postgres.has_ended():
            postgres.crashes += 1
            postgres.start()
        _wait_for(postgres.answers)


@dataclass
class MoveClock:
    """F5: the clock of the database jumps, forward and back, by up to forty hours.

    No further, for an Idempotency-Key is kept for two days of that clock.
    """

    name: str = "F5 clock"
    weight: float = 2

    def strike(self, world: World) -> None:
        """Small jumps and large ones; where it went back, what is due waits until the clock has caught up."""
        within = world.chance.choice((1, 60, 3600, 72000))
        world.clock.jump(timedelta(seconds=world.chance.uniform(-within, within)))

    def catch_up(self, world: World) -> None:
        """A real clock that was put back arrives there again; this one does so at once."""
        world.clock.jump(timedelta(seconds=73000))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Until there were so many starts, kills and crashes, or `seconds` are over; then `calm` seconds at most for the rest."""

    starts: int = 0
    kills: int = 0
    crashes: int = 0
    seconds: float = 300
    calm: float = 120


@dataclass(kw_only=True)
class Storm:
    """Faults strike a world as its plan says."""

    world: World
    plan: Plan
    faults: Sequence[Fault] = ()
    struck: Counter[str] = field(default_factory=Counter)

    def rage(self) -> None:
        """Four to sixty milliseconds between two faults."""
        world, chance = self.world, random.Random(self.world.seed + 1)
        end = time.monotonic() + self.plan.seconds
        while not self._is_enough() and time.monotonic() < end:
            time.sleep(chance.uniform(0.004, 0.06))
            if self.plan.kills:
                self._strike(chance.choices(self.faults, [one.weight for one in self.faults])[0])
            world.go_on()
            world.revive()
        for fault in self.faults:
            if isinstance(fault, MoveClock):
                fault.catch_up(world)

    def _strike(self, fault: Fault) -> None:
        with contextlib.suppress(psycopg.OperationalError):  # the server was down already
            fault.strike(self.world)
            self.struck[fault.name] += 1

    def _is_enough(self) -> bool:
        world, plan = self.world, self.plan
        crashed = world.postgres is None or world.postgres.crashes >= plan.crashes
        return crashed and world.kills >= plan.kills and world.starts.value >= plan.starts


def usual(world: World) -> list[Fault]:
    """The faults that fit the world's database and disk."""
    of_database: list[Fault] = [EndConnections(), CrashDatabase()] if world.postgres else [HoldDatabase()]
    of_disk: list[Fault] = [FillDisk()] if world.disk else []
    return [Kill(), Pause(), *of_database, *of_disk, MoveClock()]


def _wait_for(is_so: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and callable(is_so) and not is_so():
        time.sleep(0.02)
