"""User task: a person does it (BPMN 2.0 §10.3.4.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.kernel import evaluation
from engine.kernel.behaviour import Behaviour
from engine.kernel.codes import Code, Failure
from engine.kernel.evaluation import Evaluator
from engine.kernel.events import UserTaskCreated
from engine.kernel.progress import WAITS, Entered
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step
from engine.model.process import Element, UserTaskDetail

_ATTRIBUTES: Sequence[tuple[str, str, Callable[..., Any]]] = (
    ("assignee", "assignee", Evaluator.optional_text),
    ("candidate_groups", "candidate groups", Evaluator.texts),
    ("candidate_users", "candidate users", Evaluator.texts),
    ("due_date", "due date", Evaluator.optional_moment),
    ("follow_up_date", "follow-up date", Evaluator.optional_moment),
    ("priority", "priority", Evaluator.whole_number),
)
"""Expressions of a user task: the field's name in model and event, its name for people, and how its value is read."""


def enter(step: Step, instance: ElementInstance, element: Element) -> Entered:
    """Offer the task to its assignee or candidates; a lane's name is the candidate group where nobody is named."""
    detail = element.user_task or UserTaskDetail()
    label = element.name or element.id
    ask = evaluation.at(step, instance, Code.USER_TASK_INVALID)
    attributes: dict[str, Any] = {}
    for name, words, read in _ATTRIBUTES:
        expression = getattr(detail, name)
        if expression is None:
            continue
        found = read(ask, expression, f"The {words} of {label!r}")
        if isinstance(found, Failure):
            return found
        attributes[name] = found
    if element.lane is not None and not attributes.keys() & {"assignee", "candidate_groups", "candidate_users"}:
        attributes["candidate_groups"] = (element.lane,)
    attributes |= {"form_id": detail.form_id, "form_binding": detail.form_binding}
    task = step.state.next_key
    step.emit(UserTaskCreated(task=task, key=instance.key, element=element.id, name=label, **attributes))
    return WAITS


BEHAVIOUR = Behaviour(enter=enter)
