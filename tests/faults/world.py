"""An installation as real processes: web servers, workers and a clock on one database, a peer that they call, drivers outside.

All are forks of this process, which holds no open connection and no thread, so that a new one works within milliseconds.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from runtime.access.actor import SYSTEM
from runtime.clock import Clock
from runtime.http.app import create_app
from runtime.jobs.backoff import Backoff
from runtime.platform import Config, Platform, build
from tests.faults import crash_points
from tests.faults.client import Driver
from tests.faults.handlers import LOCAL, caller
from tests.faults.peer import Peer
from tests.faults.places import SmallDisk
from tests.faults.postgres import Postgres, die_with_parent
from tests.faults.shapes import SHAPES, Shape, files

FORK = multiprocessing.get_context("fork")
WEB, WORKER, CLOCK = "web", "worker", "clock"
ROLES = (WEB, WEB, WORKER, WORKER, WORKER, CLOCK)


class SharedClock(Clock):
    """The platform's clock, whose offset all processes of a world share."""

    def __init__(self) -> None:
        self._seconds = FORK.Value("d", 0.0, lock=False)

    @property
    def offset(self) -> timedelta:  # type: ignore[override]
        """What is added to the database's time."""
        return timedelta(seconds=self._seconds.value)

    def jump(self, to: timedelta) -> None:
        """All processes at once are at another time."""
        self._seconds.value = to.total_seconds()


@dataclass(kw_only=True)
class Child:
    """A process of the installation; `point` is where it is to die by itself."""

    role: str
    process: Any
    point: str = ""

    @property
    def pid(self) -> int:
        """Its number."""
        return int(self.process.pid)


