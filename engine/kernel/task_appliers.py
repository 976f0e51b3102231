"""What events do to user tasks: who has them, who signs them, and changes that listeners are asked about."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel import Value
from engine.kernel import events as e
from engine.kernel.state import State
from engine.kernel.task_attributes import task_attributes
from engine.kernel.wait_appliers import Applier, change_wait, close_wait, open_wait


def _handed_over(state: State, event: e.UserTaskHandedOver) -> None:
    change_wait(state, event.task, assignee=event.assignee)
    if event.candidate_groups is not None:
        change_wait(state, event.task, candidate_groups=event.candidate_groups, candidate_users=())


def _task_corrected(state: State, event: e.UserTaskCorrected) -> None:
    change = state.wait(event.change)
    assert isinstance(change, e.UserTaskChangeBegun), "only a task that is about to change is corrected"
    corrected = tuple(dict.fromkeys((*change.corrected, *event.corrections)))
    change_wait(state, event.change, changes={**change.changes, **event.corrections}, corrected=corrected)


def _task_updated(state: State, event: e.UserTaskUpdated) -> None:
    change_wait(state, event.task, **task_attributes(event.changes))


def _co_signer_added(state: State, event: e.CoSignerAdded) -> None:
    said: Value = {"user": event.user, "by": event.by, "comment": event.comment}
    change_wait(state, event.signing, waiting=(*_signing(state, event.signing).waiting, said))


def _co_signer_asked(state: State, event: e.CoSignerAsked) -> None:
    waiting = list(_signing(state, event.signing).waiting)
    waiting.remove({"user": event.user, "by": event.by, "comment": event.comment})
    change_wait(state, event.signing, waiting=tuple(waiting))


def _co_signature_given(state: State, event: e.CoSignatureGiven) -> None:
    signing = _signing(state, event.signing)
    said: Value = {"by": event.by, "approved": event.approved, "comment": event.comment, "result": dict(event.variables)}
    waiting = signing.waiting if event.approved else ()
    change_wait(state, event.signing, signatures=(*signing.signatures, said), waiting=waiting)


def _signing(state: State, key: int) -> e.CoSigningStarted:
    found = state.wait(key)
    assert isinstance(found, e.CoSigningStarted), "only what was begun is signed"
    return found


USER_TASKS: Mapping[type, Applier] = {
    e.UserTaskCreated: lambda state, event: open_wait(state, event.task, event),
    e.UserTaskAssigned: lambda state, event: change_wait(state, event.task, assignee=event.assignee),
    e.UserTaskCompleted: lambda state, event: close_wait(state, event.task),
    e.UserTaskCancelled: lambda state, event: close_wait(state, event.task),
    e.UserTaskChangeBegun: lambda state, event: open_wait(state, event.change, event),
    e.UserTaskCorrected: _task_corrected,
    e.UserTaskDenied: lambda state, event: close_wait(state, event.change),
    e.UserTaskChangeEnded: lambda state, event: close_wait(state, event.change),
    e.UserTaskUpdated: _task_updated,
    e.UserTaskHandedOver: _handed_over,
    e.CoSigningStarted: lambda state, event: open_wait(state, event.signing, event),
    e.CoSignerAdded: _co_signer_added,
    e.CoSignerAsked: _co_signer_asked,
    e.TaskResultKept: lambda state, event: change_wait(state, event.signing, result=event.variables, done_by=event.by),
    e.CoSignatureGiven: _co_signature_given,
    e.CoSigningEnded: lambda state, event: close_wait(state, event.signing),
    e.UserTaskRevised: lambda state, event: change_wait(
        state, event.task, name=event.name, form_id=event.form_id, form_binding=event.form_binding
    ),
}
"""A row of `engine.kernel.appliers.APPLIERS` for each event about user tasks."""
