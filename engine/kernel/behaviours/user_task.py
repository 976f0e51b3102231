"""User task: a person does it (BPMN 2.0 §10.3.4.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from engine.kernel import due_dates, evaluation, task_listeners
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.evaluation import Evaluator
from engine.kernel.events import UserTaskCreated
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.kernel.task_attributes import as_values
from engine.kernel.task_listeners import ASSIGNING, CREATING
from engine.model.process import Element, UserTaskDetail

_ATTRIBUTES: Sequence[tuple[str, str, Callable[..., Any]]] = (
    ("assignee", "assignee", Evaluator.optional_text),
    ("candidate_groups", "candidate groups", Evaluator.texts),
    ("candidate_users", "candidate users", Evaluator.texts),
    ("priority", "priority", Evaluator.whole_number),
)
"""Expressions of a user task: the field's name in model and event, its name for people, and how its value is read."""

_DATES = (("due_date", "due date"), ("follow_up_date", "follow-up date"))


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Offer the task to its assignee or candidates, after those who listen to its creation."""
    attributes = attributes_of(step, instance, element)
    if isinstance(attributes, Failure):
        return attributes
    listens = element.user_task is not None and element.user_task.listeners is not None
    if not (listens and task_listeners.begin(step, instance, CREATING, as_values(attributes))):
        offer(step, instance, element, attributes)
    return WAITS


def attributes_of(step: Step, instance: ElementInstance, element: Element) -> dict[str, Any] | Failure:
    """What the expressions of the task give; a lane's name is the candidate group where nobody is named."""
    detail = element.user_task or UserTaskDetail()
    ask = evaluation.at(step, instance, Code.USER_TASK_INVALID)
    attributes: dict[str, Any] = {}
    for name, words, read in _ATTRIBUTES:
        expression = getattr(detail, name)
        if expression is None:
            continue
        found = read(ask, expression, f"The {words} of {element.name or element.id!r}")
        if isinstance(found, Failure):
            return found
        attributes[name] = found
    dates = _dates(step, instance, element, detail)
    if isinstance(dates, Failure):
        return dates
    attributes |= dates
    if element.lane is not None and not attributes.keys() & {"assignee", "candidate_groups", "candidate_users"}:
        attributes["candidate_groups"] = (element.lane,)
    return attributes


def _dates(
    step: Step, instance: ElementInstance, element: Element, detail: UserTaskDetail
) -> dict[str, datetime | None] | Failure:
    given = {name: getattr(detail, name) for name, _ in _DATES if getattr(detail, name) is not None}
    if not given:
        return {}
    task = f"The user task {element.name or element.id!r}"
    calendar = due_dates.calendar_of(step, instance, detail.calendar, Code.USER_TASK_INVALID, task)
    if isinstance(calendar, Failure):
        return calendar
    dates: dict[str, datetime | None] = {}
    for name, words in _DATES:
        if name in given:
            found = due_dates.due_date(step, instance, given[name], f"The {words} of {element.name or element.id!r}", calendar)
            if isinstance(found, Failure):
                return found
            dates[name] = found
    return dates


def offer(
    step: Step, instance: ElementInstance, element: Element, attributes: dict[str, Any], corrected: Collection[str] = ()
) -> None:
    """Open the task. Its listeners are asked before the assignee has it, unless one of them chose that person (`corrected`)."""
    assignee = attributes.get("assignee")
    if assignee is None or "assignee" in corrected or not task_listeners.of(element, ASSIGNING):
        create(step, instance, element, attributes)
        return
    task = create(step, instance, element, attributes | {"assignee": None})
    task_listeners.begin(step, instance, ASSIGNING, {"assignee": assignee}, task=task)


def open_again(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """As `enter`, for a task that somebody had before: nobody is asked."""
    attributes = attributes_of(step, instance, element)
    if isinstance(attributes, Failure):
        return attributes
    create(step, instance, element, attributes)
    return WAITS


def create(step: Step, instance: ElementInstance, element: Element, attributes: dict[str, Any]) -> UserTaskCreated:
    """Open the task; nobody is asked."""
    detail = element.user_task or UserTaskDetail()
    created = UserTaskCreated(
        task=step.state.next_key,
        key=instance.key,
        element=element.id,
        name=element.name or element.id,
        form_id=detail.form_id,
        form_binding=detail.form_binding,
        **attributes,
    )
    step.emit(created)
    return created


BEHAVIOUR = Behaviour(enter=enter)
