"""What operators do to running and ended instances: suspend, move tokens, start again from a point. Effects are shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.api import Command, Effect, ElementInstance, MigrationPlan, Value, commands, event_from_json, events
from runtime.errors import Conflict, Invalid, NotFound
from runtime.execute import Executor
from runtime.jobs.work import checked
from runtime.processes import queries, statements
from runtime.processes.deployments import find_definition
from runtime.processes.instances import element_view
from runtime.processes.state import load_state
from runtime.processes.views import ElementView
from runtime.store.types import Row
from runtime.store.work import Work

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckAt:
    """An incident that an operation would make."""

    element: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectView:
    """What an operation would do: element instances that begin and end, incidents, the status then.

    The keys of those that begin are those they would get now.
    """

    begins: tuple[ElementView, ...]
    ends: tuple[ElementView, ...]
    incidents: tuple[StuckAt, ...]
    status: str


class Operations:
    """Every function takes the Work of an open transaction; who may do it the caller asks the policy for."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def suspend(self, work: Work, instance_id: str, reason: str) -> None:
        """Stop an instance for a while: no step, no timer, no job; messages are kept. Raises NotFound or Conflict."""
        self._executor.execute(work, instance_id, commands.SuspendInstance(reason=reason))

    def resume(self, work: Work, instance_id: str) -> None:
        """Let a suspended instance go on where it was. Raises NotFound or Conflict."""
        self._executor.execute(work, instance_id, commands.ResumeInstance())

    def give(self, work: Work, instance_id: str, command: Command) -> None:
        """Any order of an operator. Raises NotFound, Conflict or Invalid."""
        self._executor.execute(work, instance_id, _checked(command))

    def preview(self, work: Work, instance_id: str, command: Command) -> EffectView:
        """What `give` would do. Nothing changes. Raises as `give`."""
        return self._shown(work, self._executor.preview(work, instance_id, _checked(command)))

    def modify(self, work: Work, instance_id: str, command: commands.ModifyInstance) -> None:
        """Move tokens. Raises NotFound, Conflict, or Invalid for what makes no sense."""
        self._executor.execute(work, instance_id, _checked(command))

    def preview_modify(self, work: Work, instance_id: str, command: commands.ModifyInstance) -> EffectView:
        """What `modify` would do. Nothing changes. Raises as `modify`."""
        return self._shown(work, self._executor.preview(work, instance_id, _checked(command)))

    def migrate(
        self,
        work: Work,
        instance_id: str,
        mapping: Mapping[str, str],
        *,
        version: int | None = None,
        element_key: int | None = None,
    ) -> None:
        """Let an instance go on in another version of its process, the latest when None.

        `mapping` tells which element takes the place of which, `element_key` the called process that is meant, if not the root.
        Raises NotFound, or Conflict with the reason when it is not safe.
        """
        self._executor.execute(work, instance_id, self._migration(work, instance_id, mapping, version, element_key))

    def preview_migrate(
        self,
        work: Work,
        instance_id: str,
        mapping: Mapping[str, str],
        *,
        version: int | None = None,
        element_key: int | None = None,
    ) -> MigrationPlan:
        """What `migrate` would do to each element instance. Nothing changes. Raises NotFound or Conflict."""
        return self._executor.preview_migration(
            work, instance_id, self._migration(work, instance_id, mapping, version, element_key)
        )

    def _migration(
        self, work: Work, instance_id: str, mapping: Mapping[str, str], version: int | None, element_key: int | None
    ) -> commands.MigrateInstance:
        row = statements.select_instance(work.connection, instance_id)
        if row is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        process_id = row["process_id"]
        if element_key is not None:
            called = load_state(work.connection, row).elements.get(element_key)
            if called is None:
                raise NotFound("PROC-1011", f"The instance has no active element instance {element_key}.")
            _, process_id = self._executor.parts.library.place(work, called.process)
        found = find_definition(work, process_id, version)
        return commands.MigrateInstance(process=found.key, mapping=dict(mapping), element_instance=element_key)

    def restart(self, work: Work, instance_id: str, at: tuple[str, ...], variables: Mapping[str, Value] | None = None) -> str:
        """Start a new instance of the same version in the middle, at the elements `at`; its id.

        It has the business key, the records and the last variables of the one that ended, with `variables` over them. Raises
        NotFound, Conflict when the instance still runs, or Invalid.
        """
        row, given = self._ended(work, instance_id, variables)
        _check_points(at)
        work.why = work.why or f"restart of {instance_id}"
        made, _ = self._executor.start(work, row["definition_key"], given, business_key=row["business_key"], at=at, record=None)
        locked = self._executor.lock_any(work, made)
        for record in statements.select_links(work.connection, instance_id):
            self._executor.link(work, locked, record)
        return made

    def preview_restart(
        self, work: Work, instance_id: str, at: tuple[str, ...], variables: Mapping[str, Value] | None = None
    ) -> EffectView:
        """What `restart` would do. Nothing changes. Raises as `restart`."""
        row, given = self._ended(work, instance_id, variables)
        _check_points(at)
        command = commands.StartInstance(process=row["definition_key"], variables=checked(given), at=at)
        return self._shown(work, self._executor.preview_start(work, command))

    def _ended(self, work: Work, instance_id: str, variables: Mapping[str, Value] | None) -> tuple[Row, dict[str, Value]]:
        row = statements.select_instance(work.connection, instance_id)
        if row is None:
            raise NotFound("PROC-1003", f"There is no process instance {instance_id!r}.")
        if row["ended_at"] is None:
            raise Conflict("PROC-1010", f"The process instance {instance_id} has not ended. Move its tokens instead.")
        return row, {**self._last_variables(work, instance_id), **(variables or {})}

    @staticmethod
    def _last_variables(work: Work, instance_id: str) -> dict[str, Value]:
        """The variables of the process scope when the instance ended, from its journal."""
        found: dict[str, Value] = {}
        root, after = 0, 0
        while rows := queries.select_journal(work.connection, instance_id, after, _PAGE):
            after = rows[-1]["seq"]
            for fact in (event_from_json(one) for row in rows for one in row["events"]):
                if isinstance(fact, events.ElementActivated) and fact.parent is None:
                    root = fact.key
                    found.update(fact.variables or {})
                elif isinstance(fact, events.VariablesWritten) and fact.key == root:
                    found.update(fact.variables)
        return found

    def _shown(self, work: Work, shown: Effect) -> EffectView:
        library = self._executor.parts.library

        def views(found: tuple[ElementInstance, ...]) -> tuple[ElementView, ...]:
            return tuple(element_view(library, work, one) for one in found)

        return EffectView(
            begins=views(shown.begins),
            ends=views(shown.ends),
            incidents=tuple(StuckAt(element=one.element, code=one.code, message=one.message) for one in shown.incidents),
            status=str(shown.status),
        )


def _checked(command: Command) -> Command:
    """The command, when everything in it can be stored. Raises Invalid."""
    checked(getattr(command, "variables", {}))
    if isinstance(command, commands.ModifyInstance):
        for given in (*(one.variables for one in command.activate), *(one.variables for one in command.move)):
            checked(given)
    return command


def _check_points(at: tuple[str, ...]) -> None:
    if not at:
        raise Invalid("PROC-1012", "Name at least one element at which the new instance begins.")
