"""Timers with a calendar: durations, dates, cycles and cron in working time, whatever becomes of the calendar meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.feel import Value
from engine.kernel.timers import TimerInvalid, TimerSchedule, WorkingCalendar, first_due, next_due

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = ((9 * 60, 18 * 60),)
OFFICE = WorkingCalendar(name="office", zone=TOKYO, week=(DAY, DAY, DAY, DAY, DAY, ((9 * 60, 12 * 60),), ()))
FRIDAY = datetime(2026, 4, 3, 16, tzinfo=TOKYO)
"""The week after it has no holiday; Saturday is worked until noon."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of that April."""
    return datetime(2026, 4, day, hour, minute, tzinfo=TOKYO)


def due(kind: str, value: Value, now: datetime = FRIDAY) -> datetime:
    """When it fires first."""
    return first_due(kind, value, now, OFFICE).due


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT2H", at(3, 18)),
        ("PT3H", at(4, 10)),
        ("PT48H", at(10, 16)),
        ("P1D", at(4, 12)),
        ("P2D", at(6, 16)),
        ("P1DT4H", at(6, 13)),
        ("P1M", datetime(2026, 5, 4, 9, tzinfo=TOKYO)),
        (timedelta(hours=3), at(4, 10)),
        (timedelta(days=2), at(6, 16)),
        ("PT0S", at(3, 16)),
    ],
)
def test_durations_count_working_hours_and_working_days(value: Value, expected: datetime) -> None:
    assert due("duration", value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2026-04-05", at(6, 9)), ("2026-04-06T10:30:00", at(6, 10, 30)), ("2026-04-04T12:00:00Z", at(6, 9))],
)
def test_a_date_outside_of_working_time_waits_for_the_next_opening(value: str, expected: datetime) -> None:
    assert due("date", value) == expected


def _firings(text: str, many: int, now: datetime = FRIDAY) -> list[datetime]:
    schedule: TimerSchedule | None = first_due("cycle", text, now, OFFICE)
    found: list[datetime] = []
    while schedule is not None and len(found) < many:
        found.append(schedule.due)
        schedule = next_due(schedule, schedule.due, OFFICE)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R/PT4H", [at(4, 11), at(6, 12), at(6, 16), at(7, 11)]),
        ("R/P1D", [at(4, 12), at(6, 16), at(7, 16)]),
        ("R2/P1D", [at(4, 12), at(6, 16)]),
        ("R/2026-04-05T08:00:00/P1D", [at(6, 9), at(7, 9)]),
        ("0 0 8 * * *", [at(4, 9), at(6, 9), at(7, 9)]),
        ("R3/2026-04-05T10:00:00/P1M", [at(6, 9), datetime(2026, 5, 6, 9, tzinfo=TOKYO)]),
    ],
)
def test_cycles_keep_to_working_time(text: str, expected: list[datetime]) -> None:
    assert _firings(text, len(expected) + (text[:2] == "R2"))[: len(expected)] == expected
    if text.startswith("R2"):
        assert len(_firings(text, 9)) == 2


def test_missed_firings_of_a_working_cycle_are_one_and_use_up_repetitions() -> None:
    first = first_due("cycle", "R9/P1D", FRIDAY, OFFICE)
    following = next_due(first, at(9, 20), OFFICE)
    assert following is not None
    assert (following.due, following.repetitions) == (at(10, 16), 8 - 5)


def test_a_holiday_that_is_added_later_neither_doubles_nor_loses_a_firing() -> None:
    schedule: TimerSchedule | None = first_due("cycle", "R3/P1D", at(6, 10), OFFICE)
    assert schedule is not None
    with_holiday = replace(OFFICE, others=((lambda day: day in {date(2026, 4, 7), date(2026, 4, 8)}, ()),), _spans={})
    schedule = next_due(schedule, schedule.due, with_holiday)
    assert schedule is not None
    assert (schedule.due, schedule.repetitions) == (at(9, 10), 1)


@pytest.mark.parametrize("value", ["-PT4H", timedelta(days=-1)])
def test_working_time_in_the_past_is_refused(value: Value) -> None:
    with pytest.raises(TimerInvalid, match="negative"):
        due("duration", value)
