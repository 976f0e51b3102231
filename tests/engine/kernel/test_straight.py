"""The straight way of a lone token states the same facts as the long one, and stops where the long one has to take over."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

import engine.kernel.execution as entrance
from engine.kernel import BEHAVIOURS, Code, commands, events
from tests.support.kernel_run import Run
from tests.support.process_builder import ProcessBuilder
from tests.support.structured_driver import Driver
from tests.support.structured_random import DEPTH, random_block

VARIABLES = {"a": 2, "loopCounter": 0, "g0": 0, "g1": 0}


def run_of(number: int) -> Run:
    """A random process with random orders, run to its end."""
    driver = Driver(random_block(Random(number), DEPTH), number)
    driver.finish(VARIABLES)
    return driver.run


@pytest.mark.parametrize("number", range(40))
def test_states_the_same_facts_in_the_same_order(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    straight = run_of(number)
    rows = {name: replace(row, straight=False) for name, row in BEHAVIOURS.items()}
    monkeypatch.setattr(entrance, "BEHAVIOURS", rows)
    assert straight.journal == run_of(number).journal


def scripts() -> ProcessBuilder:
    return ProcessBuilder().start().script("one", "x", "=1").script("two", "y", "=x + 1")


def test_goes_through_to_the_end_in_one_command() -> None:
    run = Run(scripts().exclusive("g").when("=y > 1").end("big").move_to("g").otherwise().end("small").build()).start()
    assert run.trace == ["start", "one", "two", "g", "big", "p"]
    assert run.variables == {"x": 1, "y": 2}


def test_stops_with_an_incident_at_the_element_that_fails() -> None:
    run = Run(scripts().exclusive("g").when("=z > 1").end("big").build()).start()
    assert (run.incident.element, run.incident.code) == ("g", Code.CONDITION_FAILED)
    assert run.resolve("g", z=2).ended


def test_leaves_to_the_next_transaction_what_the_budget_does_not_allow() -> None:
    run = Run(scripts().end().build(), budget=2).start()
    assert isinstance(run.last[-1], events.StepBudgetUsedUp)
    assert run.variables == {"x": 1}
    run.execute(commands.ContinueInstance())
    assert run.ended


def test_ends_where_something_waits() -> None:
    run = Run(scripts().user_task("u").script("three", "z", "=y + 1").end().build()).start()
    assert run.open == ["u"]
    assert run.complete("u").variables["z"] == 3
