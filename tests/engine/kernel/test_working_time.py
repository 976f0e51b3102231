"""Working time, against an oracle that steps minute by minute and knows nothing but what the clock on the wall shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.timers import Hours, NoWorkingTime, WorkingCalendar

MINUTE = timedelta(minutes=1)
ZONES = ("UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kolkata")
OFFICE: Hours = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
NIGHT: Hours = ((0, 2 * 60 + 30), (22 * 60, 24 * 60))
HALF: Hours = ((9 * 60, 12 * 60),)
WEEK = (OFFICE, OFFICE, NIGHT, OFFICE, HALF, (), ((60, 150), (155, 180)))
HOLIDAY = date(2026, 3, 31)


def _calendar(zone: str = "Asia/Tokyo", week: tuple[Hours, ...] = WEEK) -> WorkingCalendar:
    others = ((lambda day: day == HOLIDAY, ()), (lambda day: day == date(2026, 3, 28), HALF))
    return WorkingCalendar(name="demo", zone=ZoneInfo(zone), week=week, others=others)


@lru_cache(maxsize=64)
def _open_minutes(zone: str, day: date) -> frozenset[datetime]:
    """The minutes, as moments, in which somebody works on a day: from the first showing of the opening time on."""
    calendar = _calendar(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    moments = [start + n * MINUTE for n in range(54 * 60)]
    shown = [(one, one.astimezone(ZoneInfo(zone))) for one in moments]
    today = [(one, local.hour * 60 + local.minute) for one, local in shown if local.date() == day]
    found: set[datetime] = set()
    for begin, end in calendar.hours(day):
        inside = [one for one, minute in today if minute >= begin]
        before_end = [one for one, minute in today if minute < end]
        if inside and before_end:
            found |= {one for one, _ in today if inside[0] <= one <= before_end[-1]}
    return frozenset(found)


def _is_open(zone: str, moment: datetime) -> bool:
    return moment in _open_minutes(zone, moment.astimezone(ZoneInfo(zone)).date())


moments = st.integers(0, 60 * 24 * 3).map(lambda minutes: minutes * MINUTE)
DAYS = ("2026-03-27", "2026-10-23", "2026-04-03", "2026-03-06", "2026-10-30", "2037-12-31", "2028-02-27")
around = st.sampled_from([datetime.fromisoformat(day).replace(tzinfo=UTC) for day in DAYS])


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), base=around, offset=moments, amount=st.integers(0, 20 * 60))
def test_working_time_is_what_a_count_of_minutes_gives(zone: str, base: datetime, offset: timedelta, amount: int) -> None:
    start, calendar = base + offset, _calendar(zone)
    due = calendar.after(start, amount * MINUTE)
    now, left = start, amount
    while not _is_open(zone, now):
        now += MINUTE
    assert calendar.opening(start) == now
    while left:
        left -= _is_open(zone, now)
        now += MINUTE
    assert due == now
    assert calendar.worked(start, due) == amount * MINUTE


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), base=around, offset=moments, days=st.integers(1, 9))
def test_working_days_are_what_a_look_at_each_day_gives(zone: str, base: datetime, offset: timedelta, days: int) -> None:
    calendar = _calendar(zone)
    opening = calendar.opening(base + offset)
    day, left = opening.astimezone(ZoneInfo(zone)).date(), days
    while left:
        day += timedelta(days=1)
        left -= bool(_open_minutes(zone, day))
    due = calendar.days_after(base + offset, days)
    assert (due - MINUTE).astimezone(ZoneInfo(zone)).date() == day or due.astimezone(ZoneInfo(zone)).date() == day
    assert _is_open(zone, due.replace(second=0)) or _is_open(zone, due - MINUTE)


def test_eight_hours_end_with_the_day_and_not_with_the_next_opening() -> None:
    calendar = _calendar()
    monday = datetime(2026, 4, 6, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert calendar.after(monday, timedelta(hours=8)) == monday.replace(hour=18)
    assert calendar.after(monday, timedelta(hours=3)) == monday.replace(hour=12)
    assert calendar.after(monday, timedelta(0)) == monday


def test_a_day_that_is_short_ends_what_was_to_be_in_the_afternoon() -> None:
    thursday = datetime(2026, 4, 9, 16, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert _calendar().days_after(thursday, 1) == thursday.replace(day=10, hour=12)


@pytest.mark.parametrize("call", [lambda c, at: c.after(at, -MINUTE), lambda c, at: c.days_after(at, -1)])
def test_working_time_is_not_negative(call: object) -> None:
    with pytest.raises(NoWorkingTime):
        call(_calendar(), datetime(2026, 4, 6, tzinfo=UTC))  # type: ignore[operator]  # a function of a table


def test_a_calendar_without_working_time_says_so() -> None:
    closed = WorkingCalendar(name="closed", zone=ZoneInfo("UTC"), week=((),) * 7)
    with pytest.raises(NoWorkingTime, match="closed"):
        closed.opening(datetime(2026, 4, 6, tzinfo=UTC))
