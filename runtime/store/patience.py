"""How long whoever asks is still there to hear the answer: waiting for locks and connections ends before that."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("ringi_deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """In the block, wait for nothing beyond so many seconds from now; a shorter time around it counts on."""
    end = time.monotonic() + seconds
    outer = _until.get()
    token = _until.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _until.reset(token)


def begin_anew(seconds: float) -> None:
    """Count from now on within the block around, whose time was spent waiting on purpose; nothing happens outside of one."""
    if _until.get() is not None:
        _until.set(time.monotonic() + seconds)


def left(longest: float) -> float:
    """The seconds that one may wait now: `longest`, or less when there is less; never below zero."""
    end = _until.get()
    return longest if end is None else max(0.0, min(longest, end - time.monotonic()))
