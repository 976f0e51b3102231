"""Several people sign one user task: it is completed when all have, and goes back to its owner when one refuses.

Each co-signer has a task of their own at the same element instance. What they say is gathered in the wait `CoSigningStarted`,
and becomes the variable `coSignatures` of the task's result: a list of contexts with by, approved, comment and result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel import lifecycle
from engine.kernel.behaviours import user_task
from engine.kernel.codes import Failure
from engine.kernel.commands import AddCoSigner
from engine.kernel.incidents import close
from engine.kernel.state import ElementInstance
from engine.kernel.step import Step

RESULT = "coSignatures"
"""The variable that tells the process what the co-signers said."""


def signing_of(instance: ElementInstance) -> e.CoSigningStarted | None:
    """The co-signing of a user task; None where nobody has to sign."""
    return next((wait for wait in instance.waits.values() if isinstance(wait, e.CoSigningStarted)), None)


def open_tasks(instance: ElementInstance) -> list[e.UserTaskCreated]:
    """The tasks that people have at one user task: its own, and those of co-signers."""
    return [wait for wait in instance.waits.values() if isinstance(wait, e.UserTaskCreated)]


def signers(instance: ElementInstance) -> Iterator[str]:
    """Everybody who has something to do here now or will have."""
    signing = signing_of(instance)
    yield from (task.assignee for task in open_tasks(instance) if task.assignee is not None)
    if signing is not None:
        yield from (cast(dict[str, str], one)["user"] for one in signing.waiting)
        if signing.done_by is not None:
            yield signing.done_by


def add(step: Step, instance: ElementInstance, order: AddCoSigner) -> None:
    """Have one more person sign."""
    if signing_of(instance) is None:
        step.emit(e.CoSigningStarted(signing=step.state.next_key, key=instance.key, element=instance.element))
    signing = _signing(instance).signing
    who: dict[str, Any] = {"signing": signing, "user": order.user, "by": order.by, "comment": order.comment}
    step.emit(e.CoSignerAdded(together=order.together, **who))
    if order.together:
        _ask(step, instance, e.CoSignerAsked(**who))


def signed(step: Step, instance: ElementInstance, task: e.UserTaskCreated, done: e.UserTaskCompleted) -> bool:
    """Keep what one of them said, and see who is next; False where nobody co-signs."""
    signing = signing_of(instance)
    if signing is None:
        return False
    if task.co_signs is None:
        step.emit(e.TaskResultKept(signing=signing.signing, variables=done.variables, by=done.by))
    else:
        given = e.CoSignatureGiven(signing=signing.signing, task=task.task, approved=True, by=done.by, variables=done.variables)
        step.emit(given)
    if not open_tasks(instance):
        _go_on(step, instance)
    return True


def refused(step: Step, instance: ElementInstance, task: e.UserTaskCreated, comment: str, by: str | None) -> None:
    """Nobody else is asked, and who had completed the task has it again."""
    signing = _signing(instance)
    for found in open_tasks(instance):
        if found.co_signs is not None:
            close(step, found)
    step.emit(e.CoSignatureGiven(signing=signing.signing, task=task.task, approved=False, by=by, comment=comment))
    if not open_tasks(instance):
        offer_again(step, instance, signing.done_by)


def offer_again(step: Step, instance: ElementInstance, person: str | None) -> None:
    """Open the task of the element instance once more, for the person who had it."""
    element = step.element_of(instance)
    attributes = user_task.attributes_of(step, instance, element)
    # What says whose it is may no longer hold; the person is known, so that does no harm.
    user_task.create(step, instance, element, {} if isinstance(attributes, Failure) else attributes)
    for task in open_tasks(instance):
        if person is not None and task.assignee != person:
            step.emit(e.UserTaskAssigned(task=task.task, assignee=person))


def _go_on(step: Step, instance: ElementInstance) -> None:
    signing = _signing(instance)
    if signing.waiting:
        _ask(step, instance, e.CoSignerAsked(signing=signing.signing, **_first(signing)))
        return
    step.emit(e.CoSigningEnded(signing=signing.signing))
    said: list[Value] = list(signing.signatures)
    lifecycle.complete(step, instance, step.element_of(instance), {**signing.result, RESULT: said})


def _first(signing: e.CoSigningStarted) -> dict[str, Any]:
    return cast(dict[str, Any], signing.waiting[0])


def _ask(step: Step, instance: ElementInstance, asked: e.CoSignerAsked) -> None:
    step.emit(asked)
    _open(step, instance, assignee=asked.user, co_signs=asked.signing)


def _open(step: Step, instance: ElementInstance, **values: Any) -> None:
    element = step.element_of(instance)
    name = element.name or element.id
    step.emit(e.UserTaskCreated(task=step.state.next_key, key=instance.key, element=element.id, name=name, **values))


def _signing(instance: ElementInstance) -> e.CoSigningStarted:
    found = signing_of(instance)
    assert found is not None, "it was begun before"
    return found
