"""Fixed timer texts are refused when they cannot mean anything, or could flood the system."""

from __future__ import annotations

import pytest

from engine.check import Checked, check_resources
from tests.engine.bpmn.diagram import between, chain, end, extended, flow, line_with, process, start

KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def timed(kind: str, text: str, event: str = "startEvent") -> bytes:
    timer = f"<timerEventDefinition>\n<{kind}>{text}</{kind}></timerEventDefinition>"
    match event:
        case "startEvent":
            return process(f'<startEvent id="n">{timer}</startEvent>' + end() + flow("n", "e"))
        case "boundaryEvent":
            boundary = f'<boundaryEvent id="n" attachedToRef="t">{timer}</boundaryEvent>'
            return process(start() + '<task id="t"/>' + boundary + end() + chain("s", "t", "e") + flow("n", "e"))
        case _:
            return between(f'<intermediateCatchEvent id="n">{timer}</intermediateCatchEvent>')


def checked(xml: bytes) -> Checked:
    return check_resources({"t.bpmn": xml})


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDate", "2026-05-01T08:00:00Z"),
        ("timeDate", "2026-05-01T08:00:00+02:00"),
        ("timeDate", "=deadline"),
        ("timeDuration", "PT15M"),
        ("timeDuration", "PT0S"),
        ("timeDuration", "P100Y"),
        ("timeDuration", "P1Y2M10DT2H30M"),
        ("timeCycle", "R3/PT10S"),
        ("timeCycle", "R/PT1M"),
        ("timeCycle", "R10000/PT1S"),
        ("timeCycle", "R5/2026-01-01T00:00:00Z/P1D"),
        ("timeCycle", "0 0 8 * * MON-FRI"),
        ("timeCycle", "0 8 * * 1-5"),
        ("timeCycle", "@daily"),
    ],
)
def test_usable_timers_bring_no_problem(kind: str, text: str) -> None:
    assert checked(timed(kind, text)).problems == ()


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("timeDate", "tomorrow", "must be a date"),
        ("timeDate", "2026-02-30T00:00:00Z", "must be a date"),
        ("timeDuration", "1 hour", "must be a duration"),
        ("timeDuration", "P", "must be a duration"),
        ("timeDuration", "PT", "must be a duration"),
        ("timeDuration", "-PT1H", "negative"),
        ("timeDuration", "P101Y", "100 years"),
        ("timeDuration", "P99999999M", "9999"),
        ("timeDuration", "P" + "9" * 3000 + "Y", "must be a duration"),
        ("timeCycle", "R/PT0S", "zero"),
        ("timeCycle", "R/-PT1H", "zero"),
        ("timeCycle", "R/PT0.5S", "without a pause"),
        ("timeCycle", "R0/PT1H", "0 times"),
        ("timeCycle", "R10001/PT1H", "10,000"),
        ("timeCycle", "R99999999999/PT1S", "must be a cycle"),
        ("timeCycle", "R/P200Y", "100 years"),
        ("timeCycle", "PT1H", "must be a cycle"),
        ("timeCycle", "0 0 30 2 *", "never fires"),
        ("timeCycle", "61 * * * *", "no cron expression"),
        ("timeCycle", "R3", "must be a cycle"),
    ],
)
@pytest.mark.parametrize("event", ["startEvent", "boundaryEvent", "intermediateCatchEvent"])
def test_timers_that_can_never_be_right_are_refused(kind: str, text: str, reason: str, event: str) -> None:
    xml = timed(kind, text, event)
    found = [p for p in checked(xml).problems if p.code == "BPMN-3504"]
    assert [(p.element, p.line, p.field) for p in found] == [("n", line_with(xml, f"<{kind}"), KINDS[kind])]
    assert reason in found[0].message
    assert found[0].message.endswith(".")


def test_a_date_without_offset_is_a_warning() -> None:
    answer = checked(timed("timeDate", "2026-05-01T08:00:00"))
    assert answer.ok
    assert [p.code for p in answer.problems] == ["BPMN-3505"]


@pytest.mark.parametrize("text", ["R/PT59S", "* * * * * *", "*/30 * * * * *"])
def test_an_endless_timer_below_a_minute_is_a_warning(text: str) -> None:
    answer = checked(timed("timeCycle", text))
    assert answer.ok
    assert [p.code for p in answer.problems] == ["BPMN-3506"]


@pytest.mark.parametrize("event", ["boundaryEvent", "intermediateCatchEvent"])
def test_a_repeating_timer_where_it_fires_once_is_a_warning(event: str) -> None:
    answer = checked(timed("timeCycle", "R3/PT1H", event))
    assert answer.ok
    assert [(p.code, p.element) for p in answer.problems] == [("BPMN-3407", "n")]
    assert not checked(timed("timeCycle", "0 0 8 * * MON", event)).problems


def test_due_dates_of_user_tasks_are_checked_too() -> None:
    answer = checked(between(extended("userTask", '<zeebe:taskSchedule dueDate="2 days" followUpDate="P1D"/>')))
    assert [(p.code, p.element, p.field) for p in answer.problems] == [("BPMN-3504", "n", "dueDate")]


@pytest.mark.parametrize("text", ["=a +", "${later}"])
def test_a_broken_expression_is_not_called_a_bad_timer_as_well(text: str) -> None:
    assert len(checked(timed("timeDuration", text)).problems) == 1
