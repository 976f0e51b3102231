"""What people do with user tasks."""

from __future__ import annotations

from engine.kernel import co_signing, lifecycle
from engine.kernel.codes import Code, Rejected
from engine.kernel.commands import AssignUserTask, CompleteUserTask
from engine.kernel.events import UserTaskAssigned, UserTaskCompleted, UserTaskCreated
from engine.kernel.step import Step


def complete_user_task(step: Step, command: CompleteUserTask) -> Rejected | None:
    """The form's values become the task's result, when everybody has signed who has to."""
    task = step.state.wait(command.task)
    if not isinstance(task, UserTaskCreated):
        return not_found(command.task)
    instance = step.owner(task)
    done = UserTaskCompleted(task=command.task, variables=command.variables, by=command.by, on_behalf_of=command.on_behalf_of)
    step.emit(done)
    if instance.waits and co_signing.signed(step, instance, task, done):
        return None
    lifecycle.complete(step, instance, step.element_of(instance), command.variables)
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
    step.emit(UserTaskAssigned(task=command.task, assignee=command.assignee))
    return None


def not_found(task: int) -> Rejected:
    """Nobody has to do this task."""
    return Rejected(
        Code.USER_TASK_NOT_FOUND, f"There is no open user task {task}. It was completed or cancelled, or never existed."
    )
