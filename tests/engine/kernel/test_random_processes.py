"""Random structured processes and random commands: what must hold for all of them."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import from_plain
from engine.kernel import InstanceStatus, commands, events
from tests.support.kernel_run import Run
from tests.support.reference_interpreter import Interpretation
from tests.support.structured_process import (
    And,
    Block,
    Breaking,
    Call,
    Condition,
    Diagram,
    Job,
    Loop,
    Many,
    Pick,
    Script,
    Seq,
    Split,
    Sub,
    User,
    Xor,
)

EXAMPLES = int(os.environ.get("RINGI_EXAMPLES", "600"))
"""Set it to 20000 for a thorough run."""

CONDITIONS = st.builds(Condition, st.sampled_from(["a", "loopCounter"]), st.integers(0, 3))
LEAVES = st.one_of(
    st.builds(Script, st.integers(0, 1), st.integers(1, 9), st.booleans()),
    st.builds(User, st.integers(0, 99), st.sampled_from([0, 0, 0, 1, 2]), st.sampled_from([None, None, "timer", "message"])),
    st.builds(Job, st.integers(0, 99), st.integers(0, 2), st.booleans(), st.booleans()),
    st.integers(2, 3).flatmap(lambda n: st.builds(Pick, st.just(n), st.integers(0, n - 1))),
)


def composites(inside: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Blocks made of blocks."""
    some = st.lists(inside, min_size=2, max_size=3).map(tuple)
    chosen = st.lists(st.tuples(CONDITIONS, inside), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Seq, some),
        st.builds(And, some),
        st.builds(Xor, chosen, inside),
        st.builds(Split, chosen, inside),
        st.builds(Loop, inside, st.integers(1, 3)),
        st.builds(Sub, inside),
        st.builds(Many, inside, st.integers(0, 3), st.just(False)),
        st.builds(Many, inside, st.integers(0, 3), st.just(True), st.none() | st.integers(1, 2)),
        st.builds(Call, inside),
        st.builds(Breaking, inside, st.booleans(), inside),
    )


BLOCKS: st.SearchStrategy[Block] = st.recursive(LEAVES, composites, max_leaves=25)


class Driver:
    """Answers the open waits of a structured process in a random order, each as its block says."""

    def __init__(self, block: Block, seed: int, *, budget: int, reload: bool) -> None:
        diagram = Diagram(block)
        self.blocks = diagram.blocks
        self.random = Random(seed)
        self.run = Run(*diagram.processes, budget=budget, reload=reload)
        self.reminded: Counter[int] = Counter()
        self.failed: Counter[int] = Counter()

    def finish(self, **variables: Any) -> Run:
        """Start, and answer until the instance has ended."""
        self.run.start(**variables)
        while not self.run.ended:
            if self.run.last and isinstance(self.run.last[-1], events.StepBudgetUsedUp):
                self.run.execute(commands.ContinueInstance())
                continue
            candidates = [command for key in sorted(self.run.state.waits) if (command := self.answer(key))]
            chosen = self.random.choice(candidates)
            self.note(chosen)
            self.run.execute(chosen)
        return self.run

    def note(self, command: commands.Command) -> None:
        """Count reminders and failures."""
        if isinstance(command, commands.FailJob):
            self.failed[command.job] += 1
        elif isinstance(command, commands.CorrelateMessage):
            wait = self.run.state.wait(command.subscription)
            assert wait is not None
            self.reminded[wait.key] += wait.element.startswith("n")

    def answer(self, key: int) -> commands.Command | None:
        """The command for an open wait; None when something else must come first, or nothing ever."""
        wait = self.run.state.wait(key)
        assert wait is not None
        if wait.element.startswith("never"):
            return None
        match wait:
            case events.IncidentRaised():
                return commands.ResolveIncident(incident=key)
            case events.UserTaskCreated():
                block = self.block(wait.element)
                assert isinstance(block, User)
                ready = self.reminded[wait.key] == block.reminders and not block.interrupted
                return commands.CompleteUserTask(task=key, variables=from_plain({"entered": block.value})) if ready else None
            case events.JobCreated():
                return self.work(wait)
            case events.TimerScheduled():
                block = self.block(wait.element)
                assert isinstance(block, User)
                return commands.TriggerTimer(timer=key) if self.reminded[wait.key] == block.reminders else None
            case events.MessageSubscriptionOpened():
                return self.send(wait)

    def work(self, job: events.JobCreated) -> commands.Command | None:
        """Fail as often as the block says, then end as it says."""
        block = self.block(job.element)
        assert isinstance(block, Job)
        if any(isinstance(w, events.IncidentRaised) for w in self.run.state.elements[job.key].waits.values()):
            return None
        if self.failed[job.job] < block.failures:
            last = self.failed[job.job] == block.failures - 1
            return commands.FailJob(job=job.job, message="", retries=0 if last and block.incident else 1)
        if block.error:
            return commands.ThrowError(job=job.job, code="E")
        return commands.CompleteJob(job=job.job, variables=from_plain({"result": block.value}))

    def send(self, wait: events.MessageSubscriptionOpened) -> commands.Command | None:
        """The chosen message of a gateway, a reminder, or the message that interrupts."""
        if wait.element.startswith("e"):
            name, _, number = wait.element[1:].rpartition("_")
            block = self.blocks[name]
            assert isinstance(block, Pick)
            chosen = int(number) == block.chosen
            found = from_plain({"brought": block.chosen})
            return commands.CorrelateMessage(subscription=wait.subscription, variables=found) if chosen else None
        user = self.block(wait.element)
        assert isinstance(user, User)
        if wait.element.startswith("n"):
            if self.reminded[wait.key] == user.reminders:
                return None
            return commands.CorrelateMessage(subscription=wait.subscription)
        return commands.CorrelateMessage(subscription=wait.subscription) if self.reminded[wait.key] == user.reminders else None

    def block(self, element: str) -> Block:
        """The block an element belongs to; one letter stands before its name."""
        return self.blocks[element[1:]]


def outcome(run: Run) -> tuple[Counter[str], dict[str, Any]]:
    """Trace and variables, without what only the drawing needs."""
    trace = Counter(name for name in run.trace if not name.startswith("gw_") and name != "p")
    return trace, run.variables


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BLOCKS, st.integers(0, 3), st.integers(0, 2**16), st.sampled_from([3, 10_000]), st.booleans())
def test_does_what_its_structure_says(block: Block, a: int, seed: int, budget: int, reload: bool) -> None:
    """Whatever the order of the work, the step budget, and whether it is stored and loaded between all commands."""
    variables = {"a": a, "loopCounter": 0, "g0": 0, "g1": 0}
    run = Driver(block, seed, budget=budget, reload=reload).finish(**variables)
    expected = Interpretation(block, variables)
    trace, found = outcome(run)
    assert trace == +expected.trace
    assert found == expected.variables


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
    if run.state.status is InstanceStatus.ACTIVE:
        run.execute(commands.CancelInstance())
    assert not run.state.elements
    assert not run.state.joins
