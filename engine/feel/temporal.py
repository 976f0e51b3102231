"""Reading and writing dates, times and durations (DMN 1.5 §10.3.2.3.4–8, XML Schema 1.1 part 2 §3.3, ISO 8601).

Readers answer None for a text that is no such value. Zones are written `Z`, `+09:00`, `+09:00:30` or `@Asia/Tokyo`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.values import YearMonthDuration
from engine.feel.wide import MAX_YEAR, WideDate, WideDateTime, WideTime, days_in_month

AnyDate = date | WideDate
AnyTime = time | WideTime
AnyDateTime = datetime | WideDateTime

_DATE = r"(-?(?:[1-9]\d{4,9}|\d{4}))-(\d\d)-(\d\d)"
_ZONE = r"(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+\-/]{0,60})?"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,40}))?" + _ZONE
_DATE_TEXT = re.compile(_DATE, re.ASCII)
_TIME_TEXT = re.compile(_TIME, re.ASCII)
_DATE_TIME_TEXT = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_YEARS_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-)?P(?=\d|T)(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18})(?:\.(\d{1,40}))?S)?)?", re.ASCII
)
_MAX_OFFSET = timedelta(hours=18)
_PYTHON_YEARS = range(1, 10_000)


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """A date of any year up to nine digits, or None when there is no such day."""
    if not (-MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        return None
    return date(year, month, day) if year in _PYTHON_YEARS else WideDate(year, month, day)


def make_time(hour: int, minute: int, second: int, nanosecond: int = 0, zone: tzinfo | None = None) -> AnyTime | None:
    """A time of day, or None when there is no such time."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    if nanosecond % 1000:
        return WideTime(hour, minute, second, nanosecond, zone)
    return time(hour, minute, second, nanosecond // 1000, zone)


def combine(day: AnyDate | AnyDateTime, at: AnyTime) -> AnyDateTime:
    """The date of `day` with the time and zone of `at`."""
    nanosecond = nanosecond_of(at)
    if day.year in _PYTHON_YEARS and nanosecond % 1000 == 0:
        return datetime(day.year, day.month, day.day, at.hour, at.minute, at.second, nanosecond // 1000, at.tzinfo)
    return WideDateTime(day.year, day.month, day.day, at.hour, at.minute, at.second, nanosecond, at.tzinfo)


def nanosecond_of(value: AnyTime | AnyDateTime) -> int:
    """The fraction of the second."""
    return value.nanosecond if isinstance(value, (WideTime, WideDateTime)) else value.microsecond * 1000


def make_zone(offset: timedelta) -> tzinfo | None:
    """A fixed offset from UTC, at most 18 hours either way."""
    if abs(offset) > _MAX_OFFSET:
        return None
    return timezone(offset) if offset else UTC


def read_date(text: str) -> AnyDate | None:
    """`2026-03-01`, `-0044-03-15`."""
    match = _DATE_TEXT.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def read_time(text: str) -> AnyTime | None:
    """`09:30:00`, `09:30:00.5Z`, `09:30:00+09:00`, `09:30:00@Asia/Tokyo`."""
    match = _TIME_TEXT.fullmatch(text)
    return _time_of(match.groups()) if match else None


def read_date_time(text: str) -> AnyDateTime | None:
    """A date, `T` and a time; a date alone means its midnight."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        day = read_date(text)
        return combine(day, time()) if day is not None else None
    day, at = make_date(int(match[1]), int(match[2]), int(match[3])), _time_of(match.groups()[3:])
    return combine(day, at) if day is not None and at is not None else None


def read_duration(text: str) -> timedelta | YearMonthDuration | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, either with a leading minus. The two kinds do not mix."""
    if match := _YEARS_MONTHS.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearMonthDuration(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None:
        return None
    micros = int((match[6] or "").ljust(6, "0")[:6])
    try:
        amount = timedelta(
            days=int(match[2] or 0),
            hours=int(match[3] or 0),
            minutes=int(match[4] or 0),
            seconds=int(match[5] or 0),
            microseconds=micros,
        )
    except OverflowError:
        return None
    return -amount if match[1] else amount


def read_any(text: str) -> AnyDate | AnyTime | AnyDateTime | timedelta | YearMonthDuration | None:
    """The value of an at-literal `@"…"` (§10.3.1.2 rule 68), told by its form."""
    if text[:1] == "P" or text[:2] == "-P":
        return read_duration(text)
    if "T" in text.split("@", maxsplit=1)[0]:
        return read_date_time(text)
    return read_date(text) or read_time(text)


def _time_of(groups: tuple[str | None, ...]) -> AnyTime | None:
    hour, minute, second, fraction, zone_text = groups
    zone = None
    if zone_text:
        zone = _zone(zone_text)
        if zone is None:
            return None
    nanosecond = int((fraction or "").ljust(9, "0")[:9])
    return make_time(int(hour or 0), int(minute or 0), int(second or 0), nanosecond, zone)


def _zone(text: str) -> tzinfo | None:
    if text == "Z":
        return UTC
    if text[0] == "@":
        try:
            return ZoneInfo(text[1:])
        except (KeyError, ValueError, OSError):  # unknown, outside the zone folder, or a folder of it
            return None
    parts = [int(p) for p in text[1:].split(":")]
    if parts[1] > 59 or (len(parts) > 2 and parts[2] > 59):
        return None
    offset = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    return make_zone(-offset if text[0] == "-" else offset)


def write_date(value: AnyDate | AnyDateTime) -> str:
    """ISO 8601, at least four digits of year."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def write_time(value: AnyTime | AnyDateTime) -> str:
    """The time part with fraction and zone as they are."""
    fraction = f"{nanosecond_of(value):09d}".rstrip("0")
    return (
        f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{'.' + fraction if fraction else ''}{_write_zone(value.tzinfo)}"
    )


def write_date_time(value: AnyDateTime) -> str:
    """Date, `T`, time, zone."""
    return f"{write_date(value)}T{write_time(value)}"


def _write_zone(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None)
    if not offset:
        return "Z"
    seconds = int(abs(offset).total_seconds())
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"


def write_duration(value: timedelta | YearMonthDuration) -> str:
    """The shortest ISO 8601 form: `P1DT2H`, `PT0S`, `P1Y2M`."""
    if isinstance(value, YearMonthDuration):
        return str(value)
    sign, amount = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(amount.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{amount.microseconds:06d}".rstrip("0") if amount.microseconds else ""
    clock = (
        (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{seconds}{fraction}S" if seconds or fraction else "")
    )
    days = f"{amount.days}D" if amount.days else ""
    return f"{sign}P{days}T{clock}" if clock else (f"{sign}P{days}" if days else "PT0S")


def offset_of(zone: tzinfo | None, when: AnyDateTime | AnyTime) -> timedelta | None:
    """The offset from UTC, or None without a zone; a named zone's offset depends on the date, so a time alone has none."""
    if zone is None:
        return None
    if isinstance(when, datetime):
        return zone.utcoffset(when)
    if isinstance(when, WideDateTime):
        # A named zone's rules end with Python's years: the nearest year inside stands for the ones outside.
        year = min(max(when.year, 1000), 9000)
        return zone.utcoffset(datetime(year, when.month, min(when.day, 28), when.hour, when.minute, when.second, tzinfo=zone))
    return zone.utcoffset(None)
