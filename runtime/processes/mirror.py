"""From events to the rows that can be queried: user tasks, jobs, timers, subscriptions, incidents.

The events of a transaction are gathered first and written together, so that many of a kind are one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from engine.api import Event, State, dump, events
from runtime.jobs import statements as jobs
from runtime.jobs.queue import Queue
from runtime.jobs.statements import EXTERNAL
from runtime.messages import statements as messages
from runtime.processes import statements
from runtime.processes.task_mirror import TaskMirror
from runtime.signals import statements as signals
from runtime.store.ids import new_id
from runtime.store.texts import indexed, storable
from runtime.store.work import Work

CALL, LOCAL, TIMER, CONTINUE = "call", "local", "timer", "continue"
"""Kinds of job that the execution of instances makes."""

Values = dict[str, Any]


class Mirror:
    """What one transaction does to the waits of one instance."""

    def __init__(self, work: Work, queue: Queue, instance_id: str, definition_key: str, process_id: str) -> None:
        self._work = work
        self._queue = queue
        self._instance = {"instance_id": instance_id}
        self._process = {"process_id": process_id}
        self.tasks = TaskMirror(work, instance_id, definition_key)
        self._jobs: dict[int, Values] = {}
        self._job_changes: dict[int, Values] = {}
        self._closed_jobs: set[int] = set()
        self._subscriptions: dict[int, Values] = {}
        self._closed_subscriptions: set[int] = set()
        self._signals: dict[int, Values] = {}
        self._closed_signals: set[int] = set()
        self._incidents: dict[int, Values] = {}
        self._closed_incidents: set[int] = set()
        self._renamed_subscriptions: dict[int, str] = {}
        self._renamed_incidents: dict[int, str] = {}
        self._continues = False

    def wait_id(self, key: int) -> str:
        """The public id of a wait of this instance."""
        return f"{self._instance['instance_id']}.{key}"

    def read(self, event: Event, state: State) -> None:
        """Take note of an event; `state` is that after the command."""
        self.tasks.read(event, state)
        reader = _READERS.get(type(event))
        if reader is not None:
            reader(self, event, state)

    def put_job(self, key: int, kind: str, due: datetime, **values: Any) -> None:
        """A job row for the wait `key`."""
        row = self._queue.row(self._work, self.wait_id(key), kind, due=due, key=key, **self._instance, **values)
        self._jobs[key] = _storable(row)

    def change_job(self, key: int, **values: Any) -> None:
        """Change the job row of the wait `key`, whether it is stored already or not."""
        target = self._jobs[key] if key in self._jobs else self._job_changes.setdefault(key, {})
        target.update(_storable(values))

    def drop_job(self, key: int) -> None:
        """There is nothing to do any more for the wait `key`."""
        self._job_changes.pop(key, None)
        self._close(key, self._jobs, self._closed_jobs)

    def write(self) -> None:
        """Write everything that was gathered, but for the user tasks."""
        connection = self._work.connection
        self._write_jobs()
        messages.delete_subscriptions(connection, self._ids(self._closed_subscriptions))
        messages.insert_subscriptions(connection, list(self._subscriptions.values()))
        for key, element in self._renamed_subscriptions.items():
            messages.rename_subscription(connection, self.wait_id(key), element)
        signals.delete_subscriptions(connection, self._ids(self._closed_signals))
        signals.insert_subscriptions(connection, list(self._signals.values()))
        statements.delete_incidents(connection, self._ids(self._closed_incidents))
        statements.insert_incidents(connection, list(self._incidents.values()))
        for key, element in self._renamed_incidents.items():
            statements.rename_incident(connection, self.wait_id(key), element)

    def _write_jobs(self) -> None:
        connection = self._work.connection
        rows = list(self._jobs.values())
        if self._continues:
            rows.append(self._queue.row(self._work, new_id(), CONTINUE, due=self._work.now, **self._instance))
        jobs.delete_jobs(connection, self._ids(self._closed_jobs))
        for key, values in self._job_changes.items():
            jobs.update_job(connection, self.wait_id(key), values)
        jobs.insert_jobs(connection, rows)
        for row in rows:
            if row["lane"] == EXTERNAL:
                self._queue.offer(self._work, row["type"])
        changed = [*rows, *self._job_changes.values()]
        due = [values["due"] for values in changed if "due" in values and values.get("lane") != EXTERNAL]
        if due:
            self._queue.ring_at(self._work, min(due))

    def _ids(self, keys: Collection[int]) -> list[str]:
        return [self.wait_id(key) for key in keys]

    @staticmethod
    def _close(key: int, new: dict[int, Values], closed: set[int]) -> None:
        if new.pop(key, None) is None:
            closed.add(key)

    def _job_failed(self, event: events.JobFailed, state: State) -> None:
        if event.retries and event.retry_at is not None:
            self.change_job(event.job, due=datetime.fromisoformat(event.retry_at), lease=None, last_error=event.message)

    def _timer_scheduled(self, event: events.TimerScheduled, state: State) -> None:
        payload = {"cycle": event.cycle, "repetitions": event.repetitions}
        self.put_job(event.timer, TIMER, event.due, element=event.element, payload=payload)

    def _subscription_opened(self, event: events.MessageSubscriptionOpened, state: State) -> None:
        names = ("element", "message", "correlation_key", "repeatable")
        row = {"id": self.wait_id(event.subscription), "key": event.subscription, "opened_at": self._work.now}
        row |= {name: getattr(event, name) for name in names}
        self._subscriptions[event.subscription] = _storable(row | self._instance | self._process)

    def _subscription_closed(self, event: events.MessageSubscriptionClosed | events.MessageCorrelated, state: State) -> None:
        self._close(event.subscription, self._subscriptions, self._closed_subscriptions)

    def _correlated(self, event: events.MessageCorrelated, state: State) -> None:
        if event.subscription not in state.waits:
            self._subscription_closed(event, state)

    def _signal_unsubscribed(self, event: events.SignalSubscriptionClosed | events.SignalCaught, state: State) -> None:
        self._close(event.subscription, self._signals, self._closed_signals)

    def _signal_caught(self, event: events.SignalCaught, state: State) -> None:
        if event.subscription not in state.waits:
            self._signal_unsubscribed(event, state)

    def _incident_resolved(self, event: events.IncidentResolved, state: State) -> None:
        self._close(event.incident, self._incidents, self._closed_incidents)

    def _signal_subscribed(self, event: events.SignalSubscriptionOpened, state: State) -> None:
        row = {"id": self.wait_id(event.subscription), "key": event.subscription, "opened_at": self._work.now}
        row |= {"signal": event.signal}
        self._signals[event.subscription] = _storable(row | self._instance)

    def _incident_raised(self, event: events.IncidentRaised, state: State) -> None:
        row = {"id": self.wait_id(event.incident), "key": event.incident, "element": event.element, "code": event.code}
        job = None if event.job is None else self.wait_id(event.job)
        row |= {"message": event.message, "job_id": job, "raised_at": self._work.now}
        self._incidents[event.incident] = row | self._instance | {"message": storable(event.message)}
        if event.job is not None:
            self.drop_job(event.job)

    def _input_kept(self, event: events.InputKept, state: State) -> None:
        """What was waited for has come, though the suspended instance takes it up later."""
        waiting = state.wait(event.wait)
        if event.kind == "signal":
            if not isinstance(waiting, events.SignalSubscriptionOpened) or not waiting.repeatable:
                self._close(event.wait, self._signals, self._closed_signals)
        elif event.kind != "message":
            self.drop_job(event.wait)
        elif not isinstance(waiting, events.MessageSubscriptionOpened) or not waiting.repeatable:
            self._close(event.wait, self._subscriptions, self._closed_subscriptions)

    def _migrated(self, event: events.ElementMigrated, state: State) -> None:
        """The waits that go on belong to the elements of another version now."""
        element = state.elements.get(event.key)
        for key, wait in element.waits.items() if element is not None else ():
            if isinstance(wait, events.JobCreated | events.TimerScheduled):
                self.change_job(key, element=wait.element)
            elif isinstance(wait, events.MessageSubscriptionOpened):
                self._renamed_subscriptions[key] = wait.element
            elif isinstance(wait, events.IncidentRaised):
                self._renamed_incidents[key] = wait.element

    def _budget_used_up(self, event: events.StepBudgetUsedUp, state: State) -> None:
        self._continues = True


def _job_gone(mirror: Mirror, event: events.JobCompleted | events.JobCancelled, state: State) -> None:
    mirror.drop_job(event.job)


def _timer_gone(
    mirror: Mirror, event: events.TimerTriggered | events.TimerSkipped | events.TimerCancelled, state: State
) -> None:
    mirror.drop_job(event.timer)


_READERS: Mapping[type, Callable[[Mirror, Any, State], None]] = {
    events.JobCompleted: _job_gone,
    events.JobFailed: Mirror._job_failed,
    events.JobCancelled: _job_gone,
    events.TimerScheduled: Mirror._timer_scheduled,
    events.TimerTriggered: _timer_gone,
    events.TimerSkipped: _timer_gone,
    events.TimerCancelled: _timer_gone,
    events.MessageSubscriptionOpened: Mirror._subscription_opened,
    events.MessageSubscriptionClosed: Mirror._subscription_closed,
    events.MessageCorrelated: Mirror._correlated,
    events.SignalSubscriptionOpened: Mirror._signal_subscribed,
    events.SignalSubscriptionClosed: Mirror._signal_unsubscribed,
    events.SignalCaught: Mirror._signal_caught,
    events.InputKept: Mirror._input_kept,
    events.ElementMigrated: Mirror._migrated,
    events.IncidentRaised: Mirror._incident_raised,
    events.IncidentResolved: Mirror._incident_resolved,
    events.StepBudgetUsedUp: Mirror._budget_used_up,
}


_INDEXED = {"message", "correlation_key", "signal"}
"""Columns in an index whose texts may come from expressions."""


def _storable(row: Values) -> Values:
    return {name: _text(name, value) if isinstance(value, str) else value for name, value in row.items()}


def _text(column: str, value: str) -> str:
    return indexed(value) if column in _INDEXED else storable(value)


def call_payload(event: events.JobCreated | events.JobRetried, created: events.JobCreated) -> Values:
    """What a call job needs to run without its instance."""
    about = {"headers": dict(created.headers), "variables": dump(dict(event.variables))}
    return about | ({"listener": created.listener} if created.listener else {})
