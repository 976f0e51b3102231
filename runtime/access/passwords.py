"""Passwords: argon2id hashes (RFC 9106), no more at a time than the machine has processors, and always one for each attempt.

An attempt for a user who does not exist is checked against a dummy hash, so that it takes as long as a wrong password.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runtime.errors import Invalid, Unavailable
from runtime.i18n import _

SHORTEST = 10
LONGEST = 500
"""Characters; NIST SP 800-63B §3.1.1.2 asks for no rules about which ones."""

WAIT_SECONDS = 10


class Passwords:
    """Hashes and checks; `hasher` sets the cost (64 MiB and three passes unless told)."""

    def __init__(self, hasher: PasswordHasher | None = None, *, parallel: int | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(parallel or os.cpu_count() or 1)
        self._dummy = self._hasher.hash("no user has this password")

    def hash(self, password: str) -> str:
        """The hash to keep. Raises Unavailable when too many wait for their turn."""
        with self._turn():
            return self._hasher.hash(_normal(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one whose hash is stored; None stands for a user who has none or does not exist."""
        with self._turn():
            try:
                self._hasher.verify(stored or self._dummy, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with a lower cost than is asked for now, so that it should be made again."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("ACC-1006", _("Too many people are signing in at this moment. Try again."))
        try:
            yield
        finally:
            self._turns.release()


def check_strength(password: str, user: str) -> None:
    """Raise Invalid for a password that is too short, too long, or the user's own name."""
    said = None
    if len(password) < SHORTEST:
        said = _("The password must have at least %(n)s characters.", n=SHORTEST)
    elif len(password) > LONGEST:
        said = _("The password must have at most %(n)s characters.", n=LONGEST)
    elif unicodedata.normalize("NFKC", password).casefold() == user:
        said = _("The password must not be the user name.")
    if said:
        raise Invalid("ACC-1005", said, fields={"password": [said]})


def _normal(password: str) -> bytes:
    """One spelling for the same characters, whatever keyboard they came from; no longer than what could have been set."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")
