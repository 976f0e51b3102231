"""One process instance in memory: what `ringi run` drives. No database, no clock; waits are answered from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from engine.api import (
    Checked,
    DecisionFailed,
    DecisionResult,
    InstanceStatus,
    ProcessDefinition,
    Rejected,
    State,
    Value,
    Wait,
    advance,
    commands,
    evaluate_decision,
    events,
)
from runtime.errors import Conflict, Invalid, NotFound

Variables = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the outside says: by user task element id, by job type, by message name. `auto` answers the rest with nothing."""

    tasks: Mapping[str, Variables] = field(default_factory=dict)
    jobs: Mapping[str, Variables] = field(default_factory=dict)
    messages: Mapping[str, Variables] = field(default_factory=dict)
    auto: bool = False


class CheckedDefinitions:
    """The engine's `Definitions` port over files that were checked together. A definition's key is its process id."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def process(self, key: str) -> ProcessDefinition:
        """The process with this id."""
        return self._checked.processes[key]

    def called_process(
        self, process_id: str, caller: str, *, binding: str = "latest", version_tag: str | None = None
    ) -> str | None:
        """The called process, when it is among the files."""
        return process_id if process_id in self._checked.processes else None

    def decide(
        self,
        decision_id: str,
        caller: str,
        inputs: Variables,
        now: datetime,
        *,
        binding: str = "latest",
        version_tag: str | None = None,
    ) -> DecisionResult:
        """Evaluate a decision of the files; raises DecisionFailed when there is none."""
        file = self._checked.decisions.get(decision_id)
        if file is None:
            raise DecisionFailed("DMN-2001", f"There is no decision {decision_id!r} among the files.")
        return evaluate_decision(file, decision_id, inputs, now=now)


@dataclass(kw_only=True)
class MemoryRun:
    """Start with `start`, then `step` until it returns no events; `waiting` tells what is open."""

    checked: Checked
    process: ProcessDefinition
    answers: Answers
    now: datetime
    state: State = field(default_factory=State)

    @cached_property
    def definitions(self) -> CheckedDefinitions:
        """The port to the files."""
        return CheckedDefinitions(self.checked)

    def execute(self, command: commands.Command) -> tuple[events.Event, ...]:
        """Advance; raises Conflict when the kernel refuses the command."""
        outcome = advance(self.definitions, self.state, command, self.now)
        if isinstance(outcome, Rejected):
            raise Conflict(str(outcome.code), outcome.detail)
        return outcome

    def start(self, variables: Variables) -> tuple[events.Event, ...]:
        """Start at the none start event, or at the only start event there is."""
        starts = self.process.start_events(self.process.id)
        only = starts[0].id if len(starts) == 1 else None
        return self.execute(commands.StartInstance(process=self.process.id, variables=variables, start_event=only))

    def step(self) -> tuple[events.Event, ...]:
        """Answer one open wait, or say with an empty result that none can be answered."""
        if self.state.status is not InstanceStatus.ACTIVE:
            return ()
        command = next(self._answerable(), None)
        return self.execute(command) if command else ()

    def _answerable(self) -> Iterator[commands.Command]:
        if not self.state.waits:
            yield commands.ContinueInstance()
            return
        for wait in self.waiting():
            if command := self._answer(wait):
                yield command
        if self.answers.auto and (timer := self._next_timer()):
            self.now = max(self.now, timer.due)
            yield commands.TriggerTimer(timer=timer.timer)

    def _answer(self, wait: Wait) -> commands.Command | None:
        """The command that answers the wait, when there is an answer to it."""
        match wait:
            case events.UserTaskCreated(task=task, element=element):
                found = self._given(self.answers.tasks, element)
                return None if found is None else commands.CompleteUserTask(task=task, variables=found, by=None)
            case events.JobCreated(job=job, type=type_):
                found = self._given(self.answers.jobs, type_)
                return None if found is None else commands.CompleteJob(job=job, variables=found)
            case events.MessageSubscriptionOpened(subscription=subscription, message=name) if name in self.answers.messages:
                return commands.CorrelateMessage(subscription=subscription, variables=self.answers.messages[name])
        return None

    def _given(self, answers: Mapping[str, Variables], name: str) -> Variables | None:
        return answers.get(name, {} if self.answers.auto else None)

    def _next_timer(self) -> events.TimerScheduled | None:
        timers = [w for w in self.waiting() if isinstance(w, events.TimerScheduled)]
        return min(timers, key=lambda t: t.due, default=None)

    def waiting(self) -> list[Wait]:
        """The open waits in the order in which they were opened."""
        return [self.state.elements[owner].waits[key] for key, owner in sorted(self.state.waits.items())]


def choose_process(checked: Checked, process_id: str | None, resource: str) -> ProcessDefinition:
    """The process asked for, or the only one of the file; raises NotFound or Invalid with the choice there is."""
    mine = {i: p for i, p in checked.processes.items() if p.resource == resource}
    if process_id is not None:
        if process_id not in mine:
            raise NotFound(
                "CLI-1001", f"{resource} has no executable process {process_id!r}. It has: {', '.join(mine) or 'none'}."
            )
        return mine[process_id]
    if len(mine) != 1:
        raise Invalid(
            "CLI-1002",
            f"{resource} has {len(mine)} executable processes; choose one with --process: {', '.join(mine) or 'none'}.",
        )
    return next(iter(mine.values()))
