"""Calendars from packages: read strictly, known at deployment, and what timers and user tasks count by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.api import Known, WorkingCalendar, check_resources
from runtime.access.actor import SYSTEM
from runtime.calendars.calendar_files import read_calendars
from runtime.declarations import PackageFile
from runtime.errors import Invalid
from runtime.jobs.tables import job
from runtime.packages.yaml_files import parse_yaml
from runtime.platform import Platform
from tests.support.diagrams import diagram, line, timer, user_task, wait_for

OpenPlatform = Callable[..., Platform]

OFFICE = """\
calendars:
  office:
    label: {en: Office, ja: 営業時間}
    zone: Asia/Tokyo
    hours:
      mon-thu: "09:00-12:00, 13:00-18:00"
      fri: "09:00-12:00"
    holidays:
      - {date: 2026-04-29, label: Showa Day}
      - {every: "? 1 MON#2", label: Coming of Age Day}
      - {every: 12-29 to 01-03}
      - {from: 2026-08-12, to: 2026-08-14}
    other_hours:
      - {date: 2026-12-29, hours: "10:00-12:00"}
      - {date: 2026-04-11, hours: "09:00-17:00"}
"""
PACKAGE = "name: demo\nversion: 1.0.0\nlabel: {en: Demo}\ncalendars: [calendars.yaml]\nresources: ['*.bpmn']\n"


def _read(text: str, owner: str = "demo") -> dict[str, WorkingCalendar]:
    return read_calendars([PackageFile(owner, parse_yaml(text.encode(), "calendars.yaml"))])


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-04-06", ((540, 720), (780, 1080))),
        ("2026-04-10", ((540, 720),)),
        ("2026-04-12", ()),
        ("2026-04-29", ()),
        ("2026-01-12", ()),
        ("2026-01-19", ((540, 720), (780, 1080))),
        ("2026-12-30", ()),
        ("2027-01-01", ()),
        ("2027-01-04", ((540, 720), (780, 1080))),
        ("2026-08-13", ()),
        ("2026-12-29", ((600, 720),)),
        ("2026-04-11", ((540, 1020),)),
    ],
)
def test_a_day_has_its_other_hours_else_its_holiday_else_those_of_the_week(day: str, hours: object) -> None:
    assert _read(OFFICE)["office"].hours(_day(day)) == hours


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "told"),
    [
        ("Asia/Tokyo", "Asia/Tokio", 4, "not known"),
        ('"09:00-12:00"', '"9-12"', 7, "no hours"),
        ('"09:00-12:00"', '"12:00-09:00"', 7, "ends before it begins"),
        ('"09:00-12:00, 13:00', '"09:00-12:00, 11:00', 6, "overlap"),
        ("mon-thu", "mon-thr", 6, "no weekday"),
        ("mon-thu", "mon-fri", 7, "given twice"),
        ("{date: 2026-04-29", "{date: '2026-04-31'", 9, "no date"),
        ("{date: 2026-04-29", "{date: 2026-04-29, every: 04-29", 9, "one way"),
        ("every: 12-29 to", "every: 12-32 to", 11, "no day of a year"),
        ("? 1 MON#2", "? 1 MON#7", 10, "no yearly day"),
        ("to: 2026-08-14", "to: 2026-08-01", 12, "end before they begin"),
        ("holidays:", "holydays:", 8, "Did you mean 'holidays'"),
        ('"10:00-12:00"', '"10:00-25:00"', 14, "outside of a day"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(wrong: str, instead: str, line: int, told: str) -> None:
    assert wrong in OFFICE
    with pytest.raises(Invalid) as caught:
        _read(OFFICE.replace(wrong, instead, 1))
    (problem,) = caught.value.problems
    assert (problem.line, problem.resource) == (line, "calendars.yaml")
    assert told in f"{problem.message} {problem.fix}"


def test_two_packages_cannot_declare_the_same_calendar() -> None:
    files = [PackageFile(owner, parse_yaml(OFFICE.encode(), f"{owner}.yaml")) for owner in ("one", "two")]
    with pytest.raises(Invalid, match="declared by 'one' and by 'two'"):
        read_calendars(files)


def _by(calendar: str) -> str:
    return (
        '<bpmn:extensionElements><zeebe:properties><zeebe:property name="ringi:calendar" '
        f'value="{calendar}" /></zeebe:properties></bpmn:extensionElements>'
    )


def _napping(calendar: str, when: str) -> bytes:
    nap = wait_for("nap", when).replace('id="nap">', f'id="nap">{_by(calendar)}', 1)
    assert calendar in nap
    return diagram("p", line(nap))


@pytest.fixture
def installed(open_platform: OpenPlatform, tmp_path: Path) -> Platform:
    """A platform whose package has the calendar “office”; it is Friday, 10 April 2026, 11 o'clock in Tokyo."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "package.yaml").write_text(PACKAGE.replace("resources: ['*.bpmn']\n", ""))
    (folder / "calendars.yaml").write_text(OFFICE)
    friday = datetime(2026, 4, 10, 2, tzinfo=UTC)
    return open_platform(packages=[folder], later=friday - datetime.now(UTC))


