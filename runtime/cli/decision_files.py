"""DMN files with those beside them, which they may import."""

from __future__ import annotations

from pathlib import Path

from engine.api import DmnFile, read_dmn, read_dmn_files
from runtime.cli.arguments import read_file


def read_decisions(file: Path) -> DmnFile:
    """Read a DMN file; those in its folder are there to be imported. Raises Invalid when one cannot be read."""
    data = read_file(file)
    alone = read_dmn(data, file.as_posix())
    return alone if alone.ok else read_dmn(data, file.as_posix(), imported_beside(file))


def imported_beside(file: Path) -> dict[str, DmnFile]:
    """The other DMN files in the folder, by namespace."""
    others = {p.as_posix(): read_file(p) for p in sorted(file.parent.glob("*.dmn")) if p.is_file() and p.name != file.name}
    return {found.namespace: found for found in read_dmn_files(others).values() if found.namespace}
