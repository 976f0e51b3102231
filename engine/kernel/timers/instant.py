"""ISO 8601 dates and times in timer texts, with the zone they name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?"
    r"(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?(?:\[([\w+\-/]+)\]|@([\w+\-/]+))?",
    re.ASCII,
)


def read_zone(name: str) -> ZoneInfo | None:
    """The zone of the IANA database with this name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path out of the zone folder, or a folder in it
        return None


def read_instant(text: str, zone: tzinfo) -> datetime | None:
    """A date and time, or a date for its midnight; `zone` holds where the text names none.

    Offsets (`+09:00`), zones (`@Asia/Tokyo`, `[Asia/Tokyo]`) and both together are read; the zone then rules, as it knows
    summer time.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micros = int((match[7] or "").ljust(6, "0")[:6])
    named = match[9] or match[10]
    place = read_zone(named) if named else None
    if named and place is None:
        return None
    try:
        offset = _offset(match[8])
        instant = datetime(year, month, day, hour, minute, second, micros, tzinfo=offset or place or zone)
        return instant.astimezone(place) if place and offset else instant
    except (ValueError, OverflowError):
        return None


def write_instant(instant: datetime) -> str:
    """The text that `read_instant` reads back; a zone is kept by name, because its rules matter to cycles."""
    local = instant.replace(tzinfo=None).isoformat()
    if isinstance(instant.tzinfo, ZoneInfo):
        offset = instant.replace(tzinfo=timezone(instant.utcoffset() or timedelta(0)))
        return f"{offset.isoformat()}@{instant.tzinfo.key}"
    return f"{local}Z" if not instant.utcoffset() else instant.isoformat()


def at_midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    amount = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0), seconds=int(digits[4:] or 0))
    return timezone(-amount if text[0] == "-" else amount)
