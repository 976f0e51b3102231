"""Processes as the rest of the platform uses them: deploy, start, work on tasks, operate, look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.api import Checked, Command, Event, Value, commands
from runtime.errors import Invalid, NotFound
from runtime.execute import Executor
from runtime.jobs.service import Jobs
from runtime.jobs.work import checked
from runtime.processes import deployment_statements, queries
from runtime.processes.deployments import Definition, Deployment, Deployments, find_definition
from runtime.processes.filters import ALL, EVERY_TASK, InstanceFilter, TaskFilter
from runtime.processes.instances import Instances
from runtime.processes.moves import Moves
from runtime.processes.operations import Operations
from runtime.processes.past_deployments import PastDeployments
from runtime.processes.retrying import Retrying
from runtime.processes.tasks import Tasks, View
from runtime.processes.timeline import RecordKey
from runtime.processes.unique_keys import SCOPES
from runtime.processes.views import (
    IncidentRow,
    IncidentView,
    InstanceDetail,
    InstanceRow,
    JournalRow,
    Resolution,
    TaskDetail,
    TaskRow,
)
from runtime.store.pages import Page
from runtime.store.texts import LONGEST_INDEXED
from runtime.store.work import Work

Variables = Mapping[str, Value]


class Processes:
    """Every function takes the Work of an open transaction first and never commits.

    Who may see and do what with a *task* is decided here. All else the caller asks the policy for, before it calls.
    """

    def __init__(self, executor: Executor, deployments: Deployments, jobs: Jobs) -> None:
        self._executor = executor
        self._deployments = deployments
        self._library = executor.parts.library
        self._tasks = Tasks(executor)
        self._instances = Instances(self._library)
        self.past_deployments = PastDeployments(deployments)
        self.operations = Operations(executor)
        self.moves = Moves(executor, self._tasks)
        self.retrying = Retrying(executor, jobs)

    def check(self, work: Work, resources: Mapping[str, bytes]) -> Checked:
        """What is wrong with files, given what is deployed and installed. Nothing is changed."""
        return self._deployments.check(work, resources)

    def deploy(self, work: Work, resources: Mapping[str, bytes], *, package: str | None = None) -> Deployment:
        """Deploy files together, by name. The same content again, while it is the latest, makes no new version.

        Raises Invalid with all problems, or Conflict when a process belongs to another package.
        """
        return self._deployments.deploy(work, resources, package=package)

    def definitions(self, work: Work, *, process_id: str | None = None, latest: bool = True) -> list[dict[str, Any]]:
        """Versions of processes (only the latest unless told), each a dict: those fields of `Definition`, and deployment_id,
        package, deployed_at, deployed_by, why."""
        return [dict(row) for row in deployment_statements.select_definitions(work.connection, process_id, latest)]

    def definition(self, work: Work, process_id: str, version: int | None = None) -> Definition:
        """A version of a process, the latest when None. Raises NotFound."""
        return find_definition(work, process_id, version)

    def resources(self, work: Work, definition_key: str) -> dict[str, bytes]:
        """All files deployed together with a definition, by name. Raises NotFound."""
        bundle, _ = self._library.place(work, definition_key)
        return deployment_statements.select_resources(work.connection, bundle.id)

    def form(self, work: Work, form_id: str) -> dict[str, Any]:
        """The latest form-js schema with this id, for forms that no process pins (public forms). Raises NotFound."""
        found = self._library.latest_form(work, form_id)
        if found is None:
            raise NotFound("PROC-1008", f"There is no form {form_id!r}. Deploy it first.")
        return dict(found)

    def start(
        self,
        work: Work,
        process_id: str,
        variables: Variables,
        *,
        business_key: str | None = None,
        version: int | None = None,
        unique: str | None = None,
    ) -> str:
        """Start an instance of the latest (or given) version; its id.

        `unique` (running, ever) asks that no such, or no instance at all of the process, has the business key yet, as the
        process may ask itself. Raises NotFound, Invalid, or AlreadyThere.
        """
        if business_key is not None and not (0 < len(business_key) <= LONGEST_INDEXED and "\0" not in business_key):
            detail = f"A business key has 1 to {LONGEST_INDEXED} characters and no null character."
            raise Invalid("PROC-1005", detail, fields={"business_key": ["not valid"]})
        definition = self.definition(work, process_id, version)
        if unique is not None and (unique not in SCOPES or business_key is None):
            detail = f"Uniqueness is one of {', '.join(SCOPES)}, and needs a business key."
            raise Invalid("PROC-1017", detail, fields={"unique": ["not valid"]})
        instance_id, _ = self._executor.start(work, definition.key, variables, business_key=business_key, unique=unique)
        return instance_id

    def execute(self, work: Work, instance_id: str, command: Command) -> tuple[Event, ...]:
        """Give any command to an instance; what happened. Raises Conflict, NotFound or Invalid."""
        return self._executor.execute(work, instance_id, command)

    def complete_task(self, work: Work, task_id: str, variables: Variables) -> None:
        """See `Tasks.complete`."""
        self._tasks.complete(work, task_id, variables)

    def claim_task(self, work: Work, task_id: str, *, take_over: bool = False) -> None:
        """See `Tasks.claim`."""
        self._tasks.claim(work, task_id, take_over=take_over)

    def release_task(self, work: Work, task_id: str) -> None:
        """See `Tasks.release`."""
        self._tasks.release(work, task_id)

    def send_back_task(self, work: Work, task_id: str, element: str) -> None:
        """See `Tasks.send_back`."""
        self._tasks.send_back(work, task_id, element)

    def cancel(self, work: Work, instance_id: str, reason: str) -> None:
        """End an instance; nothing is undone. Raises NotFound or Conflict."""
        self._executor.execute(work, instance_id, commands.CancelInstance(reason=reason))

    def set_variables(
        self, work: Work, instance_id: str, variables: Variables, *, element_key: int | None = None, local: bool = False
    ) -> None:
        """Write variables as an operator, to the process or outwards from an element instance, to its own scope if `local`.

        Raises as `execute`.
        """
        command = commands.SetVariables(variables=checked(variables), element_instance=element_key, local=local)
        self._executor.execute(work, instance_id, command)

    def activate_ad_hoc(self, work: Work, instance_id: str, element_key: int, elements: Collection[str]) -> None:
        """Begin steps inside an active ad-hoc sub-process. Raises as `execute`."""
        command = commands.ActivateAdHocElements(
            element_instance=element_key, elements=tuple(elements), by=None if work.actor.is_system else work.actor.id
        )
        self._executor.execute(work, instance_id, command)

    def resolve_incident(self, work: Work, incident_id: str, variables: Variables | None = None) -> Resolution:
        """See `Retrying.resolve`."""
        return self.retrying.resolve(work, incident_id, variables)

    def link(self, work: Work, instance_id: str, record_type: str, record_id: str) -> None:
        """Link a record with a running instance. Raises NotFound or Conflict."""
        self._executor.link(work, self._executor.lock(work, instance_id), (record_type, record_id))

    def tasks(
        self,
        work: Work,
        *,
        view: View,
        wanted: TaskFilter = EVERY_TASK,
        record: RecordKey | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[TaskRow]:
        """See `Tasks.page`; a filter, or for short only a linked record."""
        chosen = TaskFilter(record=record) if wanted is EVERY_TASK else wanted
        return self._tasks.page(work, view, chosen, after=after, limit=limit)

    def count_tasks(self, work: Work, view: View, wanted: TaskFilter = EVERY_TASK) -> int:
        """See `Tasks.count`."""
        return self._tasks.count(work, view, wanted)

    def business_fields(self, work: Work, process_id: str) -> tuple[str, ...]:
        """The variables by which tasks and instances of a process are found, of its latest version. Raises NotFound."""
        bundle, _ = self._library.place(work, self.definition(work, process_id).key)
        return bundle.processes[process_id].business_fields

    def task(self, work: Work, task_id: str, *, to_change: bool = False) -> TaskDetail:
        """See `Tasks.detail`."""
        return self._tasks.detail(work, task_id, to_change=to_change)

    def instances(
        self,
        work: Work,
        chosen: InstanceFilter = ALL,
        *,
        process_id: str | None = None,
        status: str | None = None,
        record: RecordKey | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[InstanceRow]:
        """See `Instances.page`; a filter, or for short its most used parts."""
        if chosen is ALL:
            chosen = InstanceFilter(process_id=process_id, status=status, record=record)
        return self._instances.page(work, chosen, after=after, limit=limit)

    def count_instances(self, work: Work, chosen: InstanceFilter = ALL) -> int:
        """How many instances a filter has."""
        return queries.count_instances(work.connection, chosen)

    def open_incidents(
        self, work: Work, chosen: InstanceFilter = ALL, *, code: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[IncidentRow]:
        """See `Instances.open_incidents`."""
        return self._instances.open_incidents(work, chosen, code=code, after=after, limit=limit)

    def instance(self, work: Work, instance_id: str) -> InstanceDetail:
        """See `Instances.detail`."""
        return self._instances.detail(work, instance_id)

    def incidents(self, work: Work, instance_id: str | None = None) -> tuple[IncidentView, ...]:
        """See `Instances.incidents`."""
        return self._instances.incidents(work, instance_id)

    def journal(self, work: Work, instance_id: str, after: int = 0, limit: int = 200) -> tuple[JournalRow, ...]:
        """See `Instances.journal`."""
        return self._instances.journal(work, instance_id, after, limit)
