"""What a listener of a user task answers: the change goes on, is corrected, or denied."""

from __future__ import annotations

from typing import Final

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel import task_listeners
from engine.kernel.behaviours import user_task
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import CompleteJob
from engine.kernel.incidents import close
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.kernel.task_attributes import NAMES, task_attributes, why_not
from engine.kernel.task_listeners import ASSIGNING, COMPLETING, CREATING
from engine.kernel.user_task_changes import assign, complete
from engine.model.process import Element


def why_refused(step: Step, job: e.JobCreated, command: CompleteJob) -> Rejected | None:
    """What a job cannot answer; None when all is well."""
    if job.listener not in task_listeners.ALL:
        return _not_of_a_task(command)
    if command.variables:
        told = f"The job {job.job} listens to a user task, so it brings no variables. Answer with corrections, or with none."
        return Rejected(Code.LISTENER_BRINGS_VARIABLES, told)
    if command.denied and job.listener not in task_listeners.DENIABLE:
        told = f"The job {job.job} listens to {job.listener}, which cannot be denied."
        return Rejected(Code.LISTENER_CANNOT_DENY, told)
    for name, value in command.corrections.items():
        reason = why_not(name, value) or _specified(step, job, name)
        if reason is not None:
            return Rejected(Code.CORRECTION_INVALID, f"The correction of {job.job} is not possible: {reason}.")
    return None


def _not_of_a_task(command: CompleteJob) -> Rejected | None:
    if command.denied:
        return Rejected(Code.LISTENER_CANNOT_DENY, f"The job {command.job} listens to no change of a user task.")
    if command.corrections:
        return Rejected(Code.CORRECTION_INVALID, f"The job {command.job} listens to no change of a user task.")
    return None


def _specified(step: Step, job: e.JobCreated, name: str) -> str | None:
    """Who the diagram names is asked by the listeners to assigning, so those to creating do not replace them (Camunda 8)."""
    change = task_listeners.change_of(step.state.elements[job.key])
    if job.listener != CREATING or name != "assignee" or change is None:
        return None
    if name in change.corrected or not change.changes.get(name):
        return None
    return "the diagram names the assignee; correct it when it is assigned"


def listened(step: Step, instance: ElementInstance, job: e.JobCreated, command: CompleteJob) -> None:
    """The next listener, or the change itself, or its end."""
    change = task_listeners.change_of(instance)
    assert change is not None, "a listener is asked about a change"
    for wait in list(instance.waits.values()):
        if isinstance(wait, e.IncidentRaised) and wait.job == job.job:
            close(step, wait)
    if command.denied:
        assert change.task is not None, "what cannot be denied is refused before"
        reason = command.reason
        step.emit(e.UserTaskDenied(change=change.change, task=change.task, listener=change.listener, reason=reason))
        return
    if command.corrections:
        step.emit(e.UserTaskCorrected(change=change.change, corrections=command.corrections))
    ask_from(step, instance, job.listener_index + 1)


def ask_again(step: Step, instance: ElementInstance, element: Element) -> None:
    """What was wrong with a listener is mended: all to this change are asked again, as in Camunda 8."""
    ask_from(step, instance, 0)


def ask_from(step: Step, instance: ElementInstance, index: int) -> None:
    """Ask the listeners from this one on; when all agreed, the change is made."""
    change = task_listeners.change_of(instance)
    assert change is not None, "a listener is asked about a change"
    if task_listeners.ask(step, instance, change, index):
        return
    step.emit(e.UserTaskChangeEnded(change=change.change, task=change.task))
    _MAKE[change.listener](step, instance, change)


def _create(step: Step, instance: ElementInstance, change: e.UserTaskChangeBegun) -> None:
    user_task.offer(step, instance, step.element_of(instance), task_attributes(change.changes), change.corrected)


def _assign(step: Step, instance: ElementInstance, change: e.UserTaskChangeBegun) -> None:
    task, after = _task(step, change), task_attributes(change.changes)
    if change.handed_over:
        groups = after.get("candidate_groups")
        step.emit(e.UserTaskHandedOver(task=task.task, assignee=after.get("assignee"), candidate_groups=groups, by=change.by))
    elif after.get("assignee") != task.assignee:
        assign(step, task, after.get("assignee"))
    _correct(step, change)


def _complete(step: Step, instance: ElementInstance, change: e.UserTaskChangeBegun) -> None:
    _correct(step, change)
    complete(step, instance, _task(step, change), change.variables, by=change.by, on_behalf_of=change.on_behalf_of)


def _correct(step: Step, change: e.UserTaskChangeBegun) -> None:
    """State what listeners corrected, where it is another value than before."""
    task, after = _task(step, change), task_attributes(change.changes)
    other: dict[str, Value] = {
        name: change.changes[name] for name in NAMES if name in after and after[name] != getattr(task, name)
    }
    if other:
        step.emit(e.UserTaskUpdated(task=task.task, changes=other))


def _task(step: Step, change: e.UserTaskChangeBegun) -> e.UserTaskCreated:
    task = step.state.wait(change.task or 0)
    assert isinstance(task, e.UserTaskCreated), "a task that changes is open"
    return task


_MAKE: Final = {CREATING: _create, ASSIGNING: _assign, COMPLETING: _complete}
