"""Where worlds are put: into memory where there is some. What is killed is processes; their files outlive them either way."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 500_000_000


def new_folder(name: str) -> Path:
    """A new, empty one."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix=f"ringi-{name}-", dir=MEMORY if roomy else None))
