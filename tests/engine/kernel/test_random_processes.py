"""Random structured processes and random commands: what must hold for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import from_plain
from engine.kernel import BEHAVIOURS, InstanceStatus, commands
from engine.kernel.step import EVENT_KINDS
from tests.support.kernel_run import Run
from tests.support.structured_drawing import Diagram
from tests.support.structured_driver import check
from tests.support.structured_process import Block
from tests.support.structured_random import DEPTH, random_block, smaller

PROCESSES = int(os.environ.get("RINGI_RANDOM_PROCESSES", "1000"))
"""`make oracle` runs 10,000."""

PARTS = 20
"""The processes are spread over so many tests, so that several workers share them."""


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("part", range(PARTS))
def test_does_what_its_structure_says(part: int) -> None:
    """Whatever is ordered in which order, with any step budget, stored and loaded between all commands or not."""
    for number in range(part, PROCESSES, PARTS):
        block = random_block(Random(number), DEPTH)
        if _difference(number, block) is not None:
            pytest.fail(_told(number, *_simplest(number, block)))


def _difference(number: int, block: Block) -> Exception | None:
    try:
        check(number, block)
    except Exception as error:  # whatever goes wrong is told, with the smallest process for which it does
        return error
    return None


def _simplest(number: int, block: Block) -> tuple[Block, Exception | None]:
    """A process in which nothing can be left out without losing the fault."""
    found = _difference(number, block)
    for less in smaller(block):
        error = _difference(number, less)
        if error is not None and type(error) is type(found):
            return _simplest(number, less)
    return block, found


def _told(number: int, block: Block, error: Exception | None) -> str:
    return f"process {number}: {type(error).__name__}: {error}\ncheck({number}, {block})"


NOT_COMPOSED = {"unknown": "a checked diagram has none"}
"""Rows of the element table that random processes do not use, and why."""


def test_every_row_of_the_element_table_occurs_in_the_random_processes() -> None:
    drawn: set[str] = set()
    for number in range(300):
        for process in Diagram(
            random_block(Random(number), DEPTH), begins=("message", "signal", "timer")[number % 3]
        ).processes:
            drawn |= {row for element in process.elements.values() for row in _rows(element)}
    assert set(BEHAVIOURS) - drawn - {"process"} == set(NOT_COMPOSED)


def _rows(element: Any) -> Iterator[str]:
    yield element.type if element.event is None else f"{element.type}:{EVENT_KINDS[type(element.event)]}"
    if element.type == "receiveTask" or element.type == "sendTask":
        yield element.type
    if element.loop is not None:
        yield "standardLoop" if type(element.loop).__name__ == "StandardLoop" else "multiInstance"


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 5), st.text("ab{=", max_size=3), st.lists(st.integers(0, 2), max_size=2)
)
VARIABLES = st.dictionaries(st.sampled_from(["a", "loopCounter", "g0", "entered", "result", "x y"]), VALUES, max_size=2).map(
    from_plain
)
KEYS = st.integers(0, 60)
ELEMENTS = st.sampled_from(["t", "t_0", "t_1", "t_0_0", "u_0", "gw_join", "gw_past_0", "extra_0", "end", "b_1", "nothing"])
ACTIVATIONS = st.lists(st.builds(commands.Activation, element=ELEMENTS, scope=st.none() | KEYS), max_size=2).map(tuple)
MOVES = st.lists(st.builds(commands.Move, element_instance=KEYS, element=ELEMENTS), max_size=2).map(tuple)
COMMANDS: st.SearchStrategy[commands.Command] = st.one_of(
    st.builds(commands.StartInstance, process=st.sampled_from(["p", "nobody"]), variables=VARIABLES),
    st.builds(commands.CompleteUserTask, task=KEYS, variables=VARIABLES, by=st.sampled_from([None, "ann"])),
    st.builds(commands.AssignUserTask, task=KEYS, assignee=st.sampled_from([None, "ann", "bob"]), take_over=st.booleans()),
    st.builds(commands.SendBackUserTask, task=KEYS, element=ELEMENTS),
    st.builds(commands.CompleteJob, job=KEYS, variables=VARIABLES),
    st.builds(commands.FailJob, job=KEYS, message=st.just("broken"), retries=st.integers(-1, 1)),
    st.builds(commands.ThrowError, job=KEYS, code=st.sampled_from(["E", "OTHER", ""]), variables=VARIABLES),
    st.builds(commands.TriggerTimer, timer=KEYS),
    st.builds(commands.CorrelateMessage, subscription=KEYS, variables=VARIABLES),
    st.builds(commands.BroadcastSignal, signal=st.sampled_from(["s0", "s1", "nobody"]), variables=VARIABLES),
    st.builds(commands.ResolveIncident, incident=KEYS, variables=VARIABLES),
    st.builds(commands.SetVariables, variables=VARIABLES, element_instance=st.none() | KEYS, local=st.booleans()),
    st.builds(commands.ModifyInstance, activate=ACTIVATIONS, move=MOVES, terminate=st.lists(KEYS, max_size=1).map(tuple)),
    st.builds(commands.MigrateInstance, process=st.sampled_from(["p", "nobody"]), element_instance=st.none() | KEYS),
    st.builds(commands.ActivateAdHocElements, element_instance=KEYS, elements=st.lists(ELEMENTS, max_size=2).map(tuple)),
    st.builds(commands.ContinueInstance),
    st.builds(commands.SuspendInstance),
    st.builds(commands.ResumeInstance),
)


class Aim:
    """Bends the keys of random commands towards what is open, so that most commands do something."""

    FIELDS = ("task", "job", "timer", "subscription", "incident")

    def __init__(self, run: Run) -> None:
        self.run = run

    def at(self, command: commands.Command) -> commands.Command:
        """The command with keys of fitting open waits and element instances, where there are any and the drawn key is even."""
        if isinstance(command, commands.ModifyInstance):
            moves = tuple(replace(move, element_instance=self.instance(move.element_instance)) for move in command.move)
            return replace(command, move=moves, terminate=tuple(map(self.instance, command.terminate)))
        if isinstance(command, commands.ActivateAdHocElements):
            return replace(command, element_instance=self.instance(command.element_instance))
        field = next((f for f in self.FIELDS if hasattr(command, f)), None)
        if field is None:
            return command
        state = self.run.state
        fitting = [key for key in sorted(state.waits) if hasattr(state.wait(key), field)]
        return replace(command, **{field: self.bent(getattr(command, field), fitting)})  # type: ignore[arg-type]

    def instance(self, key: int) -> int:
        """Mostly the key of an element instance."""
        return self.bent(key, list(self.run.state.elements))

    def bent(self, drawn: int, fitting: list[int]) -> int:
        """One that fits, where the drawn key is even."""
        return drawn if drawn % 2 or not fitting else fitting[drawn // 2 % len(fitting)]


FUZZ = int(os.environ.get("HYPOTHESIS_EXAMPLES", "300"))
"""Set it to 20000 for a thorough run."""


@settings(max_examples=FUZZ, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.integers(0, 10_000), VARIABLES, st.lists(COMMANDS, max_size=25), st.booleans())
def test_no_command_ever_raises_or_leaves_an_instance_that_waits_for_nothing(
    number: int, variables: dict[str, Any], orders: list[commands.Command], reload: bool
) -> None:
    """Wrong keys, wrong values, wrong moments: a rejection that changes nothing, an incident, or progress."""
    double: Callable[[Any], Any] = lambda seen: seen.get("a")  # noqa: E731
    run = Run(*Diagram(random_block(Random(number), 3)).processes, reload=reload, decisions={"double": double})
    run.execute(commands.StartInstance(process="p", variables=variables))
    aim = Aim(run)
    for order in orders:
        run.attempt(aim.at(order))
    if run.state.status in (InstanceStatus.ACTIVE, InstanceStatus.SUSPENDED):
        run.execute(commands.CancelInstance())
    assert not run.state.elements
    assert not run.state.joins
