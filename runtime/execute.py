"""The one transaction: lock the instance, load it, give it a command, do its local work, save what changed and one journal row.

Everything that changes a process instance comes through here, in a transaction that the caller has opened and will commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from engine.api import (
    Command,
    Effect,
    Event,
    InstanceStatus,
    MigrationPlan,
    Rejected,
    State,
    Value,
    commands,
    preview,
    preview_migration,
)
from runtime.errors import Conflict, Invalid, NotFound, RingiError
from runtime.jobs.work import Result, checked
from runtime.observe import meters, tracing
from runtime.processes import statements
from runtime.processes.library import PinnedDefinitions
from runtime.processes.parts import Parts
from runtime.processes.running import Running
from runtime.processes.state import load_state
from runtime.processes.timeline import Origin, RecordKey, link
from runtime.processes.unique_keys import insert_unique
from runtime.store.ids import new_id
from runtime.store.types import Row
from runtime.store.work import Work

_NOT_FOUND = {
    "KERNEL-1004",
    "KERNEL-1007",
    "KERNEL-1009",
    "KERNEL-1012",
    "KERNEL-1013",
    "KERNEL-1014",
    "KERNEL-1015",
    "KERNEL-1019",
}
_CONFLICT = {
    "KERNEL-1001",
    "KERNEL-1002",
    "KERNEL-1003",
    "KERNEL-1008",
    "KERNEL-1010",
    "KERNEL-1017",
    "KERNEL-1018",
    "KERNEL-1022",
    "KERNEL-1023",
    "KERNEL-1024",
    "KERNEL-1060",
    "KERNEL-1062",
    "KERNEL-1070",
    "KERNEL-1071",
    "KERNEL-1072",
    "KERNEL-1073",
    "KERNEL-1074",
    "KERNEL-1050",
}

Events = tuple[Event, ...]


class Executor:
    """Runs commands on instances. It holds no state of its own: everything is in the database and in `parts`."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def start(
        self,
        work: Work,
        definition_key: str,
        variables: Mapping[str, Value],
        *,
        business_key: str | None = None,
        start_event: str | None = None,
        at: tuple[str, ...] = (),
        record: RecordKey | None = None,
        unique: str | None = None,
    ) -> tuple[str, Events]:
        """Start an instance of a definition, linked with a record; its id and what happened.

        `unique` (running, ever) or the definition asks that the business key stands once among its instances. Raises NotFound,
        Invalid, or AlreadyThere with the instance that has the key.
        """
        command = commands.StartInstance(process=definition_key, variables=checked(variables), start_event=start_event, at=at)
        _, process_id = self.parts.library.place(work, definition_key)
        row = _new_row(work, definition_key, process_id, business_key)
        row["key_unique"] = (unique or self.parts.library.definition(work, definition_key).unique_key) if business_key else None
        if row["key_unique"]:
            insert_unique(work, row)
        else:
            statements.insert_instance(work.connection, row)
        if record is not None:
            self.link(work, row, record)
        return row["id"], self._run(work, row, command)

    def link(self, work: Work, row: Row, record: RecordKey) -> None:
        """Link a record with the instance whose `row` is locked, or was only just made."""
        name = self.parts.library.definition(work, row["definition_key"]).name or row["process_id"]
        link(work, self.parts.timeline, Origin(row["id"], row["process_id"], name), record)

    def execute(self, work: Work, instance_id: str, command: Command) -> Events:
        """Give a command to an instance; what happened.

        Raises NotFound (no such instance or wait), Conflict (ended, or somebody was first), Invalid (makes no sense here).
        """
        return self._run(work, self.lock(work, instance_id), command)

    def preview(self, work: Work, instance_id: str, command: Command) -> Effect:
        """What a command would do, up to where jobs and people come in. Nothing changes. Raises as `execute`."""
        row = self._active(statements.select_instance(work.connection, instance_id), instance_id)
        state = load_state(work.connection, row)
        shown = preview(PinnedDefinitions(self.parts.library, work), state, command, work.now)
        if isinstance(shown, Rejected):
            raise _refusal(shown)
        return shown

    def preview_start(self, work: Work, command: commands.StartInstance) -> Effect:
        """What starting would do, up to where jobs and people come in. Nothing changes. Raises as `start`."""
        shown = preview(PinnedDefinitions(self.parts.library, work), State(), command, work.now)
        if isinstance(shown, Rejected):
            raise _refusal(shown)
        return shown

    def preview_migration(self, work: Work, instance_id: str, command: commands.MigrateInstance) -> MigrationPlan:
        """What would become of each element instance. Nothing changes. Raises as `execute`."""
        row = self._active(statements.select_instance(work.connection, instance_id), instance_id)
        definitions = PinnedDefinitions(self.parts.library, work)
        shown = preview_migration(definitions, load_state(work.connection, row), command, work.now)
        if isinstance(shown, Rejected):
            raise _refusal(shown)
        return shown

    def execute_locked(self, work: Work, row: Row, command: Command) -> Events:
        """As `execute`, for an active instance whose `row` the caller has locked in this transaction."""
        return self._run(work, row, command)

    def retry_local(self, work: Work, row: Row, job: Row) -> bool:
        """Run a local job again in the instance of the locked `row`; False when there was nothing to do any more."""
        running = Running(self.parts, work, row)
        running.work_on(job)
        return self._end(running)

    def finish_call(self, work: Work, row: Row, job: Row, result: Result) -> bool:
        """Take over the result of a call job in the instance of the locked `row`; False when nobody waits for it."""
        running = Running(self.parts, work, row)
        running.finish(job, result)
        return self._end(running)

    def lock(self, work: Work, instance_id: str) -> Row:
        """Lock an instance that has not ended. Always before its job rows. Raises NotFound or Conflict."""
        return self._active(statements.lock_instance(work.connection, instance_id), instance_id)

    @staticmethod
    def lock_any(work: Work, instance_id: str) -> Row:
        """Lock an instance, ended or not. Raises NotFound."""
        row = statements.lock_instance(work.connection, instance_id)
        if row is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        return row

    @staticmethod
    def _active(row: Row | None, instance_id: str) -> Row:
        if row is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        if row["status"] not in (InstanceStatus.ACTIVE, InstanceStatus.SUSPENDED):
            raise Conflict("PROC-1004", f"The process instance {instance_id} has ended ({row['status']}).")
        return row

    def _run(self, work: Work, row: Row, command: Command) -> Events:
        begun = perf_counter()
        running = Running(self.parts, work, row)
        with tracing.inside(type(command).__name__, instance=row["id"]):
            refused = running.give(command)
            if refused is not None:
                raise _refusal(refused)
            self._end(running)
        meters.command_given(work, command, running.events, begun)
        return tuple(running.events)

    @staticmethod
    def _end(running: Running) -> bool:
        running.follow_up()
        running.save()
        return bool(running.events)


def _new_row(work: Work, definition_key: str, process_id: str, business_key: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"id": new_id(), "definition_key": definition_key, "process_id": process_id}
    row |= {"business_key": business_key, "status": str(InstanceStatus.NEW), "version": 0, "next_key": 1, "result": None}
    return row | {"started_at": work.now, "started_by": work.actor.id, "ended_at": None}


def _refusal(refused: Rejected) -> RingiError:
    code = str(refused.code)
    if code in _NOT_FOUND:
        return NotFound(code, refused.detail)
    return Conflict(code, refused.detail) if code in _CONFLICT else Invalid(code, refused.detail)
