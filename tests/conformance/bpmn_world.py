"""The instances of one public BPMN case with their virtual clock: work and timers are done in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Self

from engine.api import Checked, InstanceStatus, Rejected, State, Value, advance, commands, events, visible_variables
from engine.model.process import MessageDefinition, ProcessDefinition, SignalDefinition
from runtime.cli.memory_run import CheckedDefinitions
from tests.conformance.bpmn_words import JOB_TYPE

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIMESTAMPS = {"CREATE_TIMESTAMP_LOG_1", "CREATE_TIMESTAMP_LOG_2"}
LONG_WORK = {*TIMESTAMPS, "WAIT_TEN_SECONDS"}
SILENT = {*LONG_WORK, "CREATE_LOG_FILE", "INCREMENT_INTEGER_VARIABLE", "SET_STRING_DATA"}
"""Words that leave no trace."""
INCIDENTS = {"KERNEL-2018": ["ERROR_thrownErrorEvent"], "KERNEL-2020": []}
"""The words for an error that nobody catches, and for a join that cannot complete: other engines hang there in silence."""
MAX_STEPS = 2_000
MAX_TIME = timedelta(hours=1)

Due = tuple[datetime, int, int, State, events.TimerScheduled | events.JobCreated]


@dataclass(kw_only=True)
class World:
    """What happened so far: `trace` holds words, `errors` kinds of errors, `said` what the engine said of them."""

    definitions: CheckedDefinitions
    processes: Mapping[str, ProcessDefinition]
    now: datetime = START
    instances: list[State] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    said: str = ""
    marker: bool = False
    parallel: bool = False
    _ends: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, checked: Checked) -> Self:
        """Nothing runs yet."""
        return cls(definitions=CheckedDefinitions(checked), processes=checked.processes)

    def start(self, process: str, variables: Mapping[str, Value], start_event: str | None = None) -> None:
        """Start an instance."""
        state = State()
        self.instances.append(state)
        self._do(state, commands.StartInstance(process=process, variables=variables, start_event=start_event))

    def run(self) -> None:
        """Do work and let time pass until nothing is left to do."""
        for _ in range(MAX_STEPS):
            due = min(self._due(), default=None, key=lambda one: one[:3])
            if due is None or due[0] > START + MAX_TIME:
                return
            at, _number, _key, state, wait = due
            self.now = max(self.now, at)
            if isinstance(wait, events.TimerScheduled):
                self._do(state, commands.TriggerTimer(timer=wait.timer))
            else:
                self._work(state, wait)

    def waiting(self) -> list[str]:
        """What the instances wait for, in words."""
        return [
            f"{type(w).__name__} {w.element}"
            for state in self.instances
            for e in state.elements.values()
            for w in e.waits.values()
        ]

    def _due(self) -> Iterator[Due]:
        for number, state in enumerate(self.instances):
            for owner in state.elements.values():
                for wait in owner.waits.values():
                    if isinstance(wait, events.TimerScheduled):
                        yield wait.due, number, wait.timer, state, wait
                    elif isinstance(wait, events.JobCreated):
                        yield self._ends[id(state), wait.job], number, wait.job, state, wait

    def _work(self, state: State, job: events.JobCreated) -> None:
        word = job.type.removeprefix(JOB_TYPE)
        variables: dict[str, Value] = {}
        before = visible_variables(self.definitions, state, job.key)
        if word == "THROW_ERROR":
            self._do(state, commands.ThrowError(job=job.job, code="ERR_CODE"))
            return
        if word == "CREATE_MARKER_FILE":
            self.marker = True
        elif word.startswith("INCREMENT_INTEGER_VARIABLE"):
            number = before.get("integerVariable")
            variables["integerVariable"] = (number if isinstance(number, Decimal) else Decimal(0)) + 1
            self.trace += ["INCREMENT_correct"] if word.endswith("_LOG") else []
        elif word == "SET_STRING_DATA":
            variables = dict.fromkeys(self._data(state, job, "outputs"), "String")
        elif word == "LOG_DATA":
            found = [before.get(name) for name in self._data(state, job, "inputs")]
            self.trace += ["DATA_correct"] if set(found) == {"String"} else []
        elif word not in SILENT:
            self.trace.append(word)
        self._do(state, commands.CompleteJob(job=job.job, variables=variables))

    def _data(self, state: State, job: events.JobCreated, side: str) -> list[str]:
        """The variables that a script reads or writes: the data inputs or outputs of its task, else the data itself."""
        owner = state.elements[job.key]
        io = self.definitions.process(owner.process).elements[owner.element].io
        return [parameter.name for parameter in getattr(io, side, ())] or ["data"]

    def _do(self, state: State, command: commands.Command) -> None:
        outcome = advance(self.definitions, state, command, self.now)
        if isinstance(outcome, Rejected):
            self.said += f"{outcome.code}: {outcome.detail} "
            return
        for event in outcome:
            self._note(state, event)

    def _note(self, state: State, event: events.Event) -> None:
        match event:
            case events.JobCreated():
                long = event.type.removeprefix(JOB_TYPE) in LONG_WORK
                self._ends[id(state), event.job] = self.now + timedelta(seconds=10 if long else 0)
                self.parallel = self.parallel or self._stamps() > 1
            case events.IncidentRaised():
                self.said += f"{event.code}: {event.message} "
                self.errors += INCIDENTS.get(event.code, ["ERROR_runtime"])
            case events.MessageThrown():
                self._deliver(event)
            case events.SignalThrown():
                for other in self.instances:
                    if other is not state and other.status is InstanceStatus.ACTIVE:
                        self._do(other, commands.BroadcastSignal(signal=event.signal))
                self._begin(event.signal, SignalDefinition)

    def _stamps(self) -> int:
        jobs = [wait for state in self.instances for e in state.elements.values() for wait in e.waits.values()]
        return sum(isinstance(job, events.JobCreated) and job.type.removeprefix(JOB_TYPE) in TIMESTAMPS for job in jobs)

    def _deliver(self, thrown: events.MessageThrown) -> None:
        for state in self.instances:
            for owner in list(state.elements.values()):
                for wait in list(owner.waits.values()):
                    if isinstance(wait, events.MessageSubscriptionOpened) and wait.message == thrown.message:
                        self._do(state, commands.CorrelateMessage(subscription=wait.subscription, variables={}))
                        return
        self._begin(thrown.message, MessageDefinition)

    def _begin(self, name: str, kind: type[MessageDefinition | SignalDefinition]) -> None:
        """Start what a message or signal starts."""
        for process in self.processes.values():
            for start in process.start_events(process.id):
                if any(isinstance(one, kind) and one.name.text == name for one in start.definitions):
                    self.start(process.id, {}, start.id)