def _due(platform: Platform, content: bytes) -> str:
    """When the timer of a new instance is due, to the minute, in Tokyo."""
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, {"p.bpmn": content})
        platform.processes.start(work, "p", {"team": "office"})
        found = work.connection.execute(select(job.c.due)).scalar_one()
    return _minute(found)


def _minute(moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("calendar", ["office", "=team"])
def test_a_timer_counts_the_working_time_of_its_calendar(installed: Platform, calendar: str) -> None:
    assert _due(installed, _napping(calendar, timer("duration", "PT2H"))) == "2026-04-11 10:00"


def test_a_start_timer_keeps_to_its_calendar_each_time(installed: Platform) -> None:
    start = f"{_by('office')}{timer('cycle', '0 0 8 * * *')}"
    with installed.database.write(SYSTEM) as work:
        installed.processes.deploy(work, {"p.bpmn": diagram("p", line(user_task("ask"), start=start))})
    for day in (11, 13):
        with installed.database.read() as work:
            due = work.connection.execute(select(job.c.due)).scalar_one()
            assert _minute(due) == f"2026-04-{day} 09:00"
            left = due - work.now
        installed.database.clock.advance(left + timedelta(seconds=1))
        assert installed.jobs.run_due() == 1


def test_due_and_follow_up_dates_are_durations_in_working_time(installed: Platform) -> None:
    schedule = '<zeebe:taskSchedule dueDate="P2D" followUpDate="=duration(&#34;PT2H&#34;)" />'
    properties = _by("office").removeprefix("<bpmn:extensionElements>").removesuffix("</bpmn:extensionElements>")
    task = user_task("ask").replace("<zeebe:userTask />", f"<zeebe:userTask />{schedule}{properties}")
    content = diagram("p", line(task))
    with installed.database.write(SYSTEM) as work:
        installed.processes.deploy(work, {"p.bpmn": content})
        instance = installed.processes.start(work, "p", {})
        row = installed.processes.instance(work, instance).tasks[0]
        assert _minute(row.due_date) == "2026-04-13 11:00"
        assert _minute(row.follow_up_date) == "2026-04-11 10:00"


def test_a_calendar_that_nobody_has_refuses_the_deployment_with_the_nearest_name(installed: Platform) -> None:
    with pytest.raises(Invalid) as caught, installed.database.write(SYSTEM) as work:
        installed.processes.deploy(work, {"p.bpmn": _napping("offce", timer("duration", "PT2H"))})
    (problem,) = caught.value.problems
    assert (problem.code, problem.element, problem.field) == ("CHECK-3042", "nap", "ringi:calendar")
    assert "Did you mean “office”?" in str(problem.fix)


def test_a_calendar_that_nobody_has_any_more_is_an_incident(installed: Platform) -> None:
    with installed.database.write(SYSTEM) as work:
        installed.processes.deploy(work, {"p.bpmn": _napping("=team", timer("duration", "PT2H"))})
        instance = installed.processes.start(work, "p", {"team": "gone"})
        (incident,) = installed.processes.instance(work, instance).incidents
    assert "'gone', which does not exist" in incident.message


def test_a_calendar_without_a_timer_to_count_for_is_refused() -> None:
    start = f'<bpmn:startEvent id="s">{_by("office")}</bpmn:startEvent><bpmn:endEvent id="e" />'
    content = diagram("p", start + '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e" />')
    problems = check_resources({"p.bpmn": content}, known=Known(calendars={"office"})).problems
    assert "BPMN-3114" in {problem.code for problem in problems}
