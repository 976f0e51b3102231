"""Plain and manual tasks and none events: the token goes on."""

from __future__ import annotations

import pytest

from engine.kernel import Code, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder


@pytest.mark.parametrize("kind", ["task", "manualTask", "intermediateThrowEvent"])
def test_nothing_is_waited_for(kind: str) -> None:
    run = Run(ProcessBuilder().start().add(kind, "x").end().build()).start()
    assert run.trace == ["start", "x", "end", "p"]


def test_its_mappings_are_done_all_the_same() -> None:
    run = Run(ProcessBuilder().start().task("x", inputs={"a": "=1"}, outputs={"b": "=a + 1"}).end().build()).start()
    assert run.variables == {"b": 2}


def test_every_activation_tells_the_flow_that_led_to_it() -> None:
    run = Run(ProcessBuilder().start().task("x").end().build()).start()
    flows = {e.element: e.flow for e in run.emitted(events.ElementActivated)}
    assert flows == {"p": None, "start": None, "x": "start>x", "end": "x>end"}
    assert [e.flow for e in run.emitted(events.FlowTaken)] == ["start>x", "x>end"]


def test_an_element_that_is_not_run_keeps_its_token_and_says_so() -> None:
    run = Run(ProcessBuilder().start().add("robot", "x").end().build()).start()
    assert run.incident.code == Code.ELEMENT_NOT_SUPPORTED
    assert run.incident.message == "'x' is a robot, which is not run."
