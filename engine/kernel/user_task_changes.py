"""Making the changes of a user task that its listeners, if it has any, agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel import co_signing, lifecycle
from engine.kernel.events import UserTaskAssigned, UserTaskCompleted, UserTaskCreated
from engine.kernel.scopes import Variables
from engine.kernel.state import ElementInstance

if TYPE_CHECKING:
    from engine.kernel.step import Step


def complete(
    step: Step,
    instance: ElementInstance,
    task: UserTaskCreated,
    variables: Variables,
    *,
    by: str | None,
    on_behalf_of: str | None,
) -> None:
    """The form's values become the task's result, when everybody has signed who has to."""
    done = UserTaskCompleted(task=task.task, variables=variables, by=by, on_behalf_of=on_behalf_of)
    step.emit(done)
    if instance.waits and co_signing.signed(step, instance, task, done):
        return
    lifecycle.complete(step, instance, step.element_of(instance), variables)


def assign(step: Step, task: UserTaskCreated, assignee: object) -> None:
    """The task is that of the person, or of nobody in particular."""
    step.emit(UserTaskAssigned(task=task.task, assignee=None if assignee is None else str(assignee)))
