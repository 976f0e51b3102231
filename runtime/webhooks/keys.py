"""The secrets of outgoing webhooks. None is stored: each is made from the installation's key, the endpoint and a number.

Who reads the database cannot sign, and rotation is counting one up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from runtime.errors import Invalid

FILE = "webhook.key"
_SHORTEST = 32


class Keys:
    """`configured` is the installation's key; without it a file in `folder` is used, and made when it is first needed."""

    def __init__(self, folder: Path, configured: str = "") -> None:
        if configured and len(configured) < _SHORTEST:
            raise Invalid("CFG-1001", f"The webhook key must have at least {_SHORTEST} characters.")
        self._file = folder / FILE
        self._key = configured.encode()

    def secret(self, endpoint_id: str, number: int) -> str:
        """A secret as Standard Webhooks writes it: ``whsec_`` and 32 bytes in base64."""
        made = hmac.new(self._master(), f"{endpoint_id}\0{number}".encode(), hashlib.sha256).digest()
        return f"whsec_{base64.b64encode(made).decode()}"

    def print_of(self, endpoint_id: str) -> str:
        """Tells whether two hosts have the same key, and nothing else about it."""
        return hashlib.sha256(self.secret(endpoint_id, 0).encode()).hexdigest()[:16]

    def _master(self) -> bytes:
        if not self._key:
            self._key = self._read() or self._make()
        return self._key

    def _read(self) -> bytes:
        return self._file.read_bytes().strip() if self._file.exists() else b""

    def _make(self) -> bytes:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._read()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(_SHORTEST))
        return self._read()
