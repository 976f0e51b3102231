"""Timers against an oracle that steps through minutes and reads the clock on the wall: zones, summer time, ends of months.

``TIMER_CASES=10000`` tries so many of each kind.
"""

from __future__ import annotations

import os
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.timers import TimerSchedule, first_due, next_due, next_firing
from engine.model.expression import Expression
from engine.model.process import TimerDefinition

MINUTE = timedelta(minutes=1)
CASES = settings(max_examples=int(os.environ.get("TIMER_CASES", "60")), deadline=None)
ZONES = ("Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Tokyo")
DAYS = ("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-09-05", "2026-10-03", "2026-03-27")
ENDS = ("2028-02-28", "2026-01-30", "2026-08-30", "2026-12-30", "2038-01-18", "2027-02-27")
ONCE = TimerDefinition(kind="cycle", expression=Expression(text=""))

zones = st.sampled_from(ZONES)
walls = st.builds(
    lambda day, minutes: datetime.fromisoformat(day) + minutes * MINUTE, st.sampled_from(DAYS + ENDS), st.integers(0, 3 * 1440)
)


def moment(wall: datetime, zone: str) -> datetime:
    """The first minute in which the wall shows it; in a gap, as many minutes after it as the wall would have shown."""
    start = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    shown = start
    for _ in range(30 * 60):
        if shown.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
            return shown
        shown += MINUTE
    before = start.astimezone(ZoneInfo(zone))
    return start + (wall - before.replace(tzinfo=None))


def on_the_wall(instant: datetime, zone: str) -> datetime:
    """What the wall shows."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def months_later(wall: datetime, months: int) -> datetime:
    """Month by month, then the last day where the month is shorter."""
    year, month = wall.year, wall.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1]))


@CASES
@given(zone=zones, wall=walls)
def test_a_date_is_due_when_the_wall_shows_it(zone: str, wall: datetime) -> None:
    assert first_due("date", f"{wall.isoformat()}@{zone}", datetime.now(UTC)).due == moment(wall, zone)


@CASES
@given(zone=zones, wall=walls, months=st.integers(0, 14), days=st.integers(0, 40), hours=st.integers(0, 60))
def test_months_and_days_go_by_the_wall_and_hours_by_the_clock(
    zone: str, wall: datetime, months: int, days: int, hours: int
) -> None:
    start = moment(wall, zone)
    now = start.astimezone(ZoneInfo(zone))
    shown = months_later(on_the_wall(start, zone), months) + timedelta(days=days)
    reached = moment(shown, zone) if months or days else start
    due = first_due("duration", f"P{months}M{days}DT{hours}H", now).due
    assert due == reached + timedelta(hours=hours)


@CASES
@given(
    zone=zones,
    wall=walls,
    period=st.sampled_from([("P1D", 0, 1), ("P1M", 1, 0), ("P7D", 0, 7), ("P3M", 3, 0)]),
    jumps=st.lists(st.integers(-3 * 1440, 40 * 1440), min_size=1, max_size=6),
)
def test_whatever_the_clock_does_a_cycle_fires_never_early_never_twice_and_never_loses_its_rhythm(
    zone: str, wall: datetime, period: tuple[str, int, int], jumps: list[int]
) -> None:
    text, months, days = period
    anchor = moment(wall, zone)
    shown = on_the_wall(anchor, zone)
    nominal = [anchor]
    nominal += [moment(months_later(shown, n * months) + timedelta(days=n * days), zone) for n in range(1, 8)]
    schedule: TimerSchedule | None = first_due("cycle", f"R/{wall.isoformat()}@{zone}/{text}", anchor - MINUTE)
    now, fired = anchor, list[datetime]()
    for jump in jumps:
        now += jump * MINUTE
        assert schedule is not None
        if schedule.due > nominal[-2] or now > nominal[-2]:
            return
        if schedule.due <= now:
            fired.append(schedule.due)
            _, schedule = next_firing(schedule, ONCE, now)
            assert schedule is not None
            assert schedule.due == next(one for one in nominal if one > now)
    assert fired == sorted(set(fired))
    assert set(fired) <= set(nominal)


@CASES
@given(
    zone=zones,
    wall=walls,
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30, 59]),
    day=st.sampled_from(["*", "1", "31", "29", "L"]),
)
def test_cron_fires_on_the_days_and_at_the_time_of_the_wall(
    zone: str, wall: datetime, hour: int, minute: int, day: str
) -> None:
    now = moment(wall, zone)
    due = first_due("cycle", f"0 {minute} {hour} {day} * ?", now.astimezone(ZoneInfo(zone))).due
    shown = on_the_wall(now, zone).replace(hour=hour, minute=minute) - timedelta(days=1)
    while not _named(day, shown) or moment(shown, zone) <= now:
        shown += timedelta(days=1)
    assert due == moment(shown, zone)


def _named(day: str, shown: datetime) -> bool:
    last = monthrange(shown.year, shown.month)[1]
    return day == "*" or shown.day == (last if day == "L" else int(day))


def test_the_oracle_knows_the_gap_and_the_hour_that_comes_twice() -> None:
    assert moment(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # noqa: DTZ001 - a wall
    assert moment(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001


def test_a_cycle_goes_on_beyond_the_year_2038() -> None:
    schedule = first_due("cycle", "R/2038-01-18T03:14:07Z/P1D", datetime(2038, 1, 18, tzinfo=UTC))
    following = next_due(schedule, datetime(2038, 1, 20, tzinfo=UTC))
    assert following is not None
    assert following.due == datetime(2038, 1, 20, 3, 14, 7, tzinfo=UTC)
