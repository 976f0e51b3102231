"""Timer texts of a diagram are read exactly or refused with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.cron import Cron, parse_cron
from engine.model.timers import ENDLESS, Cycle, Period, TimerTextError, parse_cycle, parse_moment, parse_period

EARLY, LATE = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("PT15M", Period(time=timedelta(minutes=15))),
        ("P1M", Period(months=1)),
        ("P1Y2M10DT2H30M5S", Period(months=14, time=timedelta(days=10, hours=2, minutes=30, seconds=5))),
        ("P2W", Period(time=timedelta(weeks=2))),
        ("PT0.5S", Period(time=timedelta(milliseconds=500))),
        ("PT0S", Period()),
        (" P1D ", Period(time=timedelta(days=1))),
        ("P100Y", Period(months=1200)),
    ],
)
def test_reads_durations(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "-PT1H",
        "PT-1H",
        "1H",
        "P1S",
        "PT1D",
        "p1d",
        "P1.5D",
        "P101Y",
        "P99999999M",
        "P9999999999999D",
        "P１D",
    ],
)
def test_refuses_what_is_no_duration_or_an_absurd_one(text: str) -> None:
    with pytest.raises(TimerTextError, match=r"not an ISO 8601 duration|longer than 100 years"):
        parse_period(text)


def test_a_date_keeps_its_offset_and_may_have_none() -> None:
    assert parse_moment("2026-05-01T08:00:00Z") == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert parse_moment("2026-05-01T08:00:00+02:00[Europe/Berlin]").utcoffset() == timedelta(hours=2)
    assert parse_moment("2026-05-01").tzinfo is None


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00:00Z", "2026-02-30", "P1D", "12/24/2026"])
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(TimerTextError, match="ISO 8601 date"):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("R/PT1H", Cycle(repetitions=ENDLESS, period=Period(time=timedelta(hours=1)))),
        ("R3/P1M", Cycle(repetitions=3, period=Period(months=1))),
        ("R10000/PT1S", Cycle(repetitions=10_000, period=Period(time=timedelta(seconds=1)))),
        (
            "R2/2026-01-01T00:00:00Z/P1D",
            Cycle(repetitions=2, period=Period(time=timedelta(days=1)), start=datetime(2026, 1, 1, tzinfo=UTC)),
        ),
        (
            "R/P1D/2026-02-01T00:00:00Z",
            Cycle(repetitions=ENDLESS, period=Period(time=timedelta(days=1)), end=datetime(2026, 2, 1, tzinfo=UTC)),
        ),
        (
            "R5/2026-01-01T00:00:00Z/2026-01-01T02:00:00+01:00",
            Cycle(repetitions=5, period=Period(time=timedelta(hours=1)), start=datetime(2026, 1, 1, tzinfo=UTC)),
        ),
    ],
)
def test_reads_cycles(text: str, cycle: Cycle) -> None:
    assert parse_cycle(text) == cycle


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("R/PT0S", "without a pause"),
        ("R/PT0.5S", "without a pause"),
        ("R0/PT1H", "never fires"),
        ("R10001/PT1H", "more than 10,000"),
        ("R99999999999/PT1S", "more than 10,000"),
        ("R" + "9" * 5000 + "/PT1S", "more than 10,000"),
        ("R-1/PT1H", "not a cycle"),
        ("R3", "not a cycle"),
        ("R3/", "not an ISO 8601 duration"),
        ("R3/a/b/c", "not a cycle"),
        ("R/-PT1H", "not an ISO 8601 duration"),
        ("R/2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "before its first"),
        ("R/2026-01-02T00:00:00Z/2026-01-02T00:00:00Z", "without a pause"),
        ("R/2026-01-02T00:00:00Z/2026-01-03T00:00:00", "offset"),
        ("every day", "neither"),
        ("", "neither"),
    ],
)
def test_refuses_cycles_that_never_fire_or_never_rest(text: str, reason: str) -> None:
    with pytest.raises(TimerTextError, match=reason):
        parse_cycle(text)


@pytest.mark.parametrize(
    ("text", "after", "due"),
    [
        ("0 8 * * MON-FRI", "2026-05-01T09:00:00", "2026-05-04T08:00:00"),
        ("*/15 * * * *", "2026-05-01T09:00:00", "2026-05-01T09:15:00"),
        ("30 0 8 * * *", "2026-05-01T08:00:29", "2026-05-01T08:00:30"),
        ("0 0 0 29 2 *", "2026-05-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 31 * *", "2026-06-01T00:00:00", "2026-07-31T00:00:00"),
        ("0 12 * * 7", "2026-05-01T00:00:00", "2026-05-03T12:00:00"),
        ("@daily", "2026-12-31T00:00:00", "2027-01-01T00:00:00"),
        ("@hourly", "2026-12-31T00:30:00", "2026-12-31T01:00:00"),
        ("59 59 23 * * *", "2026-05-01T23:59:59", "2026-05-02T23:59:59"),
        ("0 0 9-17/4 ? JAN,JUL *", "2026-05-01T00:00:00", "2026-07-01T09:00:00"),
        ("0 0 0 29 2 1", "2072-03-01T00:00:00", "2112-02-29T00:00:00"),
    ],
)
def test_cron_knows_its_next_firing(text: str, after: str, due: str) -> None:
    cron = parse_cycle(text)
    assert isinstance(cron, Cron)
    assert cron.next_after(datetime.fromisoformat(after)) == datetime.fromisoformat(due)


def test_cron_ends_with_the_calendar() -> None:
    assert parse_cron("@yearly").next_after(datetime(9999, 6, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "text",
    [
        "0 0 30 2 *",
        "0 0 31 4,6 *",
        "60 * * * *",
        "* 24 * * *",
        "a * * * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "* * *",
        "@often",
        "*-3 * * * *",
    ],
)
def test_refuses_cron_that_cannot_fire(text: str) -> None:
    with pytest.raises(ValueError, match=r"“|step 0"):
        parse_cron(text)


@given(st.text(alphabet="R/P-T0123456789YMDHS*,? @Wyearl", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_cycle, parse_period, parse_moment):
        try:
            assert parse(text) is not None
        except TimerTextError as error:
            sentence = str(error)
        else:
            continue
        assert sentence.endswith(".")


@given(
    st.datetimes(min_value=EARLY, max_value=LATE),
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 6),
)
def test_the_next_firing_is_later_and_fits(moment: datetime, minute: int, hour: int, weekday: int) -> None:
    due = parse_cron(f"{minute} {hour} * * {weekday}").next_after(moment)
    assert due is not None
    assert timedelta() < due - moment <= timedelta(days=7)
    assert (due.minute, due.hour, due.isoweekday() % 7) == (minute, hour, weekday)
