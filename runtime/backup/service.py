"""Make a backup while the installation works, and bring one back into an empty place. Both are checked against the manifest."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from runtime.backup.archive import Manifest, digest, pack, unpack
from runtime.backup.postgres import PostgresCopies
from runtime.backup.sqlite import SqliteCopies
from runtime.errors import Conflict, Invalid
from runtime.store.migrations import known_revisions


class Copies(Protocol):
    """What a kind of database does for its backups."""

    def copy(self, target: Path) -> tuple[str, str, Mapping[str, str]]:
        """Copy one moment of the database to a file: when that was, its revision, its tables. Raises NotFound, Unavailable."""

    def is_empty(self) -> bool:
        """Whether there is no table yet."""

    def bring_back(self, source: Path) -> Mapping[str, str]:
        """Fill the empty database from a file; its tables then. All of it, or nothing."""


def back_up(url: str, file: Path) -> Manifest:
    """Copy the database to a new file, while others use it. Raises Conflict, NotFound or Unavailable."""
    if file.exists():
        raise Conflict("BAK-1003", f"{file} exists already. Choose another name; a backup never replaces a file.")
    with tempfile.TemporaryDirectory(prefix=".ringi-backup-", dir=file.absolute().parent) as folder:
        copy = Path(folder) / "database"
        begun_at, revision, tables = _copies(url).copy(copy)
        manifest = Manifest(
            dialect=make_url(url).get_backend_name(),
            revision=revision,
            ringi=version("ringi"),
            begun_at=begun_at,
            tables=tables,
            sha256=digest(copy),
        )
        pack(file, copy, manifest)
        proof = Path(folder) / "proof"
        unpack(file, proof)
    return manifest


def restore(url: str, file: Path) -> Manifest:
    """Bring a backup back into a database that is empty. Raises NotFound, Invalid, Conflict or Unavailable."""
    dialect, copies = make_url(url).get_backend_name(), _copies(url)
    with tempfile.TemporaryDirectory(prefix=".ringi-restore-", dir=_beside(url)) as folder:
        copy = Path(folder) / "database"
        manifest = unpack(file, copy)
        _fits(manifest, dialect)
        if not copies.is_empty():
            raise Conflict("BAK-1005", "There is data already. Restore into an empty database, then switch over to it.")
        tables = copies.bring_back(copy)
    if tables != manifest.tables:
        wrong = sorted(name for name in {*tables, *manifest.tables} if tables.get(name) != manifest.tables.get(name))
        raise Invalid("BAK-1006", f"What was brought back is not what was backed up, in: {', '.join(wrong)}. Do not use it.")
    return replace(manifest, tables=tables)


def _copies(url: str) -> Copies:
    return SqliteCopies(url) if make_url(url).get_backend_name() == "sqlite" else PostgresCopies(url)


def _beside(url: str) -> Path | None:
    """Beside the file of an embedded database, so that it is moved into its place at once."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return None
    folder = Path(str(address.database)).absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fits(manifest: Manifest, dialect: str) -> None:
    if manifest.dialect != dialect:
        raise Invalid(
            "BAK-1004", f"The backup is of {manifest.dialect}, and the database is {dialect}. Restore into the same kind."
        )
    if manifest.revision not in known_revisions():
        detail = (
            f"The backup was made by Ringi {manifest.ringi}, whose tables this version does not know. Install that version."
        )
        raise Invalid("BAK-1004", detail)
