"""Cron expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.timers import TimerInvalid, first_due, next_due
from engine.kernel.timers.cron import Cron, CronInvalid, read_cron

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def following(text: str, count: int = 2, after: datetime = NOW) -> list[str]:
    """The next firings."""
    found = []
    moment: datetime | None = after
    cron = read_cron(text)
    for _ in range(count):
        moment = cron.next_after(moment) if moment else None
        found.append(moment.astimezone(after.tzinfo).strftime("%a %Y-%m-%d %H:%M:%S") if moment else "never")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 * * MON-FRI", ["Tue 2026-03-03 09:00:00", "Wed 2026-03-04 09:00:00"]),
        ("0 9 * * MON-FRI", ["Tue 2026-03-03 09:00:00", "Wed 2026-03-04 09:00:00"]),
        ("*/20 * * * * *", ["Mon 2026-03-02 09:00:20", "Mon 2026-03-02 09:00:40"]),
        ("0 0/15 9-10 * * *", ["Mon 2026-03-02 09:15:00", "Mon 2026-03-02 09:30:00"]),
        ("0 30 8,17 * * *", ["Mon 2026-03-02 17:30:00", "Tue 2026-03-03 08:30:00"]),
        ("@daily", ["Tue 2026-03-03 00:00:00", "Wed 2026-03-04 00:00:00"]),
        ("@hourly", ["Mon 2026-03-02 10:00:00", "Mon 2026-03-02 11:00:00"]),
        ("@weekly", ["Sun 2026-03-08 00:00:00", "Sun 2026-03-15 00:00:00"]),
        ("@monthly", ["Wed 2026-04-01 00:00:00", "Fri 2026-05-01 00:00:00"]),
        ("@yearly", ["Fri 2027-01-01 00:00:00", "Sat 2028-01-01 00:00:00"]),
        ("0 0 0 L * *", ["Tue 2026-03-31 00:00:00", "Thu 2026-04-30 00:00:00"]),
        ("0 0 0 L-3 * ?", ["Sat 2026-03-28 00:00:00", "Mon 2026-04-27 00:00:00"]),
        ("0 0 0 LW * *", ["Tue 2026-03-31 00:00:00", "Thu 2026-04-30 00:00:00"]),
        ("0 0 0 1W * *", ["Wed 2026-04-01 00:00:00", "Fri 2026-05-01 00:00:00"]),
        ("0 0 0 15W 8 *", ["Fri 2026-08-14 00:00:00", "Mon 2027-08-16 00:00:00"]),
        ("0 0 0 ? * MON#1", ["Mon 2026-04-06 00:00:00", "Mon 2026-05-04 00:00:00"]),
        ("0 0 0 * * FRIL", ["Fri 2026-03-27 00:00:00", "Fri 2026-04-24 00:00:00"]),
        ("0 0 0 * * 5L", ["Fri 2026-03-27 00:00:00", "Fri 2026-04-24 00:00:00"]),
        ("0 0 0 13 * FRI", ["Fri 2026-03-13 00:00:00", "Fri 2026-11-13 00:00:00"]),
        ("0 0 0 * * SAT-SUN", ["Sat 2026-03-07 00:00:00", "Sun 2026-03-08 00:00:00"]),
        ("0 0 0 * * 0,7", ["Sun 2026-03-08 00:00:00", "Sun 2026-03-15 00:00:00"]),
        ("0 0 0 29 2 *", ["Tue 2028-02-29 00:00:00", "Sun 2032-02-29 00:00:00"]),
        ("0 0 0 29 2 MON", ["Mon 2044-02-29 00:00:00", "Mon 2072-02-29 00:00:00"]),
        ("0 0 0 1 jan *", ["Fri 2027-01-01 00:00:00", "Sat 2028-01-01 00:00:00"]),
        ("0 0 0 30 2 *", ["never", "never"]),
    ],
)
def test_fires_when_it_says(text: str, expected: list[str]) -> None:
    assert following(text) == expected


def test_a_zone_may_be_named() -> None:
    assert following("0 0 9 * * * @Asia/Tokyo", 1) == ["Tue 2026-03-03 00:00:00"]


BERLIN = ZoneInfo("Europe/Berlin")


def test_a_daily_time_in_the_gap_fires_shifted_and_one_in_the_repeated_hour_once() -> None:
    before_gap = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert following("0 30 2 * * *", 2, before_gap) == ["Sun 2026-03-29 03:30:00", "Mon 2026-03-30 02:30:00"]
    before_fold = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    assert following("0 30 2 * * *", 2, before_fold) == ["Sun 2026-10-25 02:30:00", "Mon 2026-10-26 02:30:00"]


@pytest.mark.parametrize("start", [datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)])
def test_every_ten_minutes_is_every_ten_minutes_through_the_change_of_summer_time(start: datetime) -> None:
    """APScheduler#1021 loops or stops there."""
    cron = read_cron("0 */10 * * * *")
    moment = start.astimezone(BERLIN)
    for n in range(1, 60):
        found = cron.next_after(moment)
        assert found is not None
        assert found.astimezone(UTC) == start + timedelta(minutes=10 * n)
        moment = found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 0 0 * *  * *", "7 fields"),
        ("0 0 24 * * *", "the hour '24'"),
        ("0 61 0 * * *", "the minute '61'"),
        ("0 0 0 0 * *", "the day of the month '0'"),
        ("0 0 0 * 13 *", "the month '13'"),
        ("0 0 0 * * 8", "the weekday '8'"),
        ("0 0 0 * * FOO", "the weekday 'FOO'"),
        ("0 0 10-8 * * *", "the hour '10-8'"),
        ("*/0 * * * * *", "the second '*/0'"),
        ("a b c d e f", "the second 'A'"),
        ("0 0 0 * * * @Mars/Base", "time zone"),
        ("@sometimes", "1 fields"),
    ],
)
def test_what_is_no_cron_expression_is_refused_with_the_field(text: str, words: str) -> None:
    with pytest.raises(CronInvalid, match=words.replace("*", r"\*").replace("(", r"\(")):
        read_cron(text)


