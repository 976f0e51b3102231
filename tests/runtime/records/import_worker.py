"""Works off an import in a process of its own, so that a test can kill it: `python import_worker.py URL PACKAGE IMPORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from runtime.platform import Config, build


def main(url: str, package: str, import_id: str) -> None:
    """Send rows until the import is done, or somebody kills us."""
    platform = build(Config(database=url), packages=[Path(package)])
    print("working", flush=True)  # noqa: T201  # the test waits for this line
    while platform.imports.batch(platform.database, {"import": import_id}) is not None:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
