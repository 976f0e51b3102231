"""One process instance in memory: what `ringi run` drives. No database, no clock; waits are answered from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.api import (
    Checked,
    DecisionFailed,
    DecisionResult,
    Element,
    InstanceStatus,
    MessageDefinition,
    ProcessDefinition,
    Rejected,
    SignalDefinition,
    State,
    Value,
    Wait,
    WorkingCalendar,
    advance,
    commands,
    evaluate_decision,
    events,
)
from runtime.cli.answers import Answering, Answers
from runtime.errors import Invalid, NotFound

Variables = Mapping[str, Value]


class CheckedDefinitions:
    """The engine's `Definitions` port over files that were checked together. A definition's key is its process id.

    The files are one version, so the bindings ``deployment`` and ``latest`` mean the same here.
    """

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def process(self, key: str) -> ProcessDefinition:
        """The process with this id."""
        return self._checked.processes[key]

    def called_process(
        self, process_id: str, caller: str, *, binding: str = "deployment", version_tag: str | None = None
    ) -> str | None:
        """The called process, when it is among the files, and has the version tag if one is asked for."""
        found = self._checked.processes.get(process_id)
        if found is None or (binding == "versionTag" and found.version_tag != version_tag):
            return None
        return process_id

    def decide(
        self,
        decision_id: str,
        caller: str,
        inputs: Variables,
        now: datetime,
        *,
        binding: str = "deployment",
        version_tag: str | None = None,
    ) -> DecisionResult:
        """Evaluate a decision of the files; raises DecisionFailed when there is none."""
        file = self._checked.decisions.get(decision_id)
        if binding == "versionTag" and ("decision", decision_id, version_tag) not in self._checked.tags():
            raise DecisionFailed("DMN-2102", f"No decision {decision_id!r} of the files has the version tag {version_tag!r}.")
        if file is None:
            raise DecisionFailed("DMN-2001", f"There is no decision {decision_id!r} among the files.")
        return evaluate_decision(file, decision_id, inputs, now=now)

    def calendar(self, name: str) -> WorkingCalendar | None:
        """Calendars belong to packages, not to files: here every hour is working time."""
        return WorkingCalendar(name=name, zone=ZoneInfo("UTC"), week=(((0, 1440),),) * 7)


@dataclass(kw_only=True)
class MemoryRun:
    """Start with `start`, then `step` until it returns no events; `waiting` tells what is open."""

    checked: Checked
    process: ProcessDefinition
    answers: Answers
    now: datetime
    state: State = field(default_factory=State)
    _unfinished: bool = False

    @cached_property
    def definitions(self) -> CheckedDefinitions:
        """The port to the files."""
        return CheckedDefinitions(self.checked)

    @cached_property
    def answering(self) -> Answering:
        """Where the answers come from."""
        return Answering(self.answers)

    def execute(self, command: commands.Command) -> tuple[events.Event, ...]:
        """Advance; raises Invalid when the kernel refuses the command."""
        outcome = advance(self.definitions, self.state, command, self.now)
        if isinstance(outcome, Rejected):
            raise Invalid(str(outcome.code), outcome.detail)
        self._unfinished = any(isinstance(event, events.StepBudgetUsedUp) for event in outcome)
        return outcome

    def start(self, variables: Variables, *, at: str | None = None) -> tuple[events.Event, ...]:
        """Start at the start event `at`, else at the none start event, the one whose message is there, or the only one.

        A message start event takes its variables from the message, when there is one. Raises NotFound or Invalid.
        """
        chosen = self._start_event(at)
        name = self._sent_to(chosen) if chosen else None
        sent = self.answering.message(name) if name else None
        start_event = chosen.id if chosen else None
        return self.execute(
            commands.StartInstance(process=self.process.id, variables={**variables, **(sent or {})}, start_event=start_event)
        )

    def _sent_to(self, start: Element) -> str | None:
        """The message or signal that the event waits for; of several the first one that is given."""
        names = [one.name.text for one in start.definitions if isinstance(one, MessageDefinition | SignalDefinition)]
        return next((name for name in names if name in self.answers.messages), names[0] if names else None)

    def _start_event(self, at: str | None) -> Element | None:
        """None for the none start event, which the kernel finds by itself."""
        starts = {element.id: element for element in self.process.start_events(self.process.id)}
        choice = f"There are: {', '.join(starts) or 'none'}."
        if at is not None:
            if at not in starts:
                raise NotFound("CLI-1009", f"There is no start event {at!r}. {choice}")
            return starts[at]
        if len(starts) == 1:
            return next(iter(starts.values()))
        if any(element.event is None for element in starts.values()):
            return None
        sent = next((element for element in starts.values() if self._sent_to(element) in self.answers.messages), None)
        if sent is None and starts:
            raise Invalid("CLI-1009", f"The process begins in several ways; choose with --start, or --message. {choice}")
        return sent

    def step(self) -> tuple[events.Event, ...]:
        """Answer one open wait, or say with an empty result that none can be answered."""
        if self.state.status is not InstanceStatus.ACTIVE:
            return ()
        if self._unfinished:
            return self.execute(commands.ContinueInstance())
        command = next(self._answerable(), None)
        return self.execute(command) if command else ()

    def waiting(self) -> list[Wait]:
        """The open waits in the order in which they were opened."""
        return [self.state.elements[owner].waits[key] for key, owner in sorted(self.state.waits.items())]

    def _answerable(self) -> Iterator[commands.Command]:
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
                found = self.answering.task(element)
                return None if found is None else commands.CompleteUserTask(task=task, variables=found, by=None)
            case events.JobCreated(job=job, type=type_):
                return self._job_answer(job, type_)
            case events.MessageSubscriptionOpened(subscription=subscription, message=name):
                found = self.answering.message(name)
                return None if found is None else commands.CorrelateMessage(subscription=subscription, variables=found)
            case events.SignalSubscriptionOpened(signal=name):
                found = self.answering.message(name)
                return None if found is None else commands.BroadcastSignal(signal=name, variables=found)
        return None

    def _job_answer(self, job: int, type_: str) -> commands.Command | None:
        if (code := self.answering.error(type_)) is not None:
            return commands.ThrowError(job=job, code=code, message="")
        found = self.answering.job(type_)
        return None if found is None else commands.CompleteJob(job=job, variables=found)

    def _next_timer(self) -> events.TimerScheduled | None:
        timers = [w for w in self.waiting() if isinstance(w, events.TimerScheduled)]
        return min(timers, key=lambda t: t.due, default=None)


def choose_process(checked: Checked, process_id: str | None, resource: str) -> ProcessDefinition:
    """The process asked for, or the only one of the file; raises NotFound or Invalid with the choice there is."""
    mine = {i: p for i, p in checked.processes.items() if p.resource == resource}
    choice = f"It has: {', '.join(mine)}." if mine else "It has none."
    if process_id is not None:
        if process_id not in mine:
            raise NotFound("CLI-1001", f"{resource} has no executable process {process_id!r}. {choice}")
        return mine[process_id]
    if len(mine) != 1:
        detail = f"{resource} has {len(mine)} executable processes; choose one with --process. {choice}"
        raise Invalid("CLI-1002", detail)
    return next(iter(mine.values()))
