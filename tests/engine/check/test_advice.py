"""Events that never happen, errors nobody catches, constant conditions and endless loops are told; what makes sense is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.check import check_resources
from engine.check.constants import check_constants, check_endless
from engine.check.paths import reached_elements
from engine.check.throws import check_throws
from engine.model.process import ProcessDefinition, TerminateDefinition
from engine.problems import Severity
from tests.engine.bpmn.diagram import between
from tests.support.process_builder import ProcessBuilder, conditional, each, error, escalation, repeat, timer


def start() -> ProcessBuilder:
    return ProcessBuilder().start()


def told(process: ProcessDefinition, *called: str) -> list[tuple[str, str | None]]:
    found = [*check_throws(process, called), *check_constants(process), *check_endless(process, reached_elements(process))]
    return [(problem.code, problem.element) for problem in found]


NEVER, UNCAUGHT, UNDOES_NOTHING, CONSTANT, NO_LIST, ENDLESS, PASSED = (f"CHECK-30{n}" for n in range(18, 25))


def watched(inside: ProcessBuilder, event: object) -> ProcessDefinition:
    """The sub-process `sub`, still open, with an event `b` at its border."""
    inside.end("inner end").done().end()
    return inside.boundary("b", "sub", event).end("caught").build()  # type: ignore[arg-type]  # any event definition


def sub() -> ProcessBuilder:
    return start().sub_process("sub").start("s")


@pytest.mark.parametrize(
    ("process", "happens"),
    [
        (watched(sub().task("t"), error("E")), False),
        (watched(sub().task("t"), error()), False),
        (watched(sub().service("t"), error("E")), True),
        (watched(sub().user_task("t"), error("E")), True),
        (watched(sub().call("t", "q"), error("E")), True),
        (watched(sub().script("t", "x", "=1"), error("E")), False),
        (watched(sub().script("t", "x", "=1"), error()), True),
        (watched(sub().parallel("g").end("thrown", error("E")).move_to("g"), error("E")), True),
        (watched(sub().parallel("g").end("thrown", error("F")).move_to("g"), error("E")), False),
        (watched(sub().task("t"), error("=code")), True),
        (watched(sub().service("t"), escalation("E")), False),
        (watched(sub().throw("x", escalation("E")), escalation("E")), True),
        (watched(sub().throw("x", escalation("E")), escalation()), True),
        (watched(sub().throw("x", escalation("F")), escalation("E")), False),
    ],
)
def test_an_event_that_nothing_inside_can_cause_is_told(process: ProcessDefinition, happens: bool) -> None:
    assert ((NEVER, "b") in told(process)) is not happens


def test_an_event_sub_process_watches_over_the_scope_around_it_and_not_over_itself() -> None:
    builder = start().user_task("t").end().event_sub_process("x", escalation("E"))
    inside = builder.throw("again", escalation("E")).end("x end").done()
    assert told(inside.build()) == [(NEVER, "x_start")]
    builder = start().throw("t", escalation("E")).end().event_sub_process("x", escalation("E"))
    assert told(builder.end("x end").done().build()) == []


def test_an_error_that_nobody_catches_is_told_unless_a_caller_may() -> None:
    process = start().task("t").end("thrown", error("E")).build()
    assert told(process) == [(UNCAUGHT, "thrown")]
    assert told(process, "p") == []
    caught = sub().end("thrown", error("E")).done().end().boundary("b", "sub", error()).end("caught").build()
    assert told(caught) == []


def test_compensation_of_a_scope_without_handlers_is_told() -> None:
    assert told(start().user_task("t").compensate("undo").end().build()) == [(UNDOES_NOTHING, "undo")]
    assert told(start().user_task("t").undone_by("h", "t").compensate("undo").end().build()) == []


@pytest.mark.parametrize(
    ("kind", "condition", "finding"),
    [
        ("exclusive", "=true", True),
        ("inclusive", "=true", False),
        ("exclusive", "=false", True),
        ("inclusive", "=1 > 2", True),
        ("exclusive", '="yes"', True),
        ("exclusive", '=now() > date and time("2030-01-01T00:00:00Z")', False),
        ("exclusive", "=amount > 2", False),
    ],
)
def test_a_condition_that_needs_no_data_is_told(kind: str, condition: str, finding: bool) -> None:
    builder = start().add(f"{kind}Gateway", "g").when(condition).task("a").end("e1")
    assert told(builder.move_to("g").otherwise().end("e2").build()) == [(CONSTANT, "g>a")] * finding


def test_a_conditional_event_that_never_happens_is_told() -> None:
    assert told(start().catch("c", conditional("=false")).end().build()) == [(CONSTANT, "c")]
    assert told(start().catch("c", conditional("=true")).end().build()) == []


def test_a_multi_instance_over_something_that_is_no_list_is_refused() -> None:
    process = start().user_task("t", loop=each("=5")).end().build()
    (problem,) = check_constants(process)
    assert (problem.code, problem.element, problem.severity) == (NO_LIST, "t", Severity.ERROR)
    assert told(start().user_task("t", loop=each("=[1, 2]")).end().build()) == []


def test_a_circle_without_a_way_out_or_a_wait_is_told() -> None:
    assert told(start().exclusive("m").script("t", "x", "=1").connect("m").build()) == [(ENDLESS, "m")]
    counted = start().exclusive("m").script("t", "x", "=x + 1").exclusive("g").when("=x < 9").connect("m").otherwise().end()
    assert told(counted.build()) == []
    assert told(start().exclusive("m").user_task("t").connect("m").build()) == []
    assert (
        told(
            start()
            .exclusive("m")
            .script("t", "x", "=x + 1")
            .exclusive("g")
            .when("=x < 9")
            .connect("m")
            .otherwise()
            .end()
            .build()
        )
        == []
    )


def test_a_circle_with_a_wait_in_its_sub_process_comes_to_rest() -> None:
    builder = start().exclusive("m").sub_process("sub").start("s").catch("c", timer("duration", "PT1H")).end("e1").done()
    assert told(builder.connect("m").build()) == []


def test_a_loop_marker_that_always_turns_is_told() -> None:
    assert told(start().task("t", loop=repeat("=true")).end().build()) == [(ENDLESS, "t")]
    assert told(start().task("t", loop=repeat("=true", most=3)).end().build()) == []
    assert told(start().user_task("t", loop=repeat("=true")).end().build()) == []


def test_a_date_that_has_passed_is_told_when_the_time_is_known() -> None:
    when = "<timerEventDefinition><timeDate>2024-02-01T00:00:00Z</timeDate></timerEventDefinition>"
    xml = between(f'<intermediateCatchEvent id="n">{when}</intermediateCatchEvent>')
    before, after = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    assert [p.code for p in check_resources({"a.bpmn": xml}, now=after).problems] == [PASSED]
    assert check_resources({"a.bpmn": xml}, now=before).problems == ()
    assert check_resources({"a.bpmn": xml}).problems == ()


@pytest.mark.parametrize("cycle", ["R0/PT1H", "0 0 0 31 2 *", "R/PT0S", "R3/P1D/2024-01-01T00:00:00Z"])
def test_a_timer_that_can_never_fire_is_refused(cycle: str) -> None:
    timer_ = f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>"
    xml = between(f'<userTask id="n"/><boundaryEvent id="b" attachedToRef="n" cancelActivity="false">{timer_}</boundaryEvent>')
    assert "BPMN-3504" in [p.code for p in check_resources({"a.bpmn": xml}).problems if p.severity is Severity.ERROR]


def test_a_terminate_event_ends_what_would_turn_for_ever() -> None:
    builder = start().parallel("f").user_task("u").end("stop", TerminateDefinition()).move_to("f")
    assert told(builder.exclusive("m").user_task("t").connect("m").build()) == []
