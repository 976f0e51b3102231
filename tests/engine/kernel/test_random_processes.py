"""Random structured processes and random commands: what must hold for all of them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import from_plain
from engine.kernel import InstanceStatus, commands
from tests.support.kernel_run import Run
from tests.support.structured_driver import check_against_structure
from tests.support.structured_process import Block, Diagram
from tests.support.structured_strategies import BLOCKS

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "300"))
"""Set it to 20000 for a thorough run."""


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BLOCKS, st.integers(0, 3), st.integers(0, 2**16), st.sampled_from([1, 3, 10_000]), st.booleans())
def test_does_what_its_structure_says(block: Block, a: int, seed: int, budget: int, reload: bool) -> None:
    """Whatever the order of the work, the step budget, and whether it is stored and loaded between all commands."""
    check_against_structure(block, a, seed, budget=budget, reload=reload)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 5), st.text("ab{=", max_size=3), st.lists(st.integers(0, 2), max_size=2)
)
VARIABLES = st.dictionaries(st.sampled_from(["a", "loopCounter", "g0", "entered", "result", "x y"]), VALUES, max_size=2).map(
    from_plain
)
KEYS = st.integers(0, 60)
COMMANDS: st.SearchStrategy[commands.Command] = st.one_of(
    st.builds(commands.StartInstance, process=st.sampled_from(["p", "nobody"]), variables=VARIABLES),
    st.builds(commands.CompleteUserTask, task=KEYS, variables=VARIABLES, by=st.sampled_from([None, "ann"])),
    st.builds(commands.AssignUserTask, task=KEYS, assignee=st.sampled_from([None, "ann", "bob"]), take_over=st.booleans()),
    st.builds(commands.CompleteJob, job=KEYS, variables=VARIABLES),
    st.builds(commands.FailJob, job=KEYS, message=st.just("broken"), retries=st.integers(-1, 1)),
    st.builds(commands.ThrowError, job=KEYS, code=st.sampled_from(["E", "OTHER", ""]), variables=VARIABLES),
    st.builds(commands.TriggerTimer, timer=KEYS),
    st.builds(commands.CorrelateMessage, subscription=KEYS, variables=VARIABLES),
    st.builds(commands.ResolveIncident, incident=KEYS, variables=VARIABLES),
    st.builds(commands.SetVariables, variables=VARIABLES, element_instance=st.none() | KEYS, local=st.booleans()),
    st.builds(commands.ContinueInstance),
    st.builds(commands.SuspendInstance),
    st.builds(commands.ResumeInstance),
)


class Aim:
    """Bends the keys of random commands towards waits that are open, so that most commands do something."""

    FIELDS = ("task", "job", "timer", "subscription", "incident")

    def __init__(self, run: Run) -> None:
        self.run = run

    def at(self, command: commands.Command) -> commands.Command:
        """The command with a key of a fitting open wait, where there is one and the drawn key is even."""
        field = next((f for f in self.FIELDS if hasattr(command, f)), None)
        if field is None:
            return command
        drawn = getattr(command, field)
        state = self.run.state
        fitting = [key for key in sorted(state.waits) if hasattr(state.wait(key), field)]
        if drawn % 2 or not fitting:
            return command
        return replace(command, **{field: fitting[drawn // 2 % len(fitting)]})  # type: ignore[arg-type]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BLOCKS, VARIABLES, st.lists(COMMANDS, max_size=25), st.booleans())
def test_no_command_ever_raises_or_leaves_an_instance_that_waits_for_nothing(
    block: Block, variables: dict[str, Any], orders: list[commands.Command], reload: bool
) -> None:
    """Wrong keys, wrong values, wrong moments: a rejection that changes nothing, an incident, or progress."""
    run = Run(*Diagram(block).processes, reload=reload)
    run.execute(commands.StartInstance(process="p", variables=variables))
    aim = Aim(run)
    for order in orders:
        run.attempt(aim.at(order))
    if run.state.status in (InstanceStatus.ACTIVE, InstanceStatus.SUSPENDED):
        run.execute(commands.CancelInstance())
    assert not run.state.elements
    assert not run.state.joins
