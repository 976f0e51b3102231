"""The commands, on SpiffWorkflow: the same orders and the same refusals as the kernel's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.spiff.specs.defaults import UserTask
from SpiffWorkflow.util.task import TaskState

from engine.feel import Value
from engine.kernel import commands as c
from engine.kernel import events as e
from engine.kernel.codes import Code, Rejected
from engine.kernel.handlers.user_tasks import not_found as task_not_found
from engine.spiff import settling, waits
from engine.spiff.happening import broadcast_signal, correlate_message, happen, trigger_timer
from engine.spiff.jobs import complete_job, fail_job, throw_error
from engine.spiff.run import Run
from engine.spiff.values import to_python


def start_instance(run: Run, command: c.StartInstance) -> Rejected | None:
    """Begin at the start event, which has happened already when it is named."""
    model = run.definitions.process(command.process)
    if command.at:
        return not_supported("begun in the middle")
    start = next(iter(model.start_events(model.id)))
    if command.start_event is None and start.event is not None:
        return Rejected(Code.START_EVENT_REQUIRED, f"The process {model.id!r} has no none start event. Name the start event.")
    if command.start_event not in (None, start.id):
        return Rejected(Code.START_EVENT_NOT_FOUND, f"The process {model.id!r} has no start event {command.start_event!r}.")
    run.begin(command.process, model, dict(command.variables))
    run.run_ready()
    waiting = [task for task in run.tasks(TaskState.WAITING) if task.task_spec.bpmn_id == start.id]
    for task in waiting if command.start_event is not None else ():
        if not isinstance(task.task_spec.event_definition, NoneEventDefinition):
            happen(task, task.task_spec.event_definition, command.variables)
    return None


def complete_user_task(run: Run, command: c.CompleteUserTask) -> Rejected | None:
    """The form's values become data of the task, under its variable if it names one."""
    wait = run.state.wait(command.task)
    if not isinstance(wait, e.UserTaskCreated):
        return task_not_found(command.task)
    task = run.task_of(wait.key)
    by, behalf = command.by, command.on_behalf_of
    run.emit(e.UserTaskCompleted(task=command.task, variables=command.variables, by=by, on_behalf_of=behalf))
    given = {name: to_python(value) for name, value in command.variables.items()}
    if isinstance(task.task_spec, UserTask):
        task.task_spec.add_data_from_form(task, given)
    else:
        task.set_data(**given)
    run.run(task)
    return None


def assign_user_task(run: Run, command: c.AssignUserTask) -> Rejected | None:
    """Claim or release."""
    wait = run.state.wait(command.task)
    if not isinstance(wait, e.UserTaskCreated):
        return task_not_found(command.task)
    if command.assignee == wait.assignee:
        return None
    if wait.assignee is not None and command.assignee is not None and not command.take_over:
        return Rejected(
            Code.USER_TASK_OF_ANOTHER,
            f"The user task {wait.name!r} belongs to {wait.assignee!r}. Take it over, or let it be released first.",
        )
    run.emit(e.UserTaskAssigned(task=command.task, assignee=command.assignee))
    return None


def resolve_incident(run: Run, command: c.ResolveIncident) -> Rejected | None:
    """Write the corrected variables and do again what failed."""
    wait = run.state.wait(command.incident)
    if not isinstance(wait, e.IncidentRaised):
        return Rejected(
            Code.INCIDENT_NOT_FOUND, f"There is no open incident {command.incident}. It was resolved, or never existed."
        )
    run.emit(e.IncidentResolved(incident=command.incident))
    task = run.task_of(wait.key)
    if task is None:
        _write(run, None, command.variables)
        for hidden in run.hidden_failures():
            _again(run, hidden)
        return None
    place = next((event for event in waits.boundary_events(task) if event.task_spec.bpmn_id == wait.element), task)
    _put(place, command.variables)
    if wait.job is not None:
        settling.write_variables(run, wait.key, task)
        run.emit(e.JobRetried(job=wait.job, retries=1, variables=dict(run.state.elements[wait.key].variables or {})))
    else:
        _again(run, place)
    return None


def set_variables(run: Run, command: c.SetVariables) -> Rejected | None:
    """Data belongs to tokens on SpiffWorkflow: without an element instance, every active task gets the variables."""
    key = command.element_instance
    if key is not None and key not in run.state.elements:
        return Rejected(Code.ELEMENT_INSTANCE_NOT_FOUND, f"There is no active element instance {key}.")
    _write(run, None if key is None else run.task_of(key), command.variables)
    return None


def cancel_instance(run: Run, command: c.CancelInstance) -> Rejected | None:
    """End everything."""
    settling.close_all(run)
    run.emit(e.InstanceCancelled(reason=command.reason))
    return None


def continue_instance(run: Run, command: c.ContinueInstance) -> Rejected | None:
    """Go on; `engine.spiff.executor` runs whatever can be run after every command."""
    return None


def not_supported(what: str) -> Rejected:
    """The order makes sense, but not for an instance that SpiffWorkflow runs."""
    return Rejected(
        Code.NOT_WITH_THIS_EXECUTOR,
        f"The instance runs on SpiffWorkflow and cannot be {what}. Convert its diagram to the native dialect to have that.",
    )


def _write(run: Run, task: Any, given: Mapping[str, Value]) -> None:
    for found in [task] if task is not None else list(run.tasks()):
        _put(found, given)


def _put(task: Any, given: Mapping[str, Value]) -> None:
    """A task that still waits takes its parent's data over again, so the parent gets the values, too."""
    values = {name: to_python(value) for name, value in given.items()}
    for found in (task, *waits.boundary_events(task)):
        found.data.update(values)
        if found.parent is not None and found.state == TaskState.WAITING:
            found.parent.data.update(values)


def _again(run: Run, task: Any) -> None:
    """What failed when it was reached is reached again; what failed when it ran is ready again."""
    failed = run.workflow.failed.pop(task.id, None)
    if failed is not None and task.state == TaskState.WAITING:
        task._set_state(TaskState.FUTURE)
        task.task_spec._update(task)
    elif failed is not None and task.task_spec.manual:
        run.run(task)
    elif failed is None:
        task.task_spec._update(task)


HANDLERS: Final[Mapping[type, Callable[[Run, Any], Rejected | None]]] = {
    c.StartInstance: start_instance,
    c.CompleteUserTask: complete_user_task,
    c.AssignUserTask: assign_user_task,
    c.CompleteJob: complete_job,
    c.FailJob: fail_job,
    c.ThrowError: throw_error,
    c.TriggerTimer: trigger_timer,
    c.CorrelateMessage: correlate_message,
    c.BroadcastSignal: broadcast_signal,
    c.ResolveIncident: resolve_incident,
    c.SetVariables: set_variables,
    c.CancelInstance: cancel_instance,
    c.ContinueInstance: continue_instance,
}
"""Commands that an instance on SpiffWorkflow takes. All others are refused."""
