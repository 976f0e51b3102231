"""What people do with user tasks."""

from __future__ import annotations

from engine.kernel import task_listeners
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import AssignUserTask, CompleteUserTask
from engine.kernel.events import UserTaskCreated
from engine.kernel.state import ElementInstance, InstanceStatus
from engine.kernel.step import Step
from engine.kernel.task_listeners import ASSIGNING, COMPLETING
from engine.kernel.user_task_changes import assign, complete


def complete_user_task(step: Step, command: CompleteUserTask) -> Rejected | None:
    """The form's values become the task's result, when everybody has signed who has to."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    instance = step.owner(task)
    refused = task_listeners.changing(instance, task)
    if refused is not None:
        return refused
    who = {"by": command.by, "on_behalf_of": command.on_behalf_of}
    if not task_listeners.begin(step, instance, COMPLETING, {}, task=task, variables=command.variables, **who):
        complete(step, instance, task, command.variables, **who)
    return None


def assign_user_task(step: Step, command: AssignUserTask) -> Rejected | None:
    """Claim, hand over or release; claiming what is one's own already changes nothing."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    if command.assignee == task.assignee:
        return None
    if task.assignee is not None and command.assignee is not None and not command.take_over:
        return Rejected(
            Code.USER_TASK_OF_ANOTHER,
            f"The user task {task.name!r} belongs to {task.assignee!r}. Take it over, or let it be released first.",
        )
    instance = step.owner(task)
    refused = cannot_assign(step, instance, task)
    if refused is None and not task_listeners.begin(step, instance, ASSIGNING, {"assignee": command.assignee}, task=task):
        assign(step, task, command.assignee)
    return refused


def cannot_assign(step: Step, instance: ElementInstance, task: UserTaskCreated) -> Rejected | None:
    """The task is about to change, or listeners would have to be asked while the instance is suspended."""
    is_suspended = step.state.status is InstanceStatus.SUSPENDED
    if is_suspended and task.co_signs is None and task_listeners.of(step.element_of(instance), ASSIGNING):
        told = "Listeners would have to be asked, and the instance is suspended. Resume it first."
        return Rejected(Code.INSTANCE_SUSPENDED, told)
    return task_listeners.changing(instance, task)


def not_found(task: int) -> Rejected:
    """Nobody has to do this task."""
    return Rejected(
        Code.USER_TASK_NOT_FOUND, f"There is no open user task {task}. It was completed or cancelled, or never existed."
    )
