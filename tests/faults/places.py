"""Where worlds are put: into memory where there is some. What is killed is processes; their files outlive them either way."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 500_000_000


def new_folder(name: str) -> Path:
    """A new, empty one."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix=f"ringi-{name}-", dir=MEMORY if roomy else None))


class SmallDisk:
    """A disk that is mounted at an empty folder, so small that it can be filled (a tmpfs; needs root)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def mounted(cls, folder: Path, megabytes: int) -> SmallDisk | None:
        """None where mounting is not permitted; the folder is an ordinary one then."""
        if os.geteuid() != 0 or shutil.which("mount") is None:
            return None
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "ringi-small-disk", str(folder)]
        done = subprocess.run(command, capture_output=True, check=False)
        return cls(folder) if done.returncode == 0 else None

    @contextmanager
    def full(self) -> Iterator[None]:
        """No byte is left in the block."""
        ballast = self._folder / "ballast"
        try:
            with ballast.open("wb") as file:
                self._fill(file.fileno())
                yield
        finally:
            ballast.unlink(missing_ok=True)

    def _fill(self, file: int) -> None:
        """In pieces, since others take and give back space meanwhile."""
        size, piece = 0, 1 << 24
        while piece >= 4096:
            try:
                os.posix_fallocate(file, size, piece)
                size += piece
            except OSError:
                piece //= 2

    def unmount(self) -> None:
        """Lazily: whoever still has a file open keeps it."""
        subprocess.run(["umount", "-l", str(self._folder)], capture_output=True, check=False)