def test_as_a_timer_it_repeats_without_end_and_misses_count_as_one() -> None:
    schedule = first_due("cycle", "0 0 * * * *", NOW)
    assert (schedule.due, schedule.repetitions) == (NOW + timedelta(hours=1), -1)
    later = next_due(schedule, NOW + timedelta(hours=30, minutes=1))
    assert later is not None
    assert later.due == NOW + timedelta(hours=31)
    with pytest.raises(TimerInvalid, match="never fires"):
        first_due("cycle", "0 0 0 30 2 *", NOW)


def by_minute(cron: Cron, after: datetime, limit: int) -> datetime | None:
    """The first match by looking at every minute."""
    at = after.replace(second=0) + timedelta(minutes=1)
    for _ in range(limit):
        weekday = at.isoweekday() % 7
        if (
            at.minute in cron.minutes
            and at.hour in cron.hours
            and at.month in cron.months
            and all(r(at.date()) for r in cron.days)
        ):
            assert 0 <= weekday <= 6
            return at
        at += timedelta(minutes=1)
    return None


FIELDS = st.tuples(
    st.sampled_from(["*", "0", "*/7", "5,50", "10-20", "59"]),
    st.sampled_from(["*", "0", "*/5", "23", "9-17"]),
    st.sampled_from(["*", "1", "L", "15W", "28-31"]),
    st.sampled_from(["*", "3", "3,4", "MAR-APR"]),
    st.sampled_from(["*", "MON-FRI", "SUN", "2#1", "5L"]),
)


@given(FIELDS, st.integers(0, 20 * 24 * 60))
@settings(max_examples=25, deadline=None)
def test_finds_the_same_as_looking_at_every_minute(fields: tuple[str, ...], minutes: int) -> None:
    cron = read_cron(" ".join(("0", *fields)))
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    limit = 35 * 24 * 60
    expected = by_minute(cron, start, limit)
    found = cron.next_after(start)
    if expected is None:
        assert found is None or found > start + timedelta(minutes=limit)
    else:
        assert found == expected
