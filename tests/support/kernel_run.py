"""Drives a process instance in tests, and checks after every command what must always hold.

That is: the events, sent through JSON, make the same state out of the former one; the state survives being stored and restored;
and the instance has ended, or everything in it waits for something listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from engine.feel import Value, from_plain, to_plain
from engine.kernel import (
    ElementInstance,
    InstanceStatus,
    Phase,
    Rejected,
    State,
    advance,
    apply,
    commands,
    event_from_json,
    event_to_json,
    events,
    instance_from_json,
    instance_to_json,
    restore,
    visible_variables,
)
from engine.kernel.timers import WorkingCalendar
from engine.model.process import ProcessDefinition

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

W = TypeVar("W")


@dataclass(frozen=True)
class Decided:
    """A decision's result, as the engine's."""

    value: Value
    trace: Value = None


class FixedDefinitions:
    """Definitions by process id; decisions as functions of their inputs."""

    def __init__(self, *processes: ProcessDefinition, decisions: Mapping[str, Any] | None = None) -> None:
        self.processes = {p.id: p for p in processes}
        self.decisions = dict(decisions or {})
        self.calendars: dict[str, WorkingCalendar] = {}
        self.asked: list[tuple[str, str, str | None]] = []

    def process(self, key: str) -> ProcessDefinition:
        """The key is the process id."""
        return self.processes[key]

    def called_process(
        self, process_id: str, caller: str, *, binding: str = "deployment", version_tag: str | None = None
    ) -> str | None:
        """Every process can be called; which version was asked for is noted."""
        self.asked.append((process_id, binding, version_tag))
        return process_id if process_id in self.processes else None

    def decide(
        self,
        decision_id: str,
        caller: str,
        inputs: Mapping[str, Value],
        now: datetime,
        *,
        binding: str = "deployment",
        version_tag: str | None = None,
    ) -> Any:
        """Call the function of that name; which version was asked for is noted."""
        self.asked.append((decision_id, binding, version_tag))
        return Decided(self.decisions[decision_id](inputs), {"hit": decision_id})

    def calendar(self, name: str) -> WorkingCalendar | None:
        """One of those that the test gave."""
        return self.calendars.get(name)


def stored(state: State) -> State:
    """The state after it was written as JSON and read again."""
    elements = [instance_from_json(json.loads(json.dumps(instance_to_json(e)))) for e in state.elements.values()]
    return restore(elements, status=state.status, next_key=state.next_key)


def comparable(state: State) -> tuple[Any, ...]:
    """All of a state but the dirty marks."""
    children = {key: list(inside) for key, inside in state.children.items()}
    return state.status, state.elements, children, state.waits, state.joins, state.signals, state.conditions, state.next_key


class Run:
    """One process instance; commands are methods, waits are named by the element that has them."""

    def __init__(
        self,
        *processes: ProcessDefinition,
        decisions: Mapping[str, Any] | None = None,
        budget: int = 10_000,
        reload: bool = False,
    ) -> None:
        self.definitions = FixedDefinitions(*processes, decisions=decisions)
        self.process = processes[0].id
        self.state = State()
        self.now = NOW
        self.budget = budget
        self.reload = reload
        self.journal: list[events.Event] = []
        self.last: tuple[events.Event, ...] = ()

    # -- commands --------------------------------------------------------------------------------------------------------

    def execute(self, command: commands.Command) -> tuple[events.Event, ...]:
        """Advance, and check what must always hold; fails when the command is rejected."""
        outcome = self.attempt(command)
        assert not isinstance(outcome, Rejected), outcome
        return outcome

    def attempt(self, command: commands.Command) -> tuple[events.Event, ...] | Rejected:
        """As `execute`, for commands that may be rejected."""
        outcome = self.attempt_unchecked(command)
        if not isinstance(outcome, Rejected):
            self.check_waiting()
        return outcome

    def attempt_unchecked(self, command: commands.Command) -> tuple[events.Event, ...] | Rejected:
        """As `attempt`, while a used-up step budget has left something to do."""
        if self.reload:
            self.state = stored(self.state)
        before = stored(self.state)
        outcome = advance(self.definitions, self.state, command, self.now, budget=self.budget)
        if isinstance(outcome, Rejected):
            assert comparable(self.state) == comparable(before), "a rejected command changed the state"
            return outcome
        self.last = outcome
        self.journal += outcome
        for event in outcome:
            read = event_from_json(json.loads(json.dumps(event_to_json(event))))
            assert read == event
            apply(before, read)
        assert comparable(before) == comparable(self.state), "replaying the journal gives another state"
        assert comparable(stored(self.state)) == comparable(self.state)
        return outcome

    def start(self, start_event: str | None = None, **variables: Any) -> Run:
        """Start with plain variables."""
        self.execute(commands.StartInstance(process=self.process, variables=from_plain(variables), start_event=start_event))
        return self

    def complete(self, element: str, by: str | None = None, **variables: Any) -> Run:
        """Complete the oldest user task of the element."""
        task = self.wait(events.UserTaskCreated, element).task
        self.execute(commands.CompleteUserTask(task=task, variables=from_plain(variables), by=by))
        return self

    def work(self, element: str, **variables: Any) -> Run:
        """Complete the oldest job of the element."""
        job = self.wait(events.JobCreated, element).job
        self.execute(commands.CompleteJob(job=job, variables=from_plain(variables)))
        return self

    def fail(self, element: str, retries: int, message: str = "it broke") -> Run:
        """Fail the oldest job of the element."""
        job = self.wait(events.JobCreated, element).job
        self.execute(commands.FailJob(job=job, message=message, retries=retries))
        return self

    def throw(self, element: str, code: str, **variables: Any) -> Run:
        """Throw a BPMN error from the oldest job of the element."""
        job = self.wait(events.JobCreated, element).job
        self.execute(commands.ThrowError(job=job, code=code, variables=from_plain(variables)))
        return self

    def tick(self, element: str, **later: float) -> Run:
        """Move the clock (arguments of timedelta) and trigger the oldest timer of the event."""
        self.now += timedelta(**later)
        self.execute(commands.TriggerTimer(timer=self.wait(events.TimerScheduled, element).timer))
        return self

    def receive(self, element: str, **variables: Any) -> Run:
        """Correlate a message with the oldest subscription of the event."""
        subscription = self.wait(events.MessageSubscriptionOpened, element).subscription
        self.execute(commands.CorrelateMessage(subscription=subscription, variables=from_plain(variables)))
        return self

    def write(self, **variables: Any) -> Run:
        """Write variables of the process."""
        self.execute(commands.SetVariables(variables=from_plain(variables)))
        return self

    def signal(self, name: str, **variables: Any) -> Run:
        """Send a signal to everything that waits for it."""
        self.execute(commands.BroadcastSignal(signal=name, variables=from_plain(variables)))
        return self

    def resolve(self, element: str, **variables: Any) -> Run:
        """Resolve the oldest incident of the element."""
        incident = self.wait(events.IncidentRaised, element).incident
        self.execute(commands.ResolveIncident(incident=incident, variables=from_plain(variables)))
        return self

    # -- what is there ---------------------------------------------------------------------------------------------------

    def waits(self, kind: type[W], element: str | None = None) -> list[W]:
        """Open waits of a kind, oldest first."""
        found = [self.state.wait(key) for key in sorted(self.state.waits)]
        return [w for w in found if isinstance(w, kind) and element in (None, w.element)]  # type: ignore[attr-defined]

    def wait(self, kind: type[W], element: str) -> W:
        """The oldest open wait of a kind at an element."""
        found = self.waits(kind, element)
        assert found, f"{element} has no {kind.__name__}; open are {[self.state.wait(k) for k in self.state.waits]}"
        return found[0]

    @property
    def open(self) -> list[str]:
        """The elements that have waits, one entry a wait, oldest first."""
        return [self.state.wait(key).element for key in sorted(self.state.waits)]  # type: ignore[union-attr]

    @property
    def ended(self) -> bool:
        """True when the instance is completed."""
        return self.state.status is InstanceStatus.COMPLETED

    @property
    def incident(self) -> events.IncidentRaised:
        """The only open incident."""
        found = self.waits(events.IncidentRaised)
        assert len(found) == 1, found
        return found[0]

    @property
    def trace(self) -> list[str]:
        """The elements in the order in which they were completed, processes and multi-instance bodies included."""
        names = {e.key: e.element for e in self.journal if isinstance(e, events.ElementActivated)}
        return [names[e.key] for e in self.journal if isinstance(e, events.ElementCompleted)]

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process, plain; those at the end when it has ended."""
        done = [e for e in self.journal if isinstance(e, events.InstanceCompleted)]
        found = done[0].variables if done else next(iter(self.state.elements.values())).variables
        return to_plain(dict(found or {}))  # type: ignore[no-any-return]

    def visible(self, key: int) -> dict[str, Value]:
        """The variables that an element instance sees."""
        return visible_variables(self.definitions, self.state, key)

    def instances(self, element: str) -> list[ElementInstance]:
        """The active element instances of an element, oldest first."""
        return [e for e in self.state.elements.values() if e.element == element]

    def emitted(self, kind: type[W]) -> list[W]:
        """The events of a kind so far."""
        return [e for e in self.journal if isinstance(e, kind)]

    def check_waiting(self) -> None:
        """Ended, or every element instance waits for something listed, contents, or other tokens."""
        state = self.state
        if state.status is InstanceStatus.SUSPENDED:
            return  # it takes no step, so elements may be left that were not entered yet
        if state.status is not InstanceStatus.ACTIVE:
            assert not state.elements, "something is left in an instance that has ended"
            assert not state.waits
            return
        if any(isinstance(e, events.StepBudgetUsedUp) for e in self.last):
            return
        assert state.waits, "the instance waits for nothing"
        for e in state.elements.values():
            assert e.phase is Phase.WAITING or e.waits, f"{e.element} was never entered"
            assert e.waits or e.is_join or e.key in state.children, f"{e.element} is stuck"
