"""What became of the work of service tasks: the same orders and refusals as the kernel's."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.kernel import commands as c
from engine.kernel import events as e
from engine.kernel.codes import Code, Rejected
from engine.kernel.handlers.jobs import not_found
from engine.spiff.happening import happen
from engine.spiff.run import Run
from engine.spiff.values import to_python
from engine.spiff.waits import boundary_events


def complete_job(run: Run, command: c.CompleteJob) -> Rejected | None:
    """The result becomes the result variable of the service task."""
    wait = run.state.wait(command.job)
    if not isinstance(wait, e.JobCreated):
        return not_found(command.job)
    task = run.task_of(wait.key)
    _close_incident(run, wait)
    run.emit(e.JobCompleted(job=command.job, variables=command.variables))
    task.data[task.task_spec.result_variable] = {name: to_python(value) for name, value in command.variables.items()}
    task.internal_data["done"] = True
    task._set_state(TaskState.READY)
    run.run(task)
    return None


def fail_job(run: Run, command: c.FailJob) -> Rejected | None:
    """Note the failure; without retries left it is an incident."""
    wait = run.state.wait(command.job)
    if not isinstance(wait, e.JobCreated):
        return not_found(command.job)
    if command.retries < 0:
        return Rejected(Code.RETRIES_NEGATIVE, f"A job cannot have {command.retries} retries left; 0 is the least.")
    if _incident_of(run, wait) is not None:
        return _parked(command.job)
    run.emit(e.JobFailed(job=command.job, message=command.message, retries=command.retries, retry_at=command.retry_at))
    if command.retries == 0:
        _park(run, wait, Code.NO_RETRIES_LEFT, command.message)
    return None


def throw_error(run: Run, command: c.ThrowError) -> Rejected | None:
    """The nearest boundary event that catches the code takes over, from the task outwards; else it is an incident."""
    wait = run.state.wait(command.job)
    if not isinstance(wait, e.JobCreated):
        return not_found(command.job)
    if not command.code:
        return Rejected(Code.ERROR_CODE_EMPTY, "A BPMN error has a code that is not empty.")
    if _incident_of(run, wait) is not None:
        return _parked(command.job)
    catcher = _catching(run, run.task_of(wait.key), command.code)
    run.emit(e.ErrorThrown(key=wait.key, element=wait.element, code=command.code, message=command.message))
    if catcher is None:
        message = command.message or f"The error {command.code!r} is caught nowhere."
        _park(run, wait, Code.ERROR_UNCAUGHT, message)
    else:
        happen(catcher, catcher.task_spec.event_definition, command.variables)
    return None


def _catching(run: Run, task: Any, code: str) -> Any:
    while task is not None:
        for event in boundary_events(task):
            definition = event.task_spec.event_definition
            if isinstance(definition, ErrorEventDefinition) and definition.code in (None, code):
                return event
        inside = task.workflow is not run.workflow
        task = run.workflow.get_task_from_id(task.workflow.parent_task_id) if inside else None
    return None


def _incident_of(run: Run, job: e.JobCreated) -> e.IncidentRaised | None:
    found = run.state.elements[job.key].waits.values()
    return next((wait for wait in found if isinstance(wait, e.IncidentRaised) and wait.job == job.job), None)


def _close_incident(run: Run, job: e.JobCreated) -> None:
    incident = _incident_of(run, job)
    if incident is not None:
        run.emit(e.IncidentResolved(incident=incident.incident))


def _park(run: Run, job: e.JobCreated, code: str, message: str) -> None:
    run.emit(
        e.IncidentRaised(
            incident=run.state.next_key, key=job.key, element=job.element, code=str(code), message=message, job=job.job
        )
    )


def _parked(job: int) -> Rejected:
    return Rejected(Code.JOB_HAS_INCIDENT, f"The job {job} has an incident already. Resolve it to have the job tried again.")
