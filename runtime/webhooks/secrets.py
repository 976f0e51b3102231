"""The secrets of incoming webhooks: a file of the operator, never of a package.

Each line is a name, ``=``, and one secret, or two while senders change over from one to the other.
"""

from __future__ import annotations

import stat
from pathlib import Path

from runtime.errors import Unavailable

MOST = 2


class Secrets:
    """Reads the file anew when it was written, so that a rotation needs no restart."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._read_at: tuple[int, int] | None = None
        self._by_name: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """The active secrets under a name. Raises Unavailable (HOOK-2002) when the operator has not given one yet."""
        found = self._all().get(name)
        if not found:
            detail = f"There is no secret {name!r}. Write it into the file that RINGI_SECRETS names."
            raise Unavailable("HOOK-2002", detail)
        return found

    def _all(self) -> dict[str, tuple[str, ...]]:
        if self._file is None or not self._file.is_file():
            return {}
        about = self._file.stat()
        if about.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise Unavailable("HOOK-2003", "Everybody can read the file with the secrets. Take that right away (chmod 640).")
        seen = (about.st_mtime_ns, about.st_size)
        if seen != self._read_at:
            self._by_name = dict(_lines(self._file.read_text(encoding="utf-8")))
            self._read_at = seen
        return self._by_name


def _lines(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for line in text.splitlines():
        name, equals, secrets = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            found.append((name.strip(), tuple(secrets.split()[:MOST])))
    return found
