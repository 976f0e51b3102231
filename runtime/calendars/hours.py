"""Hours and days as calendar files write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from marshmallow import ValidationError

from engine.api import CronInvalid, DayRule, Hours, read_day_rule
from runtime.declarations import Finding

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_YEARLY: Final = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_LEAP_YEAR: Final = 2024
_HOW: Final = 'Write "09:00-12:00, 13:00-18:00", or "none" for a day off; a day ends at 24:00.'


def read_hours(text: Any) -> Hours:
    """``09:00-12:00, 13:00-18:00`` or ``none``. Raises ValidationError."""
    if not isinstance(text, str) or not text.strip():
        raise ValidationError([Finding(f"{text!r} are no hours.", fix=_HOW)])
    if text.strip() == "none":
        return ()
    spans = tuple(_span(part.strip()) for part in text.split(","))
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValidationError([Finding(f"The hours {text!r} overlap, or are not in order.", fix=_HOW)])
    return spans


def read_week(given: Any) -> tuple[Hours, ...]:
    """Hours by weekday or range of weekdays (``mon-fri``), Monday first; days that are not named are off."""
    if not isinstance(given, Mapping):
        raise ValidationError('This must be hours by weekday: {mon-fri: "09:00-18:00"}.')
    week: dict[int, Hours] = {}
    errors: dict[Any, Any] = {}
    for days, text in given.items():
        try:
            hours = read_hours(text)
            for day in _weekdays(days):
                if day in week:
                    raise ValidationError([Finding(f"The hours of {WEEKDAYS[day]} are given twice.", fix="Give them once.")])
                week[day] = hours
        except ValidationError as error:
            errors[days] = error.messages
    if errors:
        raise ValidationError(errors)
    if not any(week.values()):
        raise ValidationError([Finding("No day has working hours.", fix='Give some: {mon-fri: "09:00-18:00"}.')])
    return tuple(week.get(day, ()) for day in range(7))


def on_dates(first: date, last: date) -> DayRule:
    """The days from the first to the last."""
    return lambda day: first <= day <= last


def read_yearly(text: str) -> Callable[[date], bool]:
    """Days that come every year: ``12-25``, ``12-29 to 01-03``, or three fields of cron. Raises ValidationError."""
    first, separator, last = (part.strip() for part in text.partition(" to "))
    if _YEARLY.fullmatch(first):
        begin, end = _month_and_day(first), _month_and_day(last if separator else first)
        if begin <= end:
            return lambda day: begin <= (day.month, day.day) <= end
        return lambda day: (day.month, day.day) >= begin or (day.month, day.day) <= end
    try:
        return read_day_rule(text)
    except CronInvalid as problem:
        fix = 'Write "12-25", "12-29 to 01-03", or day, month and weekday as in cron: "? 1 MON#2".'
        raise ValidationError([Finding(f"{text!r} is no yearly day: {problem}.", fix=fix)]) from None


def _weekdays(text: Any) -> range:
    first, _, last = str(text).lower().partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS) or (last and WEEKDAYS.index(last) < WEEKDAYS.index(first)):
        raise ValidationError([Finding(f"{text!r} is no weekday.", fix=f"Use {', '.join(WEEKDAYS)}, or a range: mon-fri.")])
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def _span(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValidationError([Finding(f"{text!r} are no hours.", fix=_HOW)])
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    begin, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or end > 24 * 60:
        raise ValidationError([Finding(f"{text!r} is outside of a day.", fix=_HOW)])
    if begin >= end:
        fix = 'Hours across midnight belong to two days: "22:00-24:00" and, for the next one, "00:00-06:00".'
        raise ValidationError([Finding(f"{text!r} ends before it begins.", fix=fix)])
    return begin, end


def _month_and_day(text: str) -> tuple[int, int]:
    match = _YEARLY.fullmatch(text)
    try:
        found = date(_LEAP_YEAR, int(match[1]), int(match[2])) if match else None
    except ValueError:
        found = None
    if found is None:
        raise ValidationError([Finding(f"{text!r} is no day of a year.", fix='Write month and day: "12-25".')])
    return found.month, found.day
