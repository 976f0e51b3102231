"""Wakes the requests of this process that wait for jobs of external workers.

As every bell it may be lost: who waits looks into the table from time to time all the same, for jobs that another process made.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import timedelta

LOOK_AGAIN = timedelta(seconds=1)
"""How long one wait lasts at most: what another process offers is found by looking."""

MOST_WAITING = 8
"""Requests that may wait in one process; each has a thread of the server. Further ones are answered at once."""


class Offers:
    """Counts what was offered by job type, so that nothing is missed between looking and waiting."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._changed = threading.Condition()
        self._counts: dict[str, int] = {}
        self._free = most_waiting
        self._closed = False

    def announce(self, type: str) -> None:
        """A job of this type waits for a worker."""
        with self._changed:
            self._counts[type] = self._counts.get(type, 0) + 1
            self._changed.notify_all()

    def seen(self, types: Collection[str]) -> int:
        """How much was offered so far; to be asked before looking into the table."""
        with self._changed:
            return self._count(types)

    def wait(self, types: Collection[str], seen: int, longest: timedelta) -> bool:
        """Wait until one of the types is offered, or it is time to look again; False when waiting is not to be gone on with."""
        with self._changed:
            if self._closed or self._free <= 0:
                return False
            self._free -= 1
            try:
                seconds = min(longest, LOOK_AGAIN).total_seconds()
                self._changed.wait_for(lambda: self._closed or self._count(types) != seen, seconds)
            finally:
                self._free += 1
            return not self._closed

    def close(self) -> None:
        """Let everybody go who waits: the server stops."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _count(self, types: Collection[str]) -> int:
        return sum(self._counts.get(type, 0) for type in types)
