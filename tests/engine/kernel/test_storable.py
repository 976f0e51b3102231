"""Values that cannot be stored become incidents where they are made."""

from __future__ import annotations

import pytest

from engine.feel import Value, compile_expression
from engine.kernel import Code, State, advance, commands, events
from engine.kernel.storable import MAX_DEPTH, MAX_PARTS, why_not_storable
from tests.support.kernel_run import NOW, FixedDefinitions, Run
from tests.support.process_builder import ProcessBuilder


def nested(depth: int) -> Value:
    """Lists in lists."""
    value: Value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_the_limits_of_depth_and_size() -> None:
    assert why_not_storable(nested(MAX_DEPTH)) is None
    assert "inside each other" in (why_not_storable(nested(MAX_DEPTH + 1)) or "")
    assert why_not_storable([None] * MAX_PARTS) is None
    assert "values" in (why_not_storable([None] * (MAX_PARTS + 1)) or "")


@pytest.mark.parametrize("script", ["=function(a) a", "={f: function(a) a}", "=[[function(a) a]]"])
def test_a_function_cannot_become_a_variable(script: str) -> None:
    run = Run(ProcessBuilder().start().script("s", "y", script).end().build()).start()
    assert run.incident.code == Code.SCRIPT_FAILED
    assert "call it and keep its result" in run.incident.message


@pytest.mark.parametrize("script", ["=[x]", "={x: x}", "=[x, x]", "={a: x, b: x}"])
def test_a_loop_that_wraps_a_variable_in_itself_stops_with_an_incident(script: str) -> None:
    """Deep values break savers, and shared ones double in every turn (camunda/camunda#57504, #7758)."""
    process = ProcessBuilder().start().exclusive("again").script("s", "x", script).connect("again").build()
    start = commands.StartInstance(process="p", variables={"x": None})
    outcome = advance(FixedDefinitions(process), State(), start, NOW)
    assert isinstance(outcome, tuple)
    incident = outcome[-1]
    assert isinstance(incident, events.IncidentRaised)
    assert incident.code == Code.SCRIPT_FAILED
    assert "gave no value to keep" in incident.message


def test_a_decision_that_answers_a_function_is_an_incident() -> None:
    function = compile_expression("function(a) a").evaluate({}, now=NOW).value
    run = Run(ProcessBuilder().start().decision("d", "f", "y").end().build(), decisions={"f": lambda _: function}).start()
    assert run.incident.code == Code.DECISION_FAILED
