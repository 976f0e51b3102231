"""One round: a new world, a storm of faults by its seed, then calm, then everything is held against the invariants."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.facts import Facts
from tests.faults.faults import Plan, Storm, usual
from tests.faults.invariants import violations
from tests.faults.places import SmallDisk, new_folder
from tests.faults.postgres import Postgres
from tests.faults.world import World

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(kw_only=True)
class Figures:
    """What rounds did, summed up; kept in a file so that a long run can go on where it was stopped."""

    rounds: int = 0
    seconds: float = 0
    kills: int = 0
    crashes: int = 0
    instances: int = 0
    promises: int = 0
    calls: int = 0
    applied: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)

    def add(self, other: Figures) -> None:
        """Sum up."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def line(self) -> str:
        """For the screen."""
        return (
            f"{self.rounds} rounds, {self.kills} kills ({sum(self.points.values())} at {len(self.points)} named points), "
            f"{self.crashes} database crashes, {self.instances} instances, {self.promises} promises, "
            f"{self.calls} calls for {self.applied} keys"
        )

    def save(self, path: Path) -> None:
        """Write the file anew."""
        path.write_text(json.dumps(vars(self), indent=1, sort_keys=True))

    @classmethod
    def load(cls, path: Path) -> Figures:
        """What was written, or nothing yet."""
        if not path.exists():
            return cls()
        found = json.loads(path.read_text())
        counters = {name: Counter(found[name]) for name in ("struck", "points", "troubles")}
        return cls(**{**found, **counters})


@contextmanager
def folder() -> Iterator[Path]:
    """A new one, which stays when something was found in it."""
    made = new_folder("world")
    yield made
    shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _disk(place: Path, postgres: Postgres | None, *, small: bool) -> Iterator[dict[str, Any]]:
    """Where the database lies, and its small disk; a SQLite file gets one of its own, so that ledgers and logs go on."""
    if postgres:
        yield {"disk": postgres.disk}
        return
    where = place / "database"
    where.mkdir()
    disk = SmallDisk.mounted(where, megabytes=64) if small else None
    yield {"disk": disk, "url": f"sqlite:///{where / 'ringi.db'}"}
    if disk:
        disk.unmount()


def play(database: str, seed: int, plan: Plan, *, small_disk: bool = True, **options: Any) -> Figures:
    """A round; `options` are those of the world. The disk can be filled where that is permitted. Raises Violated."""
    begun = time.monotonic()
    postgres = Postgres(small_disk=small_disk) if database == POSTGRESQL else None
    try:
        with folder() as place, _disk(place, postgres, small=small_disk) as database_at:
            world = World(folder=place, seed=seed, postgres=postgres, **database_at, **options)
            storm = Storm(world=world, plan=plan, faults=usual(world))
            try:
                told, found = _through(world, storm)
            finally:
                world.stop()
            if postgres and (wrong := postgres.is_whole()):
                told.setdefault("I9", []).append(wrong)
            if told:
                raise Violated(told, seed, database, place)
            return _figures(world, storm, found, time.monotonic() - begun)
    finally:
        if postgres:
            postgres.stop()


class Violated(AssertionError):
    """Something does not hold."""

    def __init__(self, told: dict[str, list[str]], seed: int, database: str, place: Path) -> None:
        lines = [f"{name}: {one}" for name, all_of_it in told.items() for one in all_of_it[:5]]
        super().__init__(f"seed {seed} on {database}, see {place}:\n" + "\n".join(lines))
        self.told = told
        self.place = place


def _through(world: World, storm: Storm) -> tuple[dict[str, list[str]], Facts]:
    """What does not hold, by invariant; `end` when work is left."""
    world.start()
    storm.rage()
    left = world.drain(storm.plan.calm)
    world.halt()
    found = Facts(world)
    return violations(found) | ({"end": left} if left else {}), found


def _figures(world: World, storm: Storm, found: Facts, seconds: float) -> Figures:
    return Figures(
        rounds=1,
        seconds=seconds,
        kills=world.kills,
        crashes=world.postgres.crashes if world.postgres else 0,
        instances=len(found.instances),
        promises=len(found.promises),
        calls=len(found.peer),
        applied=len({line["key"] for line in found.peer if line["applied"]}),
        struck=storm.struck,
        points=world.at_points,
        troubles=Counter(line["how"] for line in found.peer if line["how"] != "answers"),
    )