@dataclass(kw_only=True)
class World:
    """`trouble` is the share of calls that the peer spoils, `slow` the seconds each takes, `armed` the share of processes that
    die at one of the `points`. The peer listens on `host`; `web` is where drivers go when the servers are not these."""

    folder: Path
    seed: int
    url: str = ""
    postgres: Postgres | None = None
    disk: SmallDisk | None = None
    lease: timedelta = timedelta(seconds=1)
    trouble: float = 0.25
    slow: float = 0.0
    armed: float = 0.5
    pace: int = 8
    roles: tuple[str, ...] = ROLES
    shapes: tuple[Shape, ...] = SHAPES
    host: str = "127.0.0.1"
    web: str = ""
    points: tuple[str, ...] = field(default_factory=crash_points.points)
    clock: SharedClock = field(default_factory=SharedClock)
    children: list[Child] = field(default_factory=list)
    paused: dict[int, float] = field(default_factory=dict)
    kills: int = 0
    at_points: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.url = self.url or (self.postgres.url if self.postgres else f"sqlite:///{self.folder / 'ringi.db'}")
        self.listening = _listen(self.host)
        self.peer_listening = _listen(self.host)
        self.enough = FORK.Value("b", 0, lock=False)
        self.starts = FORK.Value("i", 0)
        self.drivers: list[Any] = []
        self.outside: list[Any] = []
        self.platform = installation(
            self.url, self.folder, lease=self.lease, clock=self.clock, peer=self.peer_listening.getsockname()
        )
        self._prepare()
        self.app = create_app(self.platform)
        gc.freeze()

    @property
    def peer_ledger(self) -> Path:
        """What the peer saw."""
        return self.folder / "peer.jsonl"

    @property
    def driver_ledger(self) -> Path:
        """What the drivers were promised."""
        return self.folder / "drivers.jsonl"

    def start(self) -> None:
        """Everybody begins."""
        peer = Peer(ledger=self.peer_ledger, seed=self.seed, trouble=self.trouble, slow=self.slow)
        self.outside.append(self._fork(lambda: peer.serve(self.peer_listening)))
        for role in self.roles:
            self.children.append(self._child(role))
        for number in range(2):
            self.drivers.append(self._fork(self._driver(number).run))
        self.outside += self.drivers

    def kill(self, child: Child) -> None:
        """kill -9."""
        child.process.kill()
        self.paused.pop(child.pid, None)

    def pause(self, child: Child, seconds: float) -> None:
        """Stop a process in whatever it does, and let it go on later as if nothing had been."""
        with contextlib.suppress(ProcessLookupError):  # it died by itself just now
            os.kill(child.pid, signal.SIGSTOP)
        self.paused[child.pid] = time.monotonic() + seconds

    def go_on(self, *, at_once: bool = False) -> None:
        """Wake those whose pause is over."""
        for pid, end in list(self.paused.items()):
            if at_once or time.monotonic() >= end:
                del self.paused[pid]
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def revive(self) -> None:
        """Put a new process in the place of each that died. One that died of anything but a kill fails the run."""
        for place, child in enumerate(self.children):
            if child.process.is_alive():
                continue
            child.process.join()
            if child.process.exitcode != -signal.SIGKILL:
                raise AssertionError(f"the {child.role} ended by itself with {child.process.exitcode}; seed {self.seed}")
            self.kills += 1
            if child.point:
                self.at_points[child.point] += 1
            self.children[place] = self._child(child.role)

    def drain(self, seconds: float) -> list[str]:
        """No more faults: the drivers end when all their work is done. Says what did not come to its end."""
        self.enough.value, self.armed = 1, 0.0
        self.go_on(at_once=True)
        end = time.monotonic() + seconds
        while time.monotonic() < end and any(driver.is_alive() for driver in self.drivers):
            time.sleep(0.02)
            self.revive()
        self._settle(min(seconds, 10))
        told = {None: f"after {seconds} seconds of calm there is still work", 1: "a driver got no proper answer, see above"}
        return [told[driver.exitcode] for driver in self.drivers if driver.exitcode != 0]

    def halt(self) -> None:
        """End the installation, so that nothing changes any more."""
        for child in self.children:
            child.process.kill()
            child.process.join()

    def stop(self) -> None:
        """End everything that this world started."""
        self.halt()
        for process in self.outside:
            process.kill()
            process.join()
        self.platform.database.close()
        for one in (self.listening, self.peer_listening):
            one.close()
        gc.unfreeze()

    def _settle(self, seconds: float) -> None:
        """Let the workers finish what is left in the outbox."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.platform.jobs.next_due() is not None:
            time.sleep(0.05)
        self.platform.database.close()

    def _prepare(self) -> None:
        self.platform.prepare()
        with self.platform.database.write(SYSTEM, "a world for faults") as work:
            access, processes = self.platform.access, self.platform.processes
            access.add_user(work, "driver", name="Driver (demo)", roles=["administrator"])
            _, self.token = access.create_token(work, "driver", "faults")
            processes.deploy(work, files())
        self.platform.database.close()

    def _driver(self, number: int) -> Driver:
        host, port = self.listening.getsockname()
        return Driver(
            number=number, address=self.web or f"http://{host}:{port}", token=self.token,
            ledger=self.driver_ledger, seed=self.seed,
            enough=lambda: bool(self.enough.value), note_start=self._note_start, pace=self.pace, shapes=self.shapes,
        )  # fmt: skip

    def _note_start(self) -> None:
        with self.starts.get_lock():
            self.starts.value += 1

    def _child(self, role: str) -> Child:
        point = self.chance.choice(self.points) if self.chance.random() < self.armed else ""
        if point in crash_points.ANSWER and role != WEB:
            point = ""
        nth = self.chance.choice((1, 1, 2, 3, 5, 8))
        return Child(role=role, process=self._fork(lambda: self._run(role, point, nth)), point=point)

    def _fork(self, does: Callable[[], None]) -> Any:
        def run() -> None:
            die_with_parent()
            _log_to(self.folder / "log")
            does()

        process = FORK.Process(target=run, daemon=True)
        process.start()
        return process

    def _run(self, role: str, point: str, nth: int) -> None:
        if point:
            crash_points.arm(self.platform, point, nth)
        if role == WEB:
            serve(self.app if point not in crash_points.ANSWER else crash_points.dying_answer(self.app, nth), self.listening)
        elif role == WORKER:
            work_for_ever(self.platform)
        else:
            self.platform.start()
            signal.pause()


def installation(url: str, folder: Path, *, lease: timedelta, clock: Clock, peer: tuple[str, int]) -> Platform:
    """The platform with the handlers of the shapes, and with short waits after failures."""
    platform = build(Config(database=url, data_dir=folder, lease=lease), packages=[], clock=clock)
    platform.parts.backoff = quick = Backoff(first=timedelta(milliseconds=30), factor=1.5, longest=timedelta(milliseconds=300))
    platform.jobs._backoff = quick
    for handler in (*LOCAL, caller(peer)):
        platform.handlers.add(handler, "faults")
    return platform


def serve(app: Any, listening: socket.socket) -> None:
    """The embedded server, with its screens and its API."""
    import waitress

    waitress.create_server(app, sockets=[listening], threads=4, ident=None).run()


def work_for_ever(platform: Platform) -> None:
    """A worker of the simplest kind: look, do, look again."""
    while True:
        try:
            done = platform.jobs.run_due(20)
        except Exception:  # the database was taken away; go on like a service would
            done = 0
        time.sleep(0.001 if done else 0.02)


def _log_to(path: Path) -> None:
    """What the processes say, to be read when something was found; not on the screen, where thousands are killed."""
    root = logging.getLogger()
    root.handlers = [logging.FileHandler(path)]
    root.setLevel(logging.WARNING)


def _listen(host: str) -> socket.socket:
    """Held by the parent, so that a successor goes on at the same address."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, 0))
    listening.listen(256)
    return listening
