"""Trying again what failed, and saying honestly what came of it: fixed, failed again, or still running."""

from __future__ import annotations

from collections.abc import Mapping

from engine.api import Value, commands, events
from runtime.errors import Conflict, NotFound
from runtime.execute import Executor
from runtime.jobs.service import Jobs
from runtime.jobs.work import checked
from runtime.processes import queries
from runtime.processes.views import FAILED_AGAIN, FIXED, STILL_RUNNING, Resolution
from runtime.store.work import Work


class Retrying:
    """Every function takes the Work of an open transaction; who may do it the caller asks the policy for."""

    def __init__(self, executor: Executor, jobs: Jobs) -> None:
        self._executor = executor
        self._jobs = jobs

    def resolve(self, work: Work, incident_id: str, variables: Mapping[str, Value] | None = None) -> Resolution:
        """Try again what failed, after writing `variables` to its scope. Work outside the platform is tried right after.

        Raises NotFound for an incident that is not open any more.
        """
        row = queries.select_incident(work.connection, incident_id)
        if row is None:
            raise NotFound("PROC-1009", f"There is no open incident {incident_id!r}. It may have been resolved already.")
        if row["key"] is None and row["job_id"] is None:
            raise Conflict("PROC-1013", "Nothing can be tried again here. Move a token of the instance, or cancel it.")
        if row["key"] is None:
            self._jobs.retry(work, row["job_id"])
            return Resolution(outcome=STILL_RUNNING)
        command = commands.ResolveIncident(incident=row["key"], variables=checked(variables or {}))
        happened = self._executor.execute(work, row["instance_id"], command)
        again = next((e for e in happened if isinstance(e, events.IncidentRaised) and e.element == row["element"]), None)
        if again is not None:
            return Resolution(outcome=FAILED_AGAIN, message=again.message)
        return self.outcome(work, row["instance_id"], row["element"])

    @staticmethod
    def open_incident(work: Work, incident_id: str, instance_id: str, element: str | None) -> str:
        """The incident, or the one that has taken its place at the element since: what fails again has a new one."""
        if queries.select_incident(work.connection, incident_id) is not None:
            return incident_id
        found = queries.select_incident_at(work.connection, instance_id, element)
        return incident_id if found is None else str(found["id"])

    @staticmethod
    def outcome(work: Work, instance_id: str | None, element: str | None) -> Resolution:
        """What has come of a retry at an element until now; `element` is None for background work of an instance or of none."""
        stuck = queries.select_incident_at(work.connection, instance_id, element)
        if stuck is not None:
            return Resolution(outcome=FAILED_AGAIN, message=stuck["message"])
        busy = queries.has_work_at(work.connection, instance_id, element)
        return Resolution(outcome=STILL_RUNNING if busy else FIXED)
