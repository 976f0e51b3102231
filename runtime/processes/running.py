"""One instance in one transaction: commands go in, its local work is done, everything is saved at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from engine.api import (
    KERNEL,
    Command,
    Event,
    InstanceStatus,
    Rejected,
    Value,
    advance,
    commands,
    dump,
    event_to_json,
    events,
    job_variables,
)
from runtime.errors import Conflict
from runtime.jobs import statements as job_statements
from runtime.jobs.statements import EXTERNAL
from runtime.jobs.work import Failed, Result, perform
from runtime.messages.buffer import publish_later, take_waiting
from runtime.processes import statements
from runtime.processes.field_mirror import write_fields
from runtime.processes.library import PinnedDefinitions
from runtime.processes.local_jobs import local_job
from runtime.processes.mirror import CALL, LOCAL, Mirror, call_payload
from runtime.processes.parts import Parts
from runtime.processes.state import Stored
from runtime.processes.timeline import Origin, write_lines
from runtime.sdk import Handler
from runtime.signals.sending import broadcast_later
from runtime.store.prepared import pipelined
from runtime.store.types import Row
from runtime.store.work import Work

LOCAL_STEPS = 500
"""Local jobs that one transaction runs; the rest go on in transactions of their own, so that others get their turn."""


class Running:
    """`row` is the locked row of the instance; `save` must be the last call."""

    def __init__(self, parts: Parts, work: Work, row: Row) -> None:
        self._parts = parts
        self._work = work
        self._row = row
        self._stored = Stored(work.connection, row)
        self._state = self._stored.state
        self._definitions = PinnedDefinitions(parts.library, work)
        self._mirror = Mirror(work, parts.queue, row["id"], row["definition_key"], row["process_id"])
        self._origin = _origin(self._definitions, row, linked=self._stored.linked)
        self._commands: list[str] = []
        self._todo: deque[events.JobCreated | events.JobRetried | events.MessageSubscriptionOpened] = deque()
        self._local_steps = 0
        self._task_names: dict[int, str] = {}
        self.events: list[Event] = []

    def give(self, command: Command) -> Rejected | None:
        """Advance by one command; the refusal, when the kernel refuses it. Raises Conflict for Python that may not run."""
        self._must_be_allowed(command)
        self._note_task(command)
        outcome = advance(self._definitions, self._state, command, self._work.now)
        if isinstance(outcome, Rejected):
            return outcome
        self._commands.append(type(command).__name__)
        for event in outcome:
            self._mirror.read(event, self._state)
            follow = _FOLLOWED.get(type(event))
            if follow is not None:
                follow(self, event)
        self.events += outcome
        return None

    def _must_be_allowed(self, command: Command) -> None:
        """Instances of a time when Python was allowed stand still now; they can be cancelled."""
        definition = self._definitions.process(self._row["definition_key"])
        if definition.executor == KERNEL or self._parts.allow_python or isinstance(command, commands.CancelInstance):
            return
        raise Conflict(
            "PROC-1012",
            f"The process {definition.id!r} runs on SpiffWorkflow, and Python from diagrams may not run here any more. "
            "Have the operator allow it (RINGI_ALLOW_PYTHON=yes), or cancel the instance.",
        )

    def follow_up(self) -> None:
        """Do what the events ask for inside this transaction, until nothing of it is left."""
        while self._todo:
            event = self._todo.popleft()
            if isinstance(event, events.MessageSubscriptionOpened):
                self._look_into_buffer(event)
            else:
                self._hand_out(event)

    def work_on(self, job: Row) -> None:
        """Run a local job again; `job` is its row. Nothing happens when it closed meanwhile."""
        created = self._state.wait(job["key"])
        if not isinstance(created, events.JobCreated):
            return
        handler = self._parts.handlers.find(created.type)
        if handler is None:
            self._fail(created, _no_handler(created.type), retries=0, attempts=job["attempts"], stored=True)
        else:
            self._run_local(created, handler, job_variables(self._definitions, self._state, created), job)

    def finish(self, job: Row, result: Result) -> None:
        """Take over the result of a job that was done outside; `job` is its row."""
        created = self._state.wait(job["key"])
        if not isinstance(created, events.JobCreated):
            return
        failed = result if isinstance(result, Failed) else self._taken(result)
        if failed is not None:
            if job["kind"] == EXTERNAL:
                self._mirror.change_job(created.job, lane=EXTERNAL, worker=None)
            self._fail(created, failed, retries=job["retries"], attempts=job["attempts"], stored=True)

    def save(self) -> None:
        """Write everything, if anything happened. Raises Conflict when another writer was first."""
        if not self.events:
            return
        connection, instance_id = self._work.connection, self._row["id"]
        if not statements.step_instance(connection, instance_id, self._row["version"], self._changes()):
            raise Conflict(
                "PROC-1006", "Another writer changed the process instance at the same moment. Look again, then repeat."
            )
        with pipelined(connection):
            self._stored.save(self._migrated())
            self._mirror.tasks.write()
            self._write_journal()
        self._mirror.write()
        if self._state.status is InstanceStatus.SUSPENDED:
            job_statements.hold_of_instance(connection, instance_id)
        elif self._state.status is InstanceStatus.ACTIVE:
            self._let_go_on()
        else:
            job_statements.delete_of_instance(connection, instance_id)
            statements.delete_incidents_of(connection, instance_id)
        write_fields(self._work, self._definitions, self._row, self._state, self.events)
        write_lines(self._work, self._parts.timeline, self._origin, self.events, self._task_names)
        self._parts.announce(self._work, self._origin, self.events, self._row["version"] == 0)

    def _migrated(self) -> frozenset[int]:
        return frozenset(event.key for event in self.events if isinstance(event, events.ElementMigrated))

    def _let_go_on(self) -> None:
        """What was held while the instance was suspended is open again."""
        if any(isinstance(event, events.InstanceResumed) for event in self.events):
            job_statements.release_of_instance(self._work.connection, self._row["id"])
            self._parts.queue.ring_at(self._work, self._work.now)

    def _later(self, event: events.JobCreated | events.JobRetried | events.MessageSubscriptionOpened) -> None:
        self._todo.append(event)

    def _publish(self, event: events.MessageThrown) -> None:
        publish_later(self._work, self._parts.queue, event.message, event.correlation_key, event.variables)

    def _broadcast(self, event: events.SignalThrown) -> None:
        broadcast_later(self._work, self._parts.queue, event.signal, event.variables, sender=self._row["id"])

    def _hand_out(self, event: events.JobCreated | events.JobRetried) -> None:
        created = self._state.wait(event.job)
        if not isinstance(created, events.JobCreated):
            return
        handler = self._parts.handlers.find(created.type)
        about: dict[str, Any] = {"element": created.element, "type": created.type, "retries": created.retries}
        if handler is None or handler.kind == "call":
            kind = CALL if handler is not None else EXTERNAL
            self._mirror.put_job(created.job, kind, self._work.now, payload=call_payload(event, created), **about)
        elif self._local_steps >= LOCAL_STEPS:
            self._mirror.put_job(created.job, LOCAL, self._work.now, **about)
        else:
            self._run_local(created, handler, event.variables)

    def _run_local(
        self,
        created: events.JobCreated,
        handler: Handler,
        variables: Mapping[str, Value],
        row: Row | None = None,
    ) -> None:
        """Run a handler in a savepoint of its own: what it did stays only if it ended well and the kernel took its result.

        `row` is the job's row when it has been tried before.
        """
        self._local_steps += 1
        callbacks = len(self._work.after_commit)
        job = local_job(self._parts, self._work, self._origin, created, variables)
        savepoint = self._work.connection.begin_nested()
        result = perform(handler, job, created.job)
        failed = self._taken(result) if isinstance(result, commands.CompleteJob) else None
        if isinstance(result, commands.CompleteJob) and failed is None:
            savepoint.commit()
            return
        savepoint.rollback()
        del self._work.after_commit[callbacks:]
        if isinstance(result, commands.ThrowError):
            failed = self._taken(result)
        if isinstance(result, Failed):
            failed = result
        if failed is not None:
            retries, attempts = (row["retries"], row["attempts"]) if row else (created.retries, 0)
            self._fail(created, failed, retries=retries, attempts=attempts + 1, stored=row is not None)

    def _taken(self, result: commands.CompleteJob | commands.ThrowError) -> Failed | None:
        """Give the result to the kernel; a refusal is a failure that trying again does not mend."""
        refused = self.give(result)
        return None if refused is None else Failed(message=refused.detail, hopeless=True)

    def _fail(self, created: events.JobCreated, failed: Failed, *, retries: int, attempts: int, stored: bool) -> None:
        """Try the job again later, or raise its incident. `stored` tells that the job has a row already."""
        left = 0 if failed.hopeless else max(retries - attempts, 0) if failed.retries is None else failed.retries
        due = self._work.now + self._parts.backoff.after(attempts, at_least=failed.retry_after)
        if left and stored:
            self._mirror.change_job(created.job, attempts=attempts, retries=attempts + left)
        elif left:
            about = {"element": created.element, "type": created.type}
            self._mirror.put_job(created.job, LOCAL, due, retries=retries, attempts=attempts, **about)
        retry_at = due.isoformat() if left else None
        self._must(commands.FailJob(job=created.job, message=failed.message, retries=left, retry_at=retry_at))

    def _look_into_buffer(self, event: events.MessageSubscriptionOpened) -> None:
        """A message may have come before somebody waited for it."""
        if self._state.wait(event.subscription) is None:
            return
        message = take_waiting(self._work, event.message, event.correlation_key)
        if message is not None:
            self._must(
                commands.CorrelateMessage(subscription=event.subscription, variables=message.variables, message_id=message.id)
            )

    def _must(self, command: Command) -> None:
        """Give a command that the state calls for."""
        refused = self.give(command)
        if refused is not None:
            raise RuntimeError(f"the kernel refused {type(command).__name__} that its own state calls for: {refused.detail}")

    def _changes(self) -> dict[str, Any]:
        """Columns that change; others, and their indexes, are left as they are."""
        state, values = self._state, self._definition() | {"next_key": self._state.next_key}
        if state.status == self._row["status"]:
            return values
        if state.status in (InstanceStatus.ACTIVE, InstanceStatus.SUSPENDED):
            return {**values, "status": str(state.status)}
        result = next((dump(dict(e.variables)) for e in self.events if isinstance(e, events.InstanceCompleted)), None)
        return {**values, "status": str(state.status), "ended_at": self._work.now, "result": result}

    def _definition(self) -> dict[str, Any]:
        """The version the instance belongs to, when it was migrated; that of a called process is the process's own matter."""
        root = next((e for e in self._state.elements.values() if e.parent is None), None)
        return {"definition_key": root.process} if root is not None and root.process != self._row["definition_key"] else {}

    def _write_journal(self) -> None:
        work = self._work
        row = {"instance_id": self._row["id"], "seq": self._row["version"] + 1, "at": work.now, "why": work.why}
        who = {"actor": work.actor.id, "actor_name": work.actor.name, "via": work.actor.via}
        facts = [event_to_json(event) for event in self.events]
        statements.insert_journal(work.connection, row | who | {"command": self._commands[0], "events": facts})

    def _note_task(self, command: Command) -> None:
        """Remember a task that the command may complete; the state knows it no more afterwards."""
        key = command.task if isinstance(command, commands.CompleteUserTask) else None
        if isinstance(command, commands.CompleteJob):
            asked = self._state.wait(command.job)
            waits = self._state.elements[asked.key].waits.values() if isinstance(asked, events.JobCreated) else ()
            key = next((wait.task for wait in waits if isinstance(wait, events.UserTaskChangeBegun)), None)
        created = None if key is None else self._state.wait(key)
        if isinstance(created, events.UserTaskCreated):
            self._task_names[created.task] = created.name
            self._mirror.tasks.note(created)


_FOLLOWED: Mapping[type, Callable[[Running, Any], None]] = {
    events.JobCreated: Running._later,
    events.JobRetried: Running._later,
    events.MessageSubscriptionOpened: Running._later,
    events.MessageThrown: Running._publish,
    events.SignalThrown: Running._broadcast,
}
"""What an event asks for beyond its rows."""


def _origin(definitions: PinnedDefinitions, row: Row, *, linked: bool) -> Origin:
    name = definitions.process(row["definition_key"]).name or row["process_id"]
    return Origin(row["id"], row["process_id"], name, linked=linked)


def _no_handler(type: str) -> Failed:
    advice = "Install the package that brings one, then resolve the incident."
    return Failed(message=f"No handler is installed for the job type {type!r}. {advice}", hopeless=True)
