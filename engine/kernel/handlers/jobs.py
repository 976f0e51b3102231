"""What became of jobs."""

from __future__ import annotations

from engine.kernel import errors, lifecycle, listeners, task_listeners
from engine.kernel.codes import Code, Failure, Rejected
from engine.kernel.commands import CompleteJob, FailJob, ThrowError
from engine.kernel.events import IncidentRaised, JobCompleted, JobCreated, JobFailed
from engine.kernel.failing import fail
from engine.kernel.handlers import task_changes
from engine.kernel.incidents import raise_incident
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step


def complete_job(step: Step, command: CompleteJob) -> Rejected | None:
    """The work is done; a late result is welcome even when the job has an incident."""
    job = step.state.wait(command.job)
    if not isinstance(job, JobCreated):
        return not_found(command.job)
    if job.listener or command.denied or command.corrections:
        refused = task_changes.why_refused(step, job, command)
        if refused is not None:
            return refused
    instance = step.owner(job)
    step.emit(JobCompleted(job=command.job, variables=command.variables))
    element = step.element_of(instance)
    if not job.listener:
        lifecycle.complete(step, instance, element, command.variables)
    elif job.listener in task_listeners.ALL:
        task_changes.listened(step, instance, job, command)
    elif not listeners.completed(step, instance, element, job, command.variables):
        lifecycle.listened(step, instance, element, job.listener)
    return None


def fail_job(step: Step, command: FailJob) -> Rejected | None:
    """Note the failure; without retries left an error event takes over, else it is an incident."""
    job = step.state.wait(command.job)
    if not isinstance(job, JobCreated):
        return not_found(command.job)
    if command.retries < 0:
        return Rejected(Code.RETRIES_NEGATIVE, f"A job cannot have {command.retries} retries left; 0 is the least.")
    instance = step.owner(job)
    if _is_parked(instance, command.job):
        return Rejected(
            Code.JOB_HAS_INCIDENT, f"The job {command.job} has an incident already. Resolve it to have the job tried again."
        )
    step.emit(JobFailed(job=command.job, message=command.message, retries=command.retries, retry_at=command.retry_at))
    if command.retries == 0 and job.listener:
        raise_incident(step, instance, Failure(Code.NO_RETRIES_LEFT, command.message), job=command.job)
    elif command.retries == 0:
        fail(step, instance, Failure(Code.NO_RETRIES_LEFT, command.message), job=command.job)
    return None


def throw_error(step: Step, command: ThrowError) -> Rejected | None:
    """Hand the BPMN error to whatever catches it; uncaught it is an incident of the job."""
    job = step.state.wait(command.job)
    if not isinstance(job, JobCreated):
        return not_found(command.job)
    refused = cannot_throw(job, command)
    if refused is not None:
        return refused
    instance = step.owner(job)
    if _is_parked(instance, command.job):
        return Rejected(
            Code.JOB_HAS_INCIDENT, f"The job {command.job} has an incident already. Resolve it to have the job tried again."
        )
    uncaught = errors.throw(step, instance, command.code, command.message, command.variables)
    if uncaught is not None:
        raise_incident(step, instance, uncaught, job=command.job)
    return None


def _is_parked(instance: ElementInstance, job: int) -> bool:
    return any(isinstance(wait, IncidentRaised) and wait.job == job for wait in instance.waits.values())


def cannot_throw(job: JobCreated, command: ThrowError) -> Rejected | None:
    """An error without a code could not be caught; a listener stands outside of what error events watch (as in Camunda 8)."""
    if job.listener:
        told = f"The job {command.job} is that of a listener, which throws no BPMN error. Let it fail, or set a variable."
        return Rejected(Code.LISTENER_THROWS_ERROR, told)
    if not command.code:
        return Rejected(Code.ERROR_CODE_EMPTY, "A BPMN error has a code that is not empty.")
    return None


def not_found(job: int) -> Rejected:
    """Nobody waits for this job."""
    return Rejected(Code.JOB_NOT_FOUND, f"There is no open job {job}. It was completed or cancelled, or never existed.")
