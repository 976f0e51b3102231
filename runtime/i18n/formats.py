"""Dates, times, durations and numbers as people of a language write them, in the user's time zone (CLDR, by Babel)."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import dates, numbers

from runtime.i18n.languages import current_language

_zone: ContextVar[str] = ContextVar("ringi_time_zone", default="UTC")
Moment = datetime | str


def time_zone() -> ZoneInfo:
    """The time zone in which times are shown and typed."""
    return ZoneInfo(_zone.get())


def set_time_zone(name: str | None) -> None:
    """Say which time zone holds from here on (in this request); an unknown name means UTC."""
    try:
        _zone.set(ZoneInfo(name or "UTC").key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _zone.set("UTC")


def moment(value: Moment) -> datetime:
    """An aware datetime of a datetime or an ISO 8601 text; one without offset is taken as UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def format_datetime(value: Moment, style: str = "medium") -> str:
    """Day and time in the user's zone; `style` is short, medium, long or full."""
    day = moment(value).astimezone(time_zone())
    clock = dates.format_time(day, "short", tzinfo=time_zone(), locale=current_language())
    return f"{dates.format_date(day, style, locale=current_language())} {clock}"


def format_date(value: date | str, style: str = "medium") -> str:
    """A day. A datetime is first brought to the user's zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > len("2026-01-01") else date.fromisoformat(value)
    day = moment(value).astimezone(time_zone()) if isinstance(value, datetime) else value
    return dates.format_date(day, style, locale=current_language())


def format_time(value: time | datetime) -> str:
    """A time of day without seconds."""
    if isinstance(value, datetime):
        value = moment(value).astimezone(time_zone()).time()
    return dates.format_time(value, "short", locale=current_language())


def format_decimal(value: Decimal | int | float, digits: int | None = None) -> str:
    """A number with the grouping and decimal mark of the language; `digits` fixes the places after it."""
    pattern = None if digits is None else "#,##0." + "0" * digits if digits else "#,##0"
    return numbers.format_decimal(value, format=pattern, locale=current_language())


def format_relative(value: Moment, now: datetime) -> str:
    """How far away a moment is: "in 2 hours", "3 days ago"."""
    return dates.format_timedelta(moment(value) - moment(now), add_direction=True, locale=current_language())


def format_duration(value: timedelta) -> str:
    """A length of time in its largest unit: "3 days"."""
    return dates.format_timedelta(value, locale=current_language())
