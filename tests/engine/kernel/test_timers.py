"""When timers fire: dates, durations, cycles, zones, months, missed firings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import YearMonthDuration
from engine.kernel.timers import TimerInvalid, TimerSchedule, first_due, next_due
from engine.kernel.timers.instant import read_instant, write_instant
from engine.kernel.timers.period import Period, read_period

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def firings(schedule: TimerSchedule | None, count: int) -> list[str]:
    """The next firings, each triggered in time, as local texts of UTC."""
    found = []
    while schedule is not None and len(found) < count:
        found.append(schedule.due.replace(tzinfo=None).isoformat(timespec="minutes"))
        schedule = next_due(schedule, schedule.due)
    return found


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("PT90S", "2026-01-31T09:01:30"),
        ("P1M", "2026-02-28T09:00"),
        ("P1Y1M", "2027-02-28T09:00"),
        ("P1W", "2026-02-07T09:00"),
        ("P1M1DT1H", "2026-03-01T10:00"),
        ("PT0S", "2026-01-31T09:00"),
        ("-PT1H", "2026-01-31T08:00"),
        ("PT0.5S", "2026-01-31T09:00:00.500000"),
        (timedelta(hours=1), "2026-01-31T10:00"),
        (YearMonthDuration(13), "2027-02-28T09:00"),
    ],
)
def test_a_duration_counts_from_now(value: object, due: str) -> None:
    assert first_due("duration", value, NOW) == TimerSchedule(due=at(due))


def test_one_month_from_the_last_of_january_is_the_last_of_february_in_leap_years_too() -> None:
    """SpiffWorkflow 3.2 says 2 March."""
    assert first_due("duration", "P1M", datetime(2028, 1, 31, tzinfo=UTC)).due == at("2028-02-29")


def test_a_monthly_cycle_keeps_to_the_end_of_the_month_without_drifting() -> None:
    """SpiffWorkflow 3.2 repeats `R3/2024-01-31/P1M` every 31 days."""
    schedule = first_due("cycle", "R5/2026-01-31T08:00:00Z/P1M", NOW)
    assert firings(schedule, 9) == [f"2026-{day}T08:00" for day in ("01-31", "02-28", "03-31", "04-30", "05-31")]


def test_a_cycle_without_start_begins_one_period_from_now() -> None:
    assert firings(first_due("cycle", "R3/PT1H", NOW), 9) == ["2026-01-31T10:00", "2026-01-31T11:00", "2026-01-31T12:00"]


def test_a_monthly_cycle_without_start_does_not_drift_either() -> None:
    assert firings(first_due("cycle", "R/P1M", NOW), 3) == ["2026-02-28T09:00", "2026-03-31T09:00", "2026-04-30T09:00"]


def test_a_duration_as_cycle_repeats_without_end() -> None:
    schedule = first_due("cycle", timedelta(hours=1), NOW)
    assert schedule.repetitions == -1
    assert len(firings(schedule, 50)) == 50


def test_missed_firings_count_as_one() -> None:
    schedule = first_due("cycle", "R/PT1H", NOW)
    following = next_due(schedule, NOW + timedelta(hours=719, minutes=30))
    assert following == TimerSchedule(due=NOW + timedelta(hours=720), cycle=schedule.cycle, repetitions=-1)


def test_missed_firings_use_up_repetitions() -> None:
    schedule = first_due("cycle", "R5/PT1H", NOW)
    following = next_due(schedule, NOW + timedelta(hours=3, minutes=30))
    assert following == TimerSchedule(due=NOW + timedelta(hours=4), cycle=schedule.cycle, repetitions=1)
    assert next_due(schedule, NOW + timedelta(hours=7)) is None


def test_a_start_in_the_past_fires_once_for_all_that_was_missed() -> None:
    """An hourly cycle from January did not finish in 20 s in SpiffWorkflow 3.2."""
    schedule = first_due("cycle", "R/2020-01-01T00:30:00Z/PT1H", NOW)
    assert schedule.due == at("2020-01-01T00:30")
    following = next_due(schedule, NOW)
    assert following is not None
    assert following.due == at("2026-01-31T09:30")


def test_days_keep_the_time_of_day_across_summer_time() -> None:
    schedule = first_due("cycle", "R/2026-03-28T09:00:00@Europe/Berlin/P1D", NOW)
    assert firings(schedule, 3) == ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"]
    hours = first_due("cycle", "R/2026-03-28T09:00:00[Europe/Berlin]/PT24H", NOW)
    assert firings(hours, 3) == ["2026-03-28T08:00", "2026-03-29T08:00", "2026-03-30T08:00"]


def test_a_time_in_the_gap_of_summer_time_fires_at_the_shifted_time() -> None:
    schedule = first_due("cycle", "R/2026-03-28T02:30:00@Europe/Berlin/P1D", NOW)
    assert firings(schedule, 3) == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"]


def test_a_repeated_hour_fires_a_daily_cycle_once() -> None:
    schedule = first_due("cycle", "R/2026-10-24T02:30:00@Europe/Berlin/P1D", NOW)
    assert firings(schedule, 3) == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]


def test_without_a_zone_that_of_the_clock_holds() -> None:
    assert first_due("date", "2026-07-01T09:00:00", NOW.astimezone(BERLIN)).due == at("2026-07-01T07:00")
    assert first_due("date", "2026-07-01", NOW).due == at("2026-07-01")
    assert first_due("date", datetime(2026, 7, 1, 9), NOW.astimezone(BERLIN)).due == at("2026-07-01T07:00")  # noqa: DTZ001
    assert first_due("date", datetime(2026, 7, 1).date(), NOW).due == at("2026-07-01")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("duration", "PT"),
        ("duration", "P"),
        ("duration", ""),
        ("duration", "P1.5M"),
        ("duration", "1H"),
        ("duration", Decimal(5)),
        ("duration", None),
        ("duration", "P99999999M"),
        ("duration", "P999999999D"),
        ("date", "2026-02-30T00:00:00Z"),
        ("date", "2026-01-01T25:00:00Z"),
        ("date", "2026-01-01T00:00:00@Nowhere/City"),
        ("date", Decimal(5)),
        ("date", None),
        ("cycle", "R/PT0S"),
        ("cycle", "R/-PT1H"),
        ("cycle", timedelta(0)),
        ("cycle", "R0/PT1H"),
        ("cycle", "PT1H"),
        ("cycle", "R-1/PT1H"),
        ("cycle", "R/2026-01-01T00:00:00Z"),
        ("cycle", "R/soon/PT1H"),
        ("cycle", "R99999999999999999999/PT1H"),
        ("cycle", "R/PT1H/2026-01-01T00:00:00Z"),
        ("cycle", None),
        ("cycle", "0 0 25 * * *"),
        ("cycle", "0 0 0 31 2 *"),
        ("cycle", "R/P9999Y"),
    ],
)
def test_what_is_no_timer_is_refused(kind: str, value: object) -> None:
    with pytest.raises(TimerInvalid):
        first_due(kind, value, NOW)


@given(
    st.integers(0, 50),
    st.integers(0, 400),
    st.integers(0, 10**6),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(days=-10), timedelta(days=20_000)),
    st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Tokyo"), ZoneInfo("Australia/Lord_Howe")]),
)
@settings(max_examples=200, deadline=None)
def test_the_next_firing_is_the_first_one_after_now(
    months: int, days: int, seconds: int, start: datetime, gone: timedelta, zone: ZoneInfo
) -> None:
    period = Period(months, days, timedelta(seconds=seconds))
    if not period.is_positive:
        return
    anchor = start.replace(tzinfo=zone)
    moment = anchor.astimezone(UTC) + gone
    if period.time and gone / period.time > 10**6:
        return
    count = period.times_until(anchor, moment)
    assert period.after(anchor, count).astimezone(UTC) > moment
    assert count == 1 or period.after(anchor, count - 1).astimezone(UTC) <= moment


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 10**9))
def test_a_period_is_read_back_from_its_text(months: int, days: int, milliseconds: int) -> None:
    period = Period(months, days, timedelta(milliseconds=milliseconds))
    assert read_period(str(period)) == period


@given(st.datetimes(timezones=st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")])))
def test_an_instant_is_read_back_from_its_text_with_its_zone(instant: datetime) -> None:
    real = instant.astimezone(UTC).astimezone(instant.tzinfo) if instant.year not in (1, 9999) else instant
    read = read_instant(write_instant(real), UTC)
    assert read is not None
    if real.year not in (1, 9999):
        assert read.astimezone(UTC) == real.astimezone(UTC)
        assert read.tzinfo == real.tzinfo
