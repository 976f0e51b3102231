"""Failed sign-ins are counted per account and per address; beyond a few, the next attempt has to wait, each time longer.

An attempt is counted as failed before the password is looked at, in a transaction of its own, so that many attempts at the same
moment cannot pass on one count (OWASP ASVS 5.0 6.3.1). A good sign-in takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import ClassVar

from runtime.access import statements
from runtime.access.users import USER_NAME
from runtime.errors import RingiError
from runtime.i18n import _
from runtime.store.work import Work


class TooManyAttempts(RingiError):
    """Sign-in was tried too often; `retry_after` is the number of seconds to wait."""

    status: ClassVar[int] = 429
    title = "Too many attempts"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, round(wait.total_seconds()))
        super().__init__("ACC-1002", _("Too many attempts to sign in. Try again in %(n)s seconds.", n=self.retry_after))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """So many attempts are free in a `window`; then one waits `first_wait`, doubled each time up to `longest_wait`."""

    per_account: int = 5
    per_address: int = 50
    window: timedelta = timedelta(minutes=15)
    first_wait: timedelta = timedelta(seconds=15)
    longest_wait: timedelta = timedelta(minutes=15)


def account_key(user: str) -> str:
    """The key under which attempts for a user name are counted, whether the user exists or not; impossible names share one."""
    return f"account:{user if USER_NAME.fullmatch(user) else ''}"


def address_key(address: str) -> str:
    """The key of an address; of IPv6 the network of one customer (/64)."""
    try:
        ip = ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return "address:unknown"
    if isinstance(ip, IPv6Address):
        return f"address:{ip.ipv4_mapped or ip_network((ip, 64), strict=False)}"
    return f"address:{ip}"


def count_attempt(work: Work, user: str, address: str, limits: Limits) -> TooManyAttempts | None:
    """Count an attempt for account and address; the refusal, as a value, when either has to wait.

    The caller must commit either way.
    """
    waits = [
        _count(work, account_key(user), limits.per_account, limits),
        _count(work, address_key(address), limits.per_address, limits),
    ]
    longest = max(waits)
    return TooManyAttempts(longest) if longest else None


def _count(work: Work, key: str, free: int, limits: Limits) -> timedelta:
    """Zero when the attempt may go on, else how long to wait. An attempt while waiting is not counted again."""
    row = statements.lock_throttle(work.connection, key, work.now)
    blocked_until: datetime | None = row["blocked_until"]
    if blocked_until and blocked_until > work.now:
        return blocked_until - work.now
    fresh = work.now - max(row["since"], blocked_until or row["since"]) >= limits.window
    failures = 1 if fresh else row["failures"] + 1
    until = work.now + _wait(failures - free, limits) if failures > free else None
    values = {"failures": failures, "since": work.now if fresh else row["since"], "blocked_until": until}
    statements.update_throttle(work.connection, key, values)
    return timedelta(0)


def _wait(excess: int, limits: Limits) -> timedelta:
    doublings = min(excess - 1, 20)
    return min(limits.longest_wait, limits.first_wait * int(2**doublings))
