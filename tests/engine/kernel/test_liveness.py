"""Nothing stops in silence: the liveness check, tested with seeded faults."""

from __future__ import annotations

import pytest

import engine.kernel.execution as entrance
from engine.kernel import BEHAVIOURS, Code, State, advance, commands, events, lifecycle
from engine.kernel.behaviour import Behaviour
from engine.kernel.progress import GONE, WAITS, Entered
from tests.support.kernel_run import NOW, FixedDefinitions, Run
from tests.support.process_builder import ProcessBuilder, timer


def waits_for_nothing(*_: object) -> Entered:
    """A behaviour that says it waits and opens no wait."""
    return WAITS


def loses_its_token(*_: object) -> Entered:
    """A behaviour that says it ended the element instance and did not."""
    return GONE


def seeded(monkeypatch: pytest.MonkeyPatch, kind: str, enter: object) -> None:
    """Put a fault into the element table."""
    monkeypatch.setattr(entrance, "BEHAVIOURS", {**BEHAVIOURS, kind: Behaviour(enter=enter)})  # type: ignore[arg-type]


@pytest.fixture(params=["alone", "beside"])
def process(request: pytest.FixtureRequest) -> ProcessBuilder:
    """A faulty task, alone or beside a healthy user task."""
    builder = ProcessBuilder().start().parallel("f").task("t").end()
    return builder if request.param == "alone" else builder.move_to("f").user_task("u")


def test_an_element_that_waits_for_nothing_becomes_an_incident(
    process: ProcessBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded(monkeypatch, "task", waits_for_nothing)
    run = Run(process.build()).start()
    assert run.incident.code == Code.STUCK
    assert run.incident.element == "t"


def test_a_lost_token_becomes_an_incident(process: ProcessBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded(monkeypatch, "task", loses_its_token)
    definitions, state = FixedDefinitions(process.build()), State()
    outcome = advance(definitions, state, commands.StartInstance(process="p"), NOW)
    assert isinstance(outcome, tuple)
    assert [e.code for e in outcome if isinstance(e, events.IncidentRaised)] == [Code.STUCK]


def test_a_task_whose_completion_does_nothing_becomes_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(ProcessBuilder().start().user_task("t").end().build()).start()
    monkeypatch.setattr(lifecycle, "leave", lambda *_: None)
    run.complete("t")
    assert run.incident.code == Code.STUCK
    assert run.incident.element == "t"


def test_a_sub_process_whose_contents_are_gone_becomes_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(ProcessBuilder().start().sub_process("s").start("s1").user_task("t").done().end().build()).start()
    faulty = {**BEHAVIOURS, "subProcess": Behaviour(emptied=lambda *_: None)}
    monkeypatch.setattr(entrance, "BEHAVIOURS", faulty)
    run.complete("t")
    assert run.incident.element == "s"


def test_boundary_events_that_still_wait_do_not_hide_that_an_activity_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = ProcessBuilder().start().sub_process("s").start("s1").user_task("t").done().end()
    run = Run(builder.boundary("b", "s", timer("duration", "PT1H")).end("late").build()).start()
    monkeypatch.setattr(entrance, "BEHAVIOURS", {**BEHAVIOURS, "subProcess": Behaviour(emptied=lambda *_: None)})
    run.complete("t")
    assert run.incident.element == "s"


def test_an_incident_of_a_stuck_element_comes_back_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    seeded(monkeypatch, "task", waits_for_nothing)
    run = Run(ProcessBuilder().start().task("t").build()).start()
    run.resolve("t")
    assert run.incident.code == Code.STUCK
    run.execute(commands.CancelInstance())
    assert not run.state.elements
