"""The file of a backup: a zip of the database's copy and a manifest that says what must be in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from runtime.errors import Invalid, NotFound

_MANIFEST, _COPY = "manifest.json", "database"
FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`tables` has for each table its number of rows, and on PostgreSQL a sum over their contents; `sha256` is of the copy.

    All that was answered before `begun_at` is in it.
    """

    dialect: str
    revision: str
    ringi: str
    begun_at: str
    tables: Mapping[str, str]
    sha256: str = ""
    format: int = FORMAT


def pack(file: Path, copy: Path, manifest: Manifest) -> None:
    """Write the backup, readable for its owner alone: it appears under its name when it is whole."""
    part = file.with_name(f"{file.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                packed.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
                packed.write(copy, _COPY)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, copy: Path) -> Manifest:
    """Write the database's copy of a backup to `copy`; what it is. Raises NotFound, or Invalid for a file that is not whole."""
    if not file.is_file():
        raise NotFound("BAK-1001", f"There is no file {file}.")
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = Manifest(**json.loads(packed.read(_MANIFEST)))
            with packed.open(_COPY) as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise Invalid("BAK-1002", f"{file} is no whole backup of Ringi: {error}.") from error
    if manifest.format != FORMAT or digest(copy) != manifest.sha256:
        raise Invalid(
            "BAK-1002", f"{file} is damaged, or was made by another version: its contents are not those that it names."
        )
    return manifest


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
