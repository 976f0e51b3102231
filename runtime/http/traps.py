"""Telling robots from people on public forms: a field that people do not see, and the time it took.

Nothing is refused for it. The process gets what was found as the text `form_trap` (empty for people) and decides.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from runtime.http.csrf import csrf_token

FIELD = "form_trap"
OPENED = "opened"
QUICKEST = timedelta(seconds=2)
"""Nobody reads and fills in a form faster than this."""
OLDEST = timedelta(days=2)


def stamp(now: datetime) -> str:
    """When the form was shown, signed for this browser."""
    seconds = str(int(now.timestamp() * 1000))
    return f"{seconds}.{_signature(seconds)}"


def opened_at(text: str) -> datetime | None:
    """The moment of a stamp that we made for this browser, else None."""
    seconds, _dot, signature = text.partition(".")
    if not seconds.isdecimal() or not hmac.compare_digest(signature.encode(), _signature(seconds).encode()):
        return None
    return datetime.fromtimestamp(int(seconds) / 1000, UTC)


def found(hidden: str, opened: str, now: datetime) -> str:
    """What gives a robot away, in words for the process; empty for people."""
    if hidden.strip():
        return f"hidden field: {hidden.strip()[:200]}"
    shown = opened_at(opened)
    if shown is None:
        return "the page was never opened"
    if now - shown < QUICKEST:
        return f"sent after {(now - shown).total_seconds():.1f} seconds"
    return ""


def _signature(seconds: str) -> str:
    return hmac.new(csrf_token().encode(), f"opened {seconds}".encode(), hashlib.sha256).hexdigest()[:32]
