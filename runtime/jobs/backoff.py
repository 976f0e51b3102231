"""When to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits `first`, then each time `factor` as long, never over `longest`; `jitter` spreads it by that share to both sides.

    The spread keeps many jobs that failed together from coming back together.
    """

    first: timedelta = timedelta(seconds=10)
    factor: float = 3.0
    longest: timedelta = timedelta(hours=1)
    jitter: float = 0.2

    def after(self, attempts: int, *, at_least: float | None = None) -> timedelta:
        """The wait after so many attempts (from 1). `at_least` seconds is what the other side asked for and is honoured."""
        exponent = min(max(attempts, 1) - 1, 30)
        seconds = min(self.first.total_seconds() * self.factor**exponent, self.longest.total_seconds())
        seconds *= 1 + random.uniform(-self.jitter, self.jitter)  # noqa: S311  # spreading load, not a secret
        return timedelta(seconds=max(seconds, at_least or 0.0))
