"""Runs structured processes on the kernel and compares them with the reference interpreter."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from engine.feel import from_plain
from engine.kernel import commands, events
from tests.support.kernel_run import Run
from tests.support.reference_interpreter import Interpretation
from tests.support.structured_process import Block, Diagram, Job, Pick, User

MOST_COMMANDS = 2_000
"""A process that has not ended then will not."""


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
        for _ in range(MOST_COMMANDS):
            if self.run.ended:
                return self.run
            if self.run.last and isinstance(self.run.last[-1], events.StepBudgetUsedUp):
                self.run.execute(commands.ContinueInstance())
                continue
            candidates = [command for key in sorted(self.run.state.waits) if (command := self.answer(key))]
            chosen = self.random.choice(candidates)
            self.note(chosen)
            self.run.execute(chosen)
        raise AssertionError("the instance does not end")

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
        if wait.element.startswith(("never", "l")):
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


def check_against_structure(block: Block, a: int, seed: int, *, budget: int, reload: bool) -> None:
    """Fails when the kernel does other work, or ends with other variables, than the structure says."""
    variables = {"a": a, "loopCounter": 0, "g0": 0, "g1": 0}
    run = Driver(block, seed, budget=budget, reload=reload).finish(**variables)
    expected = Interpretation(block, variables)
    trace, found = outcome(run)
    assert trace == +expected.trace
    assert found == expected.variables
