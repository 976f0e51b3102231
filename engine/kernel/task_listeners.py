"""User task listeners: jobs that a change of a user task waits for (`zeebe:taskListeners`, Camunda 8: “User task listeners”).

A task is created, assigned and completed in this order: the change begins and is kept, its listeners run one after the other,
then it is made. Each of them may correct attributes of the task, which the next one sees; those to assigning and completing may
deny the change, and then the task stays as it was. Nobody else can change the task meanwhile, but events still interrupt it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel import job_making, scopes
from engine.kernel.codes import Code, Failure, Rejected
from engine.kernel.incidents import raise_incident
from engine.kernel.state import ElementInstance
from engine.kernel.task_attributes import NAMES, shown, task_attributes
from engine.model.process import Element, JobDetail, TaskListeners, UserTaskDetail

if TYPE_CHECKING:
    from engine.kernel.step import Step

CREATING: Final = "creating"
ASSIGNING: Final = "assigning"
COMPLETING: Final = "completing"
ALL: Final = (CREATING, ASSIGNING, COMPLETING)
DENIABLE: Final = (ASSIGNING, COMPLETING)

HEADER: Final = "io.camunda.zeebe:"
"""Before the names of the headers that tell a listener about the task, as in Camunda 8."""


def of(element: Element, listener: str) -> Sequence[JobDetail]:
    """The listeners of the element's user task, in order."""
    found = (element.user_task or UserTaskDetail()).listeners or TaskListeners()
    return {CREATING: found.creating, ASSIGNING: found.assigning, COMPLETING: found.completing}[listener]


def begin(
    step: Step,
    instance: ElementInstance,
    listener: str,
    changes: Mapping[str, Value],
    *,
    task: e.UserTaskCreated | None = None,
    **told: Any,
) -> bool:
    """Have the listeners asked before the change; False when there are none. `told` is as in `UserTaskChangeBegun`.

    A co-signature is not the task itself: nobody is asked about it.
    """
    element = step.element_of(instance)
    if not of(element, listener) or (task is not None and task.co_signs is not None):
        return False
    about: dict[str, Any] = {"key": instance.key, "element": element.id, "task": None if task is None else task.task}
    change = e.UserTaskChangeBegun(change=step.state.next_key, listener=listener, changes=changes, **about, **told)
    step.emit(change)
    ask(step, instance, change, 0)
    return True


def change_of(instance: ElementInstance) -> e.UserTaskChangeBegun | None:
    """The change of the element instance's user task that is not through."""
    return next((wait for wait in instance.waits.values() if isinstance(wait, e.UserTaskChangeBegun)), None)


def changing(instance: ElementInstance, task: e.UserTaskCreated) -> Rejected | None:
    """Why nobody can change the task now; None when they can."""
    change = change_of(instance)
    if change is None or change.task != task.task:
        return None
    what = {ASSIGNING: "assigned", COMPLETING: "completed"}.get(change.listener, "created")
    who = f" by {change.by!r}" if change.by is not None else ""
    told = f"The user task {task.name!r} is being {what}{who}. Try again when its listeners are through."
    return Rejected(Code.USER_TASK_CHANGING, told)


def ask(step: Step, instance: ElementInstance, change: e.UserTaskChangeBegun, index: int) -> bool:
    """Make the job of the next listener; False when all have been asked. What is wrong with it is an incident."""
    element = step.element_of(instance)
    listening = of(element, change.listener)
    if index >= len(listening):
        return False
    what = f"a listener to {change.listener} {element.name or element.id!r}"
    made = job_making.make(step, instance, listening[index], what, Code.TASK_LISTENER_INVALID)
    if isinstance(made, Failure):
        raise_incident(step, instance, made)
        return True
    headers = {**made.headers, **_about(step, instance, change)}
    seen = {**made.variables, **change.variables}
    step.emit(replace(made, headers=headers, variables=seen, listener=change.listener, listener_index=index))
    return True


def visible(step: Step, instance: ElementInstance, job: e.JobCreated) -> dict[str, Value]:
    """What the job sees: with what the person who completes the task has filled in."""
    seen = dict(scopes.visible(step, instance))
    change = change_of(instance) if job.listener == COMPLETING else None
    return seen if change is None else {**seen, **change.variables}


def _about(step: Step, instance: ElementInstance, change: e.UserTaskChangeBegun) -> dict[str, str]:
    """What a listener is told about the task: how it will be after the change."""
    task = step.state.wait(change.task) if change.task is not None else None
    before = {name: getattr(task, name) for name in NAMES} if isinstance(task, e.UserTaskCreated) else {}
    after = before | task_attributes(change.changes)
    told = {_camel(name): shown(name, value) for name, value in after.items() if value not in (None, ())}
    changed = [_camel(name) for name in NAMES if name in change.changes and after[name] != before.get(name)]
    told |= {"action": _ACTIONS[change.listener], "changedAttributes": json.dumps(changed, separators=(",", ":"))}
    if change.task is not None:
        told["userTaskKey"] = str(change.task)
    return {f"{HEADER}{name}": value for name, value in told.items()}


_ACTIONS: Final = {CREATING: "create", ASSIGNING: "assign", COMPLETING: "complete"}


def _camel(name: str) -> str:
    """``due_date`` as ``dueDate``."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
