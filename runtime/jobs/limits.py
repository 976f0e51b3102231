"""How many jobs of a type run at once, and how many begin in a time, over all processes.

The row of a limited type is locked while one of its jobs is taken, so that two processes never both take the last place. Leases
are counted in the job table itself: a worker that died gives its place back when its lease ends. Rates are token buckets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from runtime.errors import Conflict, Invalid
from runtime.jobs import limit_statements as statements
from runtime.store.work import Work

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_RATE = re.compile(r"\s*([1-9][0-9]{0,5})\s*/\s*(s|min|h)\s*")

LOOK_AGAIN = timedelta(seconds=1)
"""When to look again for a place that another process may have given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`at_once` jobs at the same time, and `per_second` that begin, evenly and not in a burst; None for no such limit."""

    at_once: int | None = None
    per_second: float | None = None

    @property
    def burst(self) -> float:
        """The tokens that a bucket holds: those of a second, one at least."""
        return max(1.0, self.per_second or 0.0)


def read_rate(text: str) -> float:
    """Jobs per second of ``10/s``, ``100/min`` or ``5/h``. Raises ValueError."""
    found = _RATE.fullmatch(text)
    if found is None:
        raise ValueError(f"a rate is written like 10/s, 100/min or 5/h, not {text!r}")
    return int(found[1]) / _UNITS[found[2]]


def read_limits(text: str) -> dict[str, Limit]:
    """Limits by job type of ``mail.send=2; sms.send=1, 10/s``: how many at once, a rate, or both. Raises ValueError."""
    return dict(_limit_of(part) for part in text.split(";") if part.strip())


def _limit_of(text: str) -> tuple[str, Limit]:
    type, equals, values = text.partition("=")
    parts = [part.strip() for part in values.split(",")]
    counts, rates = [part for part in parts if part.isascii() and part.isdigit()], [part for part in parts if "/" in part]
    if not (type.strip() and equals) or len(counts) + len(rates) != len(parts) or len(counts) > 1 or len(rates) > 1:
        raise ValueError(f"a limit is written like mail.send=2 or mail.send=2, 10/s, not {text.strip()!r}")
    if counts and not 0 < int(counts[0][:7]) < 1_000_000:
        raise ValueError(f"at least one job may run at once, not {counts[0]}")
    return type.strip(), Limit(at_once=int(counts[0]) if counts else None, per_second=read_rate(rates[0]) if rates else None)


class Limits:
    """The limits of an installation by job type."""

    def __init__(self, by_type: Mapping[str, Limit] | None = None) -> None:
        self._by_type = dict(by_type or {})
        self._owners: dict[str, str] = {}

    def declare(self, owner: str, limits: Mapping[str, Limit]) -> None:
        """Take over what a package says; the operator's own word stands. Raises Conflict when two packages limit one type."""
        for type, limit in limits.items():
            other = self._owners.setdefault(type, owner)
            if other != owner:
                detail = f"The job type {type!r} is limited by {other!r} and by {owner!r}. Remove one limit."
                raise Conflict("PKG-1031", detail)
            self._by_type.setdefault(type, limit)

    def full(self, work: Work) -> dict[str, timedelta]:
        """The types of which none may be taken now, each with the time after which to look again. Locks nothing."""
        if not self._by_type:
            return {}
        found = {type: self._wait(work, type, *self._state(work, type, lock=False)) for type in self._by_type}
        return {type: wait for type, wait in found.items() if wait is not None}

    def room(self, work: Work, types: Iterable[str], most: int) -> dict[str, int]:
        """How many of each type may be taken now, at most `most`. The types with a limit are locked until the commit."""
        return {type: self._room(work, type, most) for type in sorted(set(types))}

    def spend(self, work: Work, type: str | None, count: int) -> None:
        """So many of a type were taken, after `room`."""
        limit = self._by_type.get(type or "")
        if type is not None and count and limit is not None and limit.per_second is not None:
            statements.spend(work.connection, type, count)

    def _room(self, work: Work, type: str, most: int) -> int:
        limit = self._by_type.get(type)
        if limit is None:
            return most
        held, tokens = self._state(work, type, lock=True)
        free = most if limit.at_once is None else limit.at_once - held
        begin = most if limit.per_second is None else int(tokens)
        return max(0, min(most, free, begin))

    def _state(self, work: Work, type: str, *, lock: bool) -> tuple[int, float]:
        """The leases that hold, and the tokens there are now; with `lock` they are written down, and nobody else takes any."""
        limit = self._by_type[type]
        row = statements.lock_budget(work.connection, type, limit.burst, work.now) if lock else None
        row = row or statements.select_budget(work.connection, type)
        tokens = limit.burst
        if row is not None and limit.per_second is not None:
            passed = max(0.0, (work.now - row["filled_at"]).total_seconds())
            tokens = min(limit.burst, row["tokens"] + passed * limit.per_second)
        if lock:
            statements.fill(work.connection, type, tokens, work.now)
        held = 0 if limit.at_once is None else statements.count_leases(work.connection, type, work.now)
        return held, tokens

    def _wait(self, work: Work, type: str, held: int, tokens: float) -> timedelta | None:
        limit = self._by_type[type]
        if limit.at_once is not None and held >= limit.at_once:
            return LOOK_AGAIN
        if limit.per_second is not None and tokens < 1:
            return timedelta(seconds=(1 - tokens) / limit.per_second)
        return None


def limits_of(own: str, packages: Mapping[str, Mapping[str, Limit]]) -> Limits:
    """The limits of an installation: the operator's `own` (see `read_limits`) over those of the packages, given by name.

    Raises Invalid CFG-1003 for a text that cannot be read, or Conflict as `Limits.declare`.
    """
    try:
        limits = Limits(read_limits(own))
    except ValueError as error:
        raise Invalid("CFG-1003", f"RINGI_JOB_LIMITS={own!r} cannot be read: {error}.") from error
    for package, declared in packages.items():
        limits.declare(package, declared)
    return limits
