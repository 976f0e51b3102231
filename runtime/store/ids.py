"""Identifiers made in Python: UUIDs of version 7 (RFC 9562 §5.7), so that keys sort by the time they were made."""

from __future__ import annotations

import os
import threading
import time


def new_id() -> str:
    """A new UUIDv7 as text: 48 bits of Unix milliseconds, 12 bits of counter, 62 random bits. Those of one process ascend."""
    tick = _TICKS.next()
    random = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    number = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class _Ticks:
    """Milliseconds and a 12-bit counter in one number that never repeats, also when the host's clock steps back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000 << 12)
            return self._last


_TICKS = _Ticks()
