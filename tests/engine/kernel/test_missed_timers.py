"""Firings that nobody was there for: one for all, each of them, or none; after hours, a month, and across summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import Code
from engine.kernel import events
from engine.kernel.timers import TimerSchedule, first_due, first_firing, next_due, next_firing
from engine.model.expression import Expression
from engine.model.process import TimerDefinition
from tests.engine.bpmn.diagram import between, end, errors, flow, node, process, read
from tests.support.kernel_run import NOW, Run

ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Tokyo")]


def timer(missed: str, pause: float = 1) -> TimerDefinition:
    """A cycle with this policy."""
    return TimerDefinition(kind="cycle", expression=Expression(text=""), missed=missed, pause=timedelta(seconds=pause))


def fired(text: str, definition: TimerDefinition, now: datetime, awake: list[float], many: int = 100) -> list[float]:
    """When a timer armed at `now` fires, in hours from then; `awake` are the times when somebody comes and goes, in turn."""
    schedule: TimerSchedule | None = first_firing(first_due("cycle", text, now), definition, now)
    found: list[float] = []
    while schedule is not None and len(found) < many:
        at = _when_awake(now, schedule.due, awake)
        if at is None:
            break
        fires, schedule = next_firing(schedule, definition, at)
        found += [(at - now).total_seconds() / 3600] if fires else []
    return found


def _when_awake(now: datetime, due: datetime, awake: list[float]) -> datetime | None:
    spans = zip(awake[::2], awake[1::2], strict=True)
    for begin, stop in ((now + timedelta(hours=a), now + timedelta(hours=b)) for a, b in spans):
        if due < stop:
            return max(due, begin)
    return None


def test_once_fires_once_for_all_that_were_missed() -> None:
    assert fired("R/PT1H", timer("once"), NOW, [0, 1.5, 4.5, 6.5]) == [1, 4.5, 5, 6]


def test_skip_leaves_out_what_was_missed() -> None:
    assert fired("R/PT1H", timer("skip"), NOW, [0, 1.5, 4.5, 6.5]) == [1, 5, 6]


def test_skip_takes_what_is_late_by_a_minute() -> None:
    minute = 1 / 60
    assert fired("R/PT1H", timer("skip"), NOW, [1 + minute, 1.5]) == [1 + minute]
    assert fired("R/PT1H", timer("skip"), NOW, [1 + 1.01 * minute, 1.5]) == []


def test_all_makes_up_for_each_with_a_pause_and_is_in_time_again() -> None:
    assert fired("R/PT1H", timer("all", 360), NOW, [0, 1.5, 4.5, 6.5]) == [1, 4.5, 4.6, 4.7, 5, 6]


def test_all_that_never_catches_up_still_keeps_the_pause() -> None:
    times = fired("R/PT1S", timer("all", 60), NOW, [1, 2])
    assert [round((b - a) * 60) for a, b in pairwise(times)] == [1] * (len(times) - 1)


@pytest.mark.parametrize(("missed", "expected"), [("once", [4.5, 5]), ("skip", [5]), ("all", [4.5, 4.6, 4.7, 4.8, 5])])
def test_repetitions_are_used_up_by_what_is_missed(missed: str, expected: list[float]) -> None:
    assert fired("R5/PT1H", timer(missed, 360), NOW, [4.5, 100]) == pytest.approx(expected)


def test_what_lies_before_the_timer_began_was_not_missed() -> None:
    start = (NOW - timedelta(hours=10, minutes=30)).isoformat()
    assert fired(f"R/{start}/PT1H", timer("all"), NOW, [0, 2]) == [0, 0.5, 1.5]
    assert fired(f"R12/{start}/PT1H", timer("all"), NOW, [0, 9]) == [0, 0.5]
    assert fired(f"R3/{start}/PT1H", timer("all"), NOW, [0, 9]) == [0]
    assert fired(f"R/{start}/PT1H", timer("skip"), NOW, [0, 2]) == [0.5, 1.5]


def test_a_month_of_downtime() -> None:
    month = 24 * 30 + 0.5
    assert len(fired("R/PT1H", timer("all"), NOW, [0, 0.5, month, month + 0.5], many=1000)) == 720
    assert fired("R/PT1H", timer("once"), NOW, [0, 0.5, month, month + 0.6]) == [month, month + 0.5]
    assert fired("R/PT1H", timer("skip"), NOW, [0, 0.5, month, month + 0.6]) == [month + 0.5]


def test_cron_is_missed_like_any_cycle() -> None:
    assert fired("0 0 * * * *", timer("all", 360), NOW, [0, 1.5, 3.5, 4.5]) == [1, 3.5, 3.6, 4]
    assert fired("0 0 * * * *", timer("skip"), NOW, [0, 1.5, 3.5, 4.5]) == [1, 4]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("time", ["00:00", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("missed", ["once", "all"])
def test_a_daily_timer_fires_once_a_day_through_every_change_of_summer_time(zone: ZoneInfo, time: str, missed: str) -> None:
    schedule = first_due("cycle", f"R/2026-01-01T{time}:00@{zone.key}/P1D", datetime(2025, 12, 1, tzinfo=UTC))
    found: TimerSchedule | None = schedule
    for day in range(366):
        assert found is not None
        local = found.due.astimezone(zone)
        assert local.date() == date(2026, 1, 1) + timedelta(days=day)
        assert abs(_minutes(local) - _minutes(datetime.fromisoformat(f"2026-01-01T{time}"))) in (0, 30, 60)
        _, found = next_firing(found, timer(missed), found.due)


def _minutes(local: datetime) -> int:
    return local.hour * 60 + local.minute


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_cron_fires_once_a_day_through_every_change_of_summer_time(zone: ZoneInfo) -> None:
    found: TimerSchedule | None = first_due("cycle", f"0 30 2 * * * @{zone.key}", datetime(2026, 1, 1, tzinfo=UTC))
    days = []
    for _ in range(366):
        assert found is not None
        days.append(found.due.astimezone(zone).date())
        found = next_due(found, found.due)
    assert days == [days[0] + timedelta(days=n) for n in range(366)]


def test_the_last_day_of_each_month_through_a_leap_year() -> None:
    found: TimerSchedule | None = first_due("cycle", "R14/2027-12-31T09:00:00@Asia/Tokyo/P1M", datetime(2027, 1, 1, tzinfo=UTC))
    days = []
    while found is not None:
        days.append(found.due.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%m-%d %H"))
        found = next_due(found, found.due)
    expected = ["12-31", "01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30"]
    assert days == [f"{day} 09" for day in [*expected, "12-31", "01-31"]]


def test_the_29th_of_february_comes_back_on_the_28th_and_in_leap_years_on_its_day() -> None:
    found: TimerSchedule | None = first_due("cycle", "R5/2028-02-29T00:00:00Z/P1Y", datetime(2027, 1, 1, tzinfo=UTC))
    days = []
    while found is not None:
        days.append(f"{found.due:%Y-%m-%d}")
        found = next_due(found, found.due)
    assert days == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.integers(1, 300),
    naps=st.lists(st.floats(0.1, 20, allow_nan=False), min_size=2, max_size=6),
    times=st.integers(1, 12),
)
def test_all_loses_nothing_once_fires_no_more_and_skip_only_in_time(minutes: int, naps: list[float], times: int) -> None:
    edges = [sum(naps[:n]) for n in range(len(naps) + 1)]
    awake = [*(edges if len(edges) % 2 == 0 else edges[:-1]), 200.0, 2000.0]
    text = f"R{times}/PT{minutes}M"
    every, once, skipping = (fired(text, timer(missed), NOW, awake) for missed in ("all", "once", "skip"))
    assert len(every) == times
    assert len(skipping) <= len(once) <= len(every)
    grid = [minutes / 60 * n for n in range(1, times + 1)]
    assert all(min(abs(at - due) for due in grid) <= 1 / 60 + 1e-6 for at in skipping)


# -- in a diagram ----------------------------------------------------------------------------------------------------------


def settings_of(*given: tuple[str, str]) -> str:
    """Extension properties."""
    made = "".join(f'<zeebe:property name="{name}" value="{value}"/>' for name, value in given)
    return f"<extensionElements><zeebe:properties>\n{made}</zeebe:properties></extensionElements>"


def reminder(cycle: str, *given: tuple[str, str], attributes: str = 'cancelActivity="false"') -> bytes:
    """A user task with a repeating boundary timer."""
    definition = f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>"
    event = f'<boundaryEvent id="b" attachedToRef="n" {attributes}>{settings_of(*given)}{definition}</boundaryEvent>'
    return between('<userTask id="n"/>', more=event + '<userTask id="r"/>' + end("e2") + flow("b", "r") + flow("r", "e2"))


def test_a_reminder_that_was_missed_is_left_out() -> None:
    run = Run(read(reminder("R2/PT1H", ("ringi:missed", "skip")))).start()
    run.tick("b", hours=1.5)
    assert run.emitted(events.TimerSkipped)
    assert run.open == ["n", "b"]
    run.tick("b", hours=1.5)
    assert run.open == ["n"]


def test_all_reminders_come_with_the_pause_between_them() -> None:
    run = Run(read(reminder("R3/PT1H", ("ringi:missed", "all"), ("ringi:missedPause", "PT10M")))).start()
    run.tick("b", hours=2.5)
    assert run.wait(events.TimerScheduled, "b").due == NOW + timedelta(hours=2.5, minutes=10)
    assert run.wait(events.TimerScheduled, "b").makes_up == NOW + timedelta(hours=2)
    run.tick("b", minutes=10)
    assert run.wait(events.TimerScheduled, "b").due == NOW + timedelta(hours=3)
    run.tick("b", minutes=20)
    assert run.open == ["n", "r", "r", "r"]


def test_a_start_event_has_the_setting_too() -> None:
    definition = "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
    start = f'<startEvent id="s">{settings_of(("ringi:missed", "skip"))}{definition}</startEvent>'
    found = node(process(start + end() + flow("s", "e")), "s").event
    assert isinstance(found, TimerDefinition)
    assert found.missed == "skip"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((("ringi:missed", "never"),), Code.VALUE_UNKNOWN),
        ((("ringi:missed", "all"), ("ringi:missedPause", "soon")), Code.VALUE_UNKNOWN),
        ((("ringi:missed", "all"), ("ringi:missedPause", "PT0S")), Code.VALUE_UNKNOWN),
        ((("ringi:missed", "once"), ("ringi:missedPause", "PT1S")), Code.SETTING_UNKNOWN),
        ((("ringi:mised", "once"),), Code.SETTING_UNKNOWN),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(given: tuple[tuple[str, str], ...], code: Code) -> None:
    assert [problem.code for problem in errors(reminder("R/PT1H", *given))] == [code]


def test_a_timer_that_fires_once_misses_nothing() -> None:
    (problem,) = errors(reminder("R/PT1H", ("ringi:missed", "skip"), attributes=""))
    assert (problem.code, problem.element) == (Code.SETTING_UNKNOWN, "b")
